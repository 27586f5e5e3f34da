"""A file that readers can open by a path and that never lies on a disk in the clear."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_NAME = "import"
"""What the file is called in messages: the name that somebody gave it may be a child's."""


@contextmanager
def opened_file(content: bytes, suffix: str) -> Iterator[Path]:
    """A path under which the content can be read until the end of the block.

    It is a link to memory where the system has such files (Linux); elsewhere a file of mode 0600 in a private folder.
    """
    with tempfile.TemporaryDirectory(prefix="milap-import-") as folder:
        path = Path(folder) / f"{FILE_NAME}{suffix}"
        if not hasattr(os, "memfd_create"):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
            yield path
            return
        with open(os.memfd_create(FILE_NAME, os.MFD_CLOEXEC), "wb") as memory:
            memory.write(content)
            memory.flush()
            path.symlink_to(f"/proc/self/fd/{memory.fileno()}")
            yield path
