"""Segments on the disk: a folder with one file a column, named by the digest of its manifest.

    segment-<SHA-256 of the manifest, 64 hex digits>/manifest.json, codes.bin, masks.bin, ..., events.bin

Files are verified by reading and then mapped copy on write: processes share their pages in memory, and withdrawing a
row changes a page of this process alone. Digests find damage; they do not keep out a person who can write here.
"""

import mmap
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.columns import EMPTY, Columns, column_shapes
from indexer.durable import digest_of_range, in_parallel, publish, unfinished, write_bytes
from indexer.manifest import (
    FORMAT,
    FileEntry,
    SegmentManifest,
    digest_of,
    manifest_to_json,
    segment_from_json,
    space_of,
    space_text,
)
from indexer.segment import Segment
from matcher.photos import PhotoSpace
from matcher.profile import EncodingProfile

MANIFEST = "manifest.json"
RANGE_BYTES = 2**24
"""Each digest covers at most so much, so that those of one file can be computed side by side."""

_NAME = re.compile(r"segment-[0-9a-f]{64}")


def write_segment(
    profile: EncodingProfile, key_check: bytes | None, photo_space: PhotoSpace | None, columns: Columns, folder: Path
) -> str:
    """Write columns as a segment and wait until it is on the disk; gives its name. OSError leaves nothing behind."""
    with unfinished(folder, "segment") as temporary:

        def write(name: str) -> FileEntry:
            return write_array(temporary / f"{name}.bin", columns[name])

        files = dict(zip(columns, in_parallel(write, tuple(columns)), strict=True))
        manifest = SegmentManifest(
            FORMAT, profile.name, profile.digest.hex(), (key_check or b"").hex(), space_text(photo_space),
            len(columns["kind"]), int((columns["record"] != EMPTY).sum()), files,
        )  # fmt: skip
        write_manifest(temporary, manifest_to_json(manifest))
        name = f"segment-{digest_of(manifest)}"
        publish(temporary, folder / name)
    return name


def map_segment(path: Path, profile: EncodingProfile, *, verify: bool = True) -> Segment:
    """A segment, mapped; ValueError or OSError when anything at all does not fit.

    Without `verify` the manifest and the sizes of files are held against the digest in the name, contents are not.
    """
    manifest = read_segment_manifest(path)
    if manifest.profile_digest != profile.digest.hex():
        raise ValueError(f"a segment was made under {manifest.profile}, not {profile.name}")
    shapes = column_shapes(profile, manifest.tiles)
    if set(shapes) != set(manifest.files):
        raise ValueError("a segment names other files than there should be")
    for name, (dtype, shape) in shapes.items():
        check_file(path / f"{name}.bin", manifest.files[name], dtype, shape)
    if verify:
        verify_files({path / f"{name}.bin": entry for name, entry in manifest.files.items()})
    columns = {name: map_array(path / f"{name}.bin", entry) for name, entry in manifest.files.items()}
    written = map_array(path / "record.bin", manifest.files["record"], mmap.ACCESS_READ)
    key_check, space = bytes.fromhex(manifest.key_check) or None, space_of(manifest)
    segment = Segment(profile, key_check, space, columns, written, path.name)
    if len(segment) != manifest.rows:
        raise ValueError("the rows of a segment do not add up")
    return segment


def read_segment_manifest(path: Path) -> SegmentManifest:
    """The manifest alone, verified against the name of its folder; ValueError or OSError when in doubt."""
    manifest = segment_from_json((path / MANIFEST).read_text(encoding="utf-8"))
    if path.name != f"segment-{digest_of(manifest)}":
        raise ValueError("the manifest of a segment is another than its name says")
    return manifest


def is_whole(path: Path) -> bool:
    """Whether a segment's manifest is sound and its files have their sizes; their contents are not looked at."""
    try:
        files = read_segment_manifest(path).files
        return all((path / f"{name}.bin").stat().st_size == entry.bytes for name, entry in files.items())
    except (OSError, ValueError):
        return False


def segments_in(folder: Path) -> list[Path]:
    """All segments, whether a snapshot names them or not."""
    return [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]


def write_array(file: Path, array: npt.NDArray[Any]) -> FileEntry:
    """Write a new file, little-endian, and wait until it is on the disk."""
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    digests = write_bytes(file, little.reshape(-1).view(np.uint8).data, RANGE_BYTES)
    return FileEntry(digests, little.nbytes, little.dtype.str, array.shape)


def write_manifest(folder: Path, text: str) -> None:
    """Write the manifest of a segment or a snapshot, and wait until it is on the disk."""
    write_bytes(folder / MANIFEST, memoryview(text.encode()), RANGE_BYTES)


def check_file(file: Path, entry: FileEntry, dtype: str, shape: tuple[int, ...]) -> None:
    """Hold an entry against what it should be, and the file's size against the entry; ValueError or OSError."""
    size = np.dtype(dtype).itemsize * int(np.prod(shape))
    if (entry.dtype, entry.shape, entry.bytes, len(entry.sha256)) != (dtype, shape, size, -(-size // RANGE_BYTES)):
        raise ValueError(f"{file.name} is of another type or shape than it should be")
    if file.stat().st_size != size:
        raise ValueError(f"{file.name} is of another size than it should be")


def verify_files(files: dict[Path, FileEntry]) -> None:
    """Compute all digests, side by side; ValueError or OSError when one does not fit."""
    ranges = [(file, number * RANGE_BYTES, digest) for file, entry in files.items()
              for number, digest in enumerate(entry.sha256)]

    def damaged(item: tuple[Path, int, str]) -> str:
        file, begin, digest = item
        return "" if digest_of_range(file, begin, RANGE_BYTES) == digest else file.name

    if bad := [name for name in in_parallel(damaged, ranges) if name]:
        raise ValueError(f"{bad[0]} is damaged")


def map_array(file: Path, entry: FileEntry, access: int = mmap.ACCESS_COPY) -> npt.NDArray[Any]:
    """A file as an array, copy on write; a later change of the file itself would show or kill the process."""
    if not entry.bytes:
        return np.empty(entry.shape, dtype=entry.dtype)
    with file.open("rb") as stream:
        mapped = mmap.mmap(stream.fileno(), entry.bytes, access=access)
    return np.frombuffer(mapped, dtype=entry.dtype).reshape(entry.shape)
