"""Snapshots of a gallery: immutable folders that are verified whole before any of their rows is searched.

    folder/snapshot-<sequence, 20 digits>/manifest.json, codes-0000.bin, codes-0001.bin, ..., free_found-0000.bin

The database is the truth: whatever is in doubt about a snapshot, the gallery is built again from there. The digests
find damage; they do not keep out a person who can write to the folder. Files are read into private memory instead
of being mapped: what was verified can then not change underneath the search, and the digests need every byte anyway
(1,000,000 records until the first search: 0.3 to 0.4 s read, 0.25 s mapped).
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.gallery import Gallery, Shapes, State, column_shapes, free_name
from indexer.manifest import FORMAT, FileEntry, Manifest, manifest_from_json, manifest_to_json
from indexer.vectors import TILE
from matcher.errors import MilapError, OutputError
from matcher.profile import EncodingProfile
from matcher.views import Kind

MANIFEST = "manifest.json"
PIECE_BYTES = 2**26
"""Columns are cut into files of at most so much, so that their digests can be computed side by side."""

_CHUNK_BYTES = 2**20
_TEMPORARY = ".temporary-"
_NAME = re.compile(r"snapshot-(\d{20})")
_THREADS = 8


class SnapshotError(MilapError):
    """A snapshot cannot be trusted; build the gallery again from the database."""


class _Piece(NamedTuple):
    """The entries first to last - 1 of an array, which stand in one file."""

    array: str
    first: int
    last: int


def write_snapshot(gallery: Gallery, folder: Path, sequence: int) -> Path:
    """Write a gallery that nobody changes meanwhile (see Gallery.copy); gives the snapshot's folder.

    A sound snapshot of the same sequence number and linkage key that is there already stays as it is. One that
    crashed half-way is removed. Returns when everything is on the disk. OutputError leaves nothing behind.
    """
    try:
        path = folder / snapshot_name(sequence)
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(folder.parent)
        with _alone_in(folder):
            _remove_leftovers(folder)
            if path.exists():
                if _holds(path, gallery):
                    return path
                _discard(path)
            _write(gallery, folder / (_TEMPORARY + path.name), path, sequence)
            _sync(folder)
    except OSError as error:
        raise OutputError(f"A snapshot could not be written ({error.strerror}); see to the disk it goes to.") from error
    return path


def read_snapshot(path: Path, profile: EncodingProfile) -> tuple[Gallery, int]:
    """The gallery of a snapshot, free to be changed, and the sequence number of the last change that is in it.

    Verifies every file first; SnapshotError when anything at all does not fit.
    """
    manifest = read_manifest(path)
    if manifest.profile_digest != profile.digest.hex():
        raise _in_doubt(path, f"it was made under {manifest.profile}, not {profile.name}")
    try:
        state = _read_arrays(path, manifest, profile)
        gallery = Gallery.from_state(profile, bytes.fromhex(manifest.key_check) or None, state)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        reason = str(error) if isinstance(error, ValueError) else "its files are not all there"
        raise _in_doubt(path, reason) from error
    free = sum(len(state[free_name(kind)]) for kind in Kind)
    if len(gallery) != manifest.rows or len(gallery) + free != manifest.tiles * TILE:
        raise _in_doubt(path, "its rows do not add up")
    return gallery, manifest.sequence


def read_manifest(path: Path) -> Manifest:
    """The manifest alone, verified against its own digest and its folder's name; SnapshotError when in doubt."""
    try:
        manifest = manifest_from_json((path / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise _in_doubt(path, "its manifest cannot be read") from error
    except ValueError as error:
        raise _in_doubt(path, "its manifest is damaged or of another version") from error
    if path.name != f"snapshot-{manifest.sequence:020d}":
        raise _in_doubt(path, "its folder was renamed")
    return manifest


def snapshots(folder: Path) -> list[Path]:
    """All snapshots, newest first, none of them verified; half-written ones are not among them."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()), reverse=True)


def remove_snapshots(folder: Path, keep: int) -> None:
    """Remove all snapshots but the newest `keep`, and what a crash left behind; OutputError when the disk refuses."""
    if not folder.is_dir():
        return
    try:
        with _alone_in(folder):
            _remove_leftovers(folder)
            for path in snapshots(folder)[max(keep, 0) :]:
                _discard(path)
            _sync(folder)
    except OSError as error:
        raise OutputError(f"Old snapshots could not be removed ({error.strerror}); remove them by hand.") from error


def snapshot_name(sequence: int) -> str:
    """Name of the snapshot's folder; OutputError for a number that no change can have."""
    if not 0 <= sequence < 10**20:
        raise OutputError("A snapshot's sequence number is zero or more, of 20 digits at most.")
    return f"snapshot-{sequence:020d}"


def _in_doubt(path: Path, reason: str) -> SnapshotError:
    return SnapshotError(f"Snapshot {path.name} cannot be trusted: {reason}; build the gallery from the database.")


def _holds(path: Path, gallery: Gallery) -> bool:
    """Whether this is a sound snapshot under the gallery's profile and key."""
    try:
        return read_snapshot(path, gallery.profile)[0].key_check == gallery.key_check
    except SnapshotError:
        return False


def _write(gallery: Gallery, temporary: Path, path: Path, sequence: int) -> None:
    """Write everything under a temporary name and rename it; the rename is the moment from which it counts."""
    temporary.mkdir(mode=0o700)
    try:
        arrays = gallery.state()
        free = {kind: len(arrays[free_name(kind)]) for kind in Kind}
        pieces = _pieces(_shapes(gallery.profile, gallery.tiles, free))

        def write(item: tuple[str, _Piece]) -> FileEntry:
            name, piece = item
            return _write_array(temporary / name, arrays[piece.array][piece.first : piece.last])

        with _pool() as pool:
            files = dict(zip(pieces, pool.map(write, pieces.items()), strict=True))
        manifest = Manifest(
            FORMAT, sequence, gallery.profile.name, gallery.profile.digest.hex(), (gallery.key_check or b"").hex(),
            gallery.tiles, len(gallery), files,
        )
        _write_bytes(temporary / MANIFEST, memoryview(manifest_to_json(manifest).encode()))
        _sync(temporary)
        temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _write_array(file: Path, array: npt.NDArray[Any]) -> FileEntry:
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    digest = _write_bytes(file, little.reshape(-1).view(np.uint8).data)
    return FileEntry(digest, little.nbytes, little.dtype.str, array.shape)


def _write_bytes(file: Path, data: memoryview) -> str:
    """Write a new file and wait until it is on the disk; gives its SHA-256."""
    digest = hashlib.sha256()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        for first in range(0, len(data), _CHUNK_BYTES):
            chunk = data[first : first + _CHUNK_BYTES]
            stream.write(chunk)
            digest.update(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()


def _read_arrays(path: Path, manifest: Manifest, profile: EncodingProfile) -> State:
    free = {kind: manifest.files[f"{free_name(kind)}-0000.bin"].shape[0] for kind in Kind}
    shapes = _shapes(profile, manifest.tiles, free)
    pieces = _pieces(shapes)
    if set(pieces) != set(manifest.files):
        raise ValueError("its manifest names other files than there should be")
    arrays = {name: np.empty(shape, dtype=dtype) for name, (dtype, shape) in shapes.items()}

    def read(item: tuple[str, _Piece]) -> None:
        name, piece = item
        _read_array(path / name, manifest.files[name], arrays[piece.array][piece.first : piece.last])

    with _pool() as pool:
        list(pool.map(read, pieces.items()))
    return arrays


def _read_array(file: Path, entry: FileEntry, into: npt.NDArray[Any]) -> None:
    """Read a file into an array; ValueError when its type, shape, size or digest is not as stated."""
    if (entry.dtype, entry.shape, entry.bytes) != (into.dtype.str, into.shape, into.nbytes):
        raise ValueError(f"{file.name} is of another type or shape than it should be")
    data, digest = into.reshape(-1).view(np.uint8).data, hashlib.sha256()
    with file.open("rb", buffering=0) as stream:
        if os.fstat(stream.fileno()).st_size != len(data):
            raise ValueError(f"{file.name} is of another size than it should be")
        for first in range(0, len(data), _CHUNK_BYTES):
            chunk = data[first : first + _CHUNK_BYTES]
            if stream.readinto(chunk) != len(chunk):
                raise ValueError(f"{file.name} ends too early")
            digest.update(chunk)
    if digest.hexdigest() != entry.sha256:
        raise ValueError(f"{file.name} is damaged")


def _shapes(profile: EncodingProfile, tiles: int, free: Mapping[Kind, int]) -> Shapes:
    """Dtype and shape of every array of a snapshot with so many tiles and free places."""
    return {**column_shapes(profile, tiles), **{free_name(kind): ("<i4", (free[kind],)) for kind in Kind}}


def _pieces(shapes: Shapes) -> dict[str, _Piece]:
    """Every file of a snapshot with the part of an array that it holds; free places are never cut."""
    pieces = {}
    for array, (dtype, shape) in shapes.items():
        step = max(PIECE_BYTES // max(np.dtype(dtype).itemsize * int(np.prod(shape[1:])), 1), 1)
        if array.startswith("free_"):
            step = max(shape[0], 1)
        for i, first in enumerate(range(0, max(shape[0], 1), step)):
            pieces[f"{array}-{i:04d}.bin"] = _Piece(array, first, min(first + step, shape[0]))
    return pieces


def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS), thread_name_prefix="snapshot")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other thread or process writes or removes here; the system lets go of it after a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _remove_leftovers(folder: Path) -> None:
    for path in folder.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(path)


def _discard(path: Path) -> None:
    """Remove a snapshot; never does half of one stand under its own name."""
    temporary = path.with_name(_TEMPORARY + path.name)
    path.rename(temporary)
    shutil.rmtree(temporary)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
