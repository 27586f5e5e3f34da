"""A gallery from arrays that somebody else owns and nobody may write."""

from pathlib import Path

import numpy as np
import pytest

from indexer.segmented import SegmentedGallery
from indexer.sharing import arrays_of, from_arrays
from indexer.snapshots import SnapshotError, map_snapshot, read_manifest
from matcher.views import Kind
from tests.indexer.segments import PROFILE, batch_of, content, filled, numbered, save
from tests.matcher.builders import profile_of


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A snapshot of two segments with withdrawn records."""
    gallery = filled()
    save(gallery, tmp_path, 40)
    gallery.add(batch_of(Kind.FOUND, 9, 4), np.arange(500, 509, dtype=np.int32))
    gallery.withdraw(numbered(1, 8))
    return save(gallery, tmp_path, 41)


@pytest.fixture
def shared(saved: Path) -> dict[str, np.ndarray]:
    """Arrays as an object store gives them: copies elsewhere, marked read-only."""
    arrays = {name: array.copy() for name, array in arrays_of(saved).items()}
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def test_the_gallery_is_the_same_and_its_owner_sees_no_change(saved: Path, shared: dict[str, np.ndarray]) -> None:
    before = {name: array.tobytes() for name, array in shared.items()}
    gallery = from_arrays(PROFILE, read_manifest(saved), shared)
    assert content(gallery) == content(map_snapshot(saved, PROFILE)[0])
    assert gallery.photo_space == batch_of(Kind.FOUND, 1).photo_space
    assert all(column.flags.writeable for part in gallery.parts for column in part.gallery.columns().values())
    name = gallery.segments[0].name
    assert np.shares_memory(gallery.segments[0].codes, shared[f"{name}/codes"])
    gallery.withdraw(np.arange(600, dtype=np.int32))
    assert len(gallery) == 0
    assert {name: array.tobytes() for name, array in shared.items()} == before


def test_memory_outlives_the_arrays_that_it_came_from(saved: Path) -> None:
    gallery = from_arrays(PROFILE, read_manifest(saved), frozen_copies(saved))
    assert content(gallery) == content(map_snapshot(saved, PROFILE)[0])


def frozen_copies(saved: Path) -> dict[str, np.ndarray]:
    return {name: np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape)
            for name, array in arrays_of(saved).items()}


def test_arrays_of_another_profile_or_shape_are_refused(saved: Path, shared: dict[str, np.ndarray]) -> None:
    manifest, other = read_manifest(saved), profile_of({p.view: p.bits for p in PROFILE.views}, name="other")
    name = next(name for name in shared if name.endswith("/sex"))
    for profile, arrays in (
        (other, shared), (PROFILE, {**shared, name: shared[name][:-1]}),
        (PROFILE, {**shared, name: shared[name] * 1.0}),
        (PROFILE, {n: a for n, a in shared.items() if n != name}), (PROFILE, {**shared, "withdrawn": numbered(1)}),
    ):  # fmt: skip
        with pytest.raises(SnapshotError, match="anew"):
            from_arrays(profile, manifest, arrays)
    (saved / "withdrawn.bin").write_bytes(b"")
    with pytest.raises(SnapshotError):
        arrays_of(saved)


def test_an_empty_snapshot_is_shared_too(tmp_path: Path) -> None:
    saved = save(SegmentedGallery(PROFILE), tmp_path, 0)
    assert len(from_arrays(PROFILE, read_manifest(saved), arrays_of(saved))) == 0
