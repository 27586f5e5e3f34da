"""A pinned snapshot stays whole whatever becomes of the folder that it was saved to."""

import os
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from indexer.pinning import pin_snapshot
from indexer.snapshots import SnapshotError, map_snapshot, remove_snapshots, snapshots
from matcher.errors import OutputError
from matcher.views import Kind
from tests.indexer.segments import PROFILE, batch_of, content, filled, save


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A snapshot of two segments."""
    gallery = filled()
    save(gallery, tmp_path / "hub", 40)
    gallery.add(batch_of(Kind.FOUND, 9, 4), np.arange(500, 509, dtype=np.int32))
    return save(gallery, tmp_path / "hub", 41)


@pytest.mark.parametrize("links", [True, False])
def test_a_pin_outlives_the_snapshot(saved: Path, tmp_path: Path, links: bool) -> None:
    before, run = content(map_snapshot(saved, PROFILE)[0]), tmp_path / "hub" / "runs" / "one"
    with patch("os.link", os.link if links else refused):
        pin_snapshot(saved, run)
    inodes = {path.stat().st_ino for path in saved.parent.glob("segment-*/*")}
    assert {path.stat().st_ino for path in run.glob("segment-*/*")} <= inodes or not links
    remove_snapshots(saved.parent, 0)
    assert snapshots(saved.parent) == []
    gallery, sequence = map_snapshot(run / saved.name, PROFILE)
    assert (content(gallery), sequence) == (before, 41)
    assert {file.stat().st_mode & 0o777 for file in run.glob("*/*")} == {0o600}


def refused(*_: object) -> None:
    raise OSError(18, "Invalid cross-device link")


def test_a_pin_that_was_interrupted_is_made_again(saved: Path, tmp_path: Path) -> None:
    run, real, left = tmp_path / "run", os.fsync, [4]

    def failing(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        real(handle)

    with patch("os.fsync", failing), pytest.raises(OutputError, match="disk"):
        pin_snapshot(saved, run)
    assert snapshots(run) == []
    for _ in range(2):
        pin_snapshot(saved, run)
        assert content(map_snapshot(run / saved.name, PROFILE)[0]) == content(map_snapshot(saved, PROFILE)[0])
    assert len(list(run.iterdir())) == 3


def test_what_is_gone_cannot_be_pinned(saved: Path, tmp_path: Path) -> None:
    remove_snapshots(saved.parent, 0)
    with pytest.raises(SnapshotError):
        pin_snapshot(saved, tmp_path / "run")
    with pytest.raises(SnapshotError, match="anew"):
        pin_snapshot(tmp_path / "nowhere" / saved.name, tmp_path / "run")
