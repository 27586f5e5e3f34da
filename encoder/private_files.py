"""Files that only their owner may read: written whole or not at all, and refused when others can read them."""

import os
import stat
import tempfile
from pathlib import Path


def write_new_private_file(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 that did not exist; after a crash it is whole or not there.

    Written beside, fsynced, then linked to its name: unlike a rename, a link cannot overwrite.

    Raises:
        FileExistsError: the path exists; it is left as it is.
        OSError: the folder or the disk refuses; nothing is left behind.
    """
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mkstemp: mode 0600
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
    finally:
        os.unlink(beside)
    try:
        sync_folder(path.parent)
    except OSError:
        os.unlink(path)
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_private_file(path: Path, max_bytes: int) -> bytes:
    """At most the first `max_bytes` bytes of a regular file of which group and others have no rights.

    Raises:
        PermissionError: group or others have rights on the file, or the reader has none.
        OSError: there is no such regular file, or it cannot be read.
    """
    # O_NONBLOCK: opening a pipe by mistake must not wait for a writer.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(0, "not a regular file")
        if stat.S_IMODE(mode) & 0o077:
            raise PermissionError(0, "others have rights on the file")
        return file.read(max_bytes)
