"""Files that are on the disk when a function returns, and folders that appear whole or not at all."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

TEMPORARY = ".temporary-"
"""How the name of everything begins that is not finished."""

_CHUNK_BYTES = 2**20
_THREADS = 8

T = TypeVar("T")
R = TypeVar("R")


def write_bytes(file: Path, data: memoryview, range_bytes: int) -> tuple[str, ...]:
    """Write a new file and wait until it is on the disk; gives the SHA-256 of each of its ranges."""
    digests = []
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0) as stream:
        for begin in range(0, len(data), range_bytes):
            digest = hashlib.sha256()
            for chunk in _chunks(data[begin : begin + range_bytes]):
                digest.update(chunk)
                while len(chunk):
                    chunk = chunk[stream.write(chunk) :]
            digests.append(digest.hexdigest())
        os.fsync(stream.fileno())
    return tuple(digests)


def digest_of_range(file: Path, begin: int, size: int) -> str:
    """SHA-256 of `size` bytes from `begin`, or of fewer when the file ends there.

    It is read, not mapped: a disk that fails raises OSError then, and does not kill the process.
    """
    digest, buffer = hashlib.sha256(), memoryview(bytearray(min(_CHUNK_BYTES, max(size, 1))))
    with file.open("rb", buffering=0) as stream:
        stream.seek(begin)
        while size and (got := stream.readinto(buffer[: min(size, len(buffer))])):
            digest.update(buffer[:got])
            size -= got
    return digest.hexdigest()


def in_parallel(run: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """The results for all items, in order, from as many threads as there are cores; reading and digests allow it."""
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS), thread_name_prefix="snapshot") as pool:
        return list(pool.map(run, items))


def sync(path: Path) -> None:
    """Wait until what a file holds, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def made(folder: Path) -> Path:
    """The folder, its owner's alone; made when it is not there."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync(folder.parent)
    return folder


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other thread or process writes or removes here; the system lets go of it after a crash.

    Not to be entered twice by one thread: it would wait for itself.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def unfinished(folder: Path, name: str) -> Iterator[Path]:
    """A new folder to be filled and published; nothing is left of it after an error."""
    temporary = folder / (TEMPORARY + name)
    temporary.mkdir(mode=0o700)
    try:
        yield temporary
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def publish(temporary: Path, path: Path) -> None:
    """Let a folder whose files are all on the disk stand under its name, in the place of what stood there.

    The rename is the moment from which it counts.
    """
    sync(temporary)
    if path.exists():
        discard(path)
    temporary.rename(path)
    sync(path.parent)


def discard(path: Path) -> None:
    """Remove a folder; never does half of it stand under its own name."""
    temporary = path.with_name(f"{TEMPORARY}gone-{path.name}")
    path.rename(temporary)
    shutil.rmtree(temporary)


def remove_leftovers(folder: Path) -> None:
    """Remove what a crash left half-done."""
    for path in folder.glob(f"{TEMPORARY}*"):
        shutil.rmtree(path)


def _chunks(data: memoryview) -> Iterator[memoryview]:
    for begin in range(0, len(data), _CHUNK_BYTES):
        yield data[begin : begin + _CHUNK_BYTES]
