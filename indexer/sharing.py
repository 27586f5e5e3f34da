"""A snapshot as plain arrays, for a worker on another machine that is handed them through shared memory."""

import ctypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.columns import column_shapes
from indexer.manifest import Manifest, space_of
from indexer.segment import Segment
from indexer.segment_files import map_array, read_segment_manifest
from indexer.segmented import SegmentedGallery
from indexer.snapshots import SnapshotError, gallery_of, read_manifest, read_withdrawn
from matcher.photos import PhotoSpace
from matcher.profile import EncodingProfile

WITHDRAWN = "withdrawn"
_CHANGED = ("record", "masks", "sexes", "any_presence", "events")
"""Columns that withdrawing changes; a segment needs them for itself."""

Arrays = dict[str, npt.NDArray[Any]]


def arrays_of(path: Path) -> Arrays:
    """All arrays of a snapshot by name, mapped and not to be written; its manifest (read_manifest) goes with them.

    Verify the snapshot before, by map_snapshot.

    Raises:
        SnapshotError: a manifest or a file is not what it should be.
    """
    manifest = read_manifest(path)
    try:
        out: Arrays = {WITHDRAWN: read_withdrawn(path, manifest)}
        for entry in manifest.segments:
            segment = path.parent / entry.name
            for name, file in read_segment_manifest(segment).files.items():
                out[f"{entry.name}/{name}"] = map_array(segment / f"{name}.bin", file)
    except (OSError, ValueError) as error:
        raise _unfit() from error
    return out


def from_arrays(
    profile: EncodingProfile, manifest: Manifest, arrays: Mapping[str, npt.NDArray[Any]]
) -> SegmentedGallery:
    """The gallery of these arrays, which may be read-only, are never written, and must not be changed by anybody.

    Raises:
        SnapshotError: arrays, manifest and profile do not belong together.
    """
    if manifest.profile_digest != profile.digest.hex():
        raise _unfit()
    try:
        key_check, space = bytes.fromhex(manifest.key_check) or None, space_of(manifest)
        segments = [_segment(profile, key_check, space, entry.name, arrays) for entry in manifest.segments]
        return gallery_of(profile, manifest, segments, arrays[WITHDRAWN])
    except (KeyError, ValueError) as error:
        raise _unfit() from error


def _segment(
    profile: EncodingProfile, key_check: bytes | None, space: PhotoSpace | None, name: str,
    arrays: Mapping[str, npt.NDArray[Any]],
) -> Segment:
    columns, tiles = {}, len(arrays[f"{name}/kind"])
    for column, (dtype, shape) in column_shapes(profile, tiles).items():
        given = arrays[f"{name}/{column}"]
        if (given.dtype.str, given.shape) != (dtype, shape):
            raise ValueError("a column is of another type or shape than it should be")
        columns[column] = given.copy() if column in _CHANGED else _as_if_writable(given)
    return Segment(profile, key_check, space, columns, arrays[f"{name}/record"], name)


def _as_if_writable(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same memory without the read-only mark, for which the kernel would have to be compiled again."""
    if array.flags.writeable or not array.size:
        return array
    solid = np.ascontiguousarray(array)
    memory: Any = (ctypes.c_ubyte * solid.nbytes).from_address(solid.ctypes.data)
    memory.owner = solid
    return np.frombuffer(memory, dtype=array.dtype).reshape(array.shape)


def _unfit() -> SnapshotError:
    return SnapshotError("The arrays of a snapshot are not what its manifest says; pin the snapshot anew.")
