"""Photo files of a folder that an operator points at: found, and read without ever leaving that folder.

What a folder holds may come from strangers, and so may the names in a table of records. So every step down from the
folder is taken by hand, and none of them follows a symbolic link, whoever puts one there in between.
"""

import os
import stat
from pathlib import Path

from encoder.faces.decoding.limits import FILE_BYTES
from encoder.faces.reasons import PhotoError, PhotoReason
from matcher.errors import InputError

TAKEN_SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".hif"})
"""Suffixes of photos; what a file really holds is decided by its content."""

OTHER_SUFFIXES = frozenset(
    {".pdf", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heics", ".heifs", ".dng", ".psd", ".svg"}
)
"""Suffixes of files that people add as photos: read too, so that each gets its reason instead of being passed over."""

_PIECE_BYTES = 1 << 20
_STEP = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = _STEP | os.O_DIRECTORY
# O_NONBLOCK: opening a pipe must not wait for a writer.
_FILE = _STEP | os.O_NONBLOCK | os.O_NOCTTY


def photo_files(folder: Path) -> list[Path]:
    """Paths of everything in a folder and its subfolders that is named like a picture, and of links to folders, sorted.

    Hidden files and folders are left out, and no link is followed: reading one gives the reason.

    Raises:
        InputError: this is no folder, or it or one of its subfolders cannot be read.
    """
    found = []
    for place, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place, name) for name in names if _named_like_a_picture(name)]
        # What stands behind a link is not looked at, but whoever put it there is told.
        found += [path for name in folders if (path := Path(place, name)).is_symlink()]
    return sorted(found)


def _named_like_a_picture(name: str) -> bool:
    # A Mac leaves "._photo.jpg" beside a photo on a memory stick.
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in TAKEN_SUFFIXES | OTHER_SUFFIXES


def _unreadable(_: OSError) -> None:
    raise InputError(
        "The photo folder, or a folder inside it, cannot be read; check that it is there and that you have the right."
    )


def read_named_photo(name: str, folder: Path, most_bytes: int = FILE_BYTES) -> bytes:
    """Content of a photo that a table names by its path inside a folder; see read_photo_file.

    Raises:
        PhotoError: as read_photo_file; NOT_A_FILE also when the name is empty or an absolute path.
    """
    if not name or os.path.isabs(name):
        raise PhotoError(PhotoReason.NOT_A_FILE)
    return read_photo_file(folder / name, folder, most_bytes)


def read_photo_file(path: Path, folder: Path, most_bytes: int = FILE_BYTES) -> bytes:
    """Content of a photo file.

    Args:
        path: one of photo_files(folder), or any other path that begins with that of the folder.
        folder: itself may be a link; whoever runs the command chose it.
        most_bytes: of the file.

    Raises:
        PhotoError: NOT_A_FILE when the path leaves the folder, leads over a link, or ends at no regular file;
            TOO_LARGE; UNREADABLE when it may not be read, or the disk fails.
    """
    try:
        descriptor = _opened(_steps(path, folder), folder)
    except (PermissionError, InterruptedError):
        raise PhotoError(PhotoReason.UNREADABLE) from None
    except (OSError, ValueError):  # ValueError: a zero byte, or what is no text, in the name
        raise PhotoError(PhotoReason.NOT_A_FILE) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PhotoError(PhotoReason.NOT_A_FILE)
        return _content(descriptor, most_bytes)
    finally:
        os.close(descriptor)


def _steps(path: Path, folder: Path) -> tuple[str, ...]:
    """Names from the folder down to the file."""
    steps = path.relative_to(folder).parts  # ValueError when it lies elsewhere
    if not steps or ".." in steps:
        raise PhotoError(PhotoReason.NOT_A_FILE)
    return steps


def _opened(steps: tuple[str, ...], folder: Path) -> int:
    """Descriptor of the file at the end of the steps."""
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for step in steps[:-1]:
            below = os.open(step, _FOLDER, dir_fd=at)
            os.close(at)
            at = below
        return os.open(steps[-1], _FILE, dir_fd=at)
    finally:
        os.close(at)


def _content(descriptor: int, most_bytes: int) -> bytes:
    pieces, left = [], most_bytes + 1
    try:
        while left and (piece := os.read(descriptor, min(left, _PIECE_BYTES))):
            pieces.append(piece)
            left -= len(piece)
    except OSError:
        raise PhotoError(PhotoReason.UNREADABLE) from None
    if not left:
        raise PhotoError(PhotoReason.TOO_LARGE)
    return b"".join(pieces)
