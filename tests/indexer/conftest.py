"""A snapshot on disk for the tests of this folder."""

from pathlib import Path

import numpy as np
import pytest

from indexer.snapshots import remove_snapshots
from matcher.views import Kind
from tests.indexer.segments import batch_of, filled, numbered, save


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A sound snapshot of two segments with withdrawn records in the larger one."""
    gallery = filled()
    save(gallery, tmp_path / "hub", 40)
    gallery.add(batch_of(Kind.FOUND, 9, 4), np.arange(500, 509, dtype=np.int32))
    gallery.withdraw(numbered(1, 8, 9))
    path = save(gallery, tmp_path / "hub", 41)
    remove_snapshots(path.parent, 1)
    return path
