"""Files for their owner alone, which have their name only when they are whole and on disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole_file(path: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    """A new file, mode 0600, that takes its name when the block ends well; otherwise nothing of it is left.

    It is written beside its place and fsynced, and so is the folder. The block may read it too, and must not close it.

    Args:
        path: its name, in a folder that is there.
        replace: whether it comes in place of a file of that name.

    Raises:
        FileExistsError: the name is taken and `replace` is false; what has it stays as it is.
        OSError: the folder or the disk refuses.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)  # mode 0600
    beside = Path(name)
    try:
        with open(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            beside.replace(path)
        else:
            # A rename would overwrite.
            path.hardlink_to(beside)
    finally:
        beside.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Names survive a power cut once their folder is on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
