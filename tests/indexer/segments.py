"""Segmented galleries on disk for tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np

from indexer.gallery import Gallery
from indexer.interface import Hits
from indexer.pairs import read_rows
from indexer.parts import AnyGallery, holder_at, record_at
from indexer.segmented import SegmentedGallery
from indexer.snapshots import save_snapshot
from matcher.batch import EncodedBatch
from matcher.views import Kind, View
from tests.matcher.builders import code_pool, profile_of, random_batch

PROFILE = profile_of({View.CHILD: 64, View.BIRTH: 64, View.HOME: 128, View.PHOTO: 64})
POOL = code_pool(np.random.default_rng(3), PROFILE)


def numbered(*numbers: int) -> np.ndarray:
    """Record numbers."""
    return np.array(numbers, dtype=np.int32)


def batch_of(kind: Kind, records: int, seed: int = 0) -> EncodedBatch:
    """Random records."""
    return random_batch(np.random.default_rng(seed), POOL, PROFILE, kind, records)


def fill(gallery: Gallery | SegmentedGallery, records: int = 60, seed: int = 3) -> None:
    """Add records of both kinds, even numbers found and odd ones missing, and withdraw some."""
    for first, kind in enumerate((Kind.FOUND, Kind.MISSING)):
        numbers = np.arange(records, dtype=np.int32) * 2 + first
        gallery.add(batch_of(kind, records, seed + first), numbers, 5)
    gallery.withdraw(np.arange(0, records, 7, dtype=np.int32))


def filled(records: int = 60, seed: int = 3) -> SegmentedGallery:
    """A gallery of such records, all in the delta."""
    gallery = SegmentedGallery(PROFILE)
    fill(gallery, records, seed)
    return gallery


def save(gallery: SegmentedGallery, folder: Path, sequence: int, erased: Sequence[int] = ()) -> Path:
    """A snapshot."""
    return save_snapshot(gallery, folder, lambda: (sequence, numbered(*erased)))


def content(gallery: AnyGallery) -> list[tuple[object, ...]]:
    """Everything that stands in a gallery, wherever it stands: by record, holder and content of its rows."""
    rows = []
    for kind in Kind:
        at = gallery.rows_of(kind)
        record, holder = record_at(gallery, at).tolist(), holder_at(gallery, at).tolist()
        for number, held, row in zip(record, holder, read(gallery, at), strict=True):
            rows.append((int(kind), number, held, row))
    return sorted(rows)


def read(gallery: AnyGallery, at: np.ndarray) -> list[bytes]:
    """All that rows hold."""
    batch = read_rows(gallery, at)
    columns = (batch.codes, batch.presence, batch.sex, batch.birth, batch.event, batch.photo_age)
    return [b"".join(column[i].tobytes() for column in columns) for i in range(len(at))]


def bytes_of(hits: Hits) -> tuple[bytes, ...]:
    """Hits but for the places of their rows, which differ from gallery to gallery."""
    return (hits.probe.tobytes(), hits.record.tobytes(), hits.weight.tobytes())


@contextmanager
def no_sync() -> Iterator[None]:
    """Files need not survive a power cut of the test's machine."""
    with patch("os.fsync"):
        yield


def files_of(snapshot: Path) -> list[Path]:
    """All files of a snapshot and its segments."""
    return sorted(file for file in snapshot.parent.rglob("*") if file.is_file())


def names_in(folder: Path) -> list[str]:
    """Names of all that stands in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())
