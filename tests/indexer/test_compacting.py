"""Which segments become one."""

from typing import cast

import numpy as np
import pytest

from indexer.compacting import RATIO, Source, chosen, merged
from indexer.gallery import Gallery
from indexer.segment import Segment
from matcher.views import Kind
from tests.indexer.segments import PROFILE, batch_of, numbered


class Sized:
    """A segment of so many rows, some of them withdrawn; its only record is its number."""

    def __init__(self, rows: int, name: str = "segment", gone: int = 0, number: int = 0) -> None:
        self.name, self._rows, self._gone, self._number = name, rows, gone, number

    def __len__(self) -> int:
        return self._rows - self._gone

    def rows_written(self) -> int:
        return self._rows

    def held(self, numbers: np.ndarray) -> bool:
        return self._number in numbers


def sizes(segments: list[Sized], erased: np.ndarray, lost: tuple[str, ...] = ()) -> list[int]:
    """Rows of the chosen ones."""
    return [len(segment) for segment in chosen(cast(list[Segment], segments), erased, lost)]


NOBODY = numbered()


def test_nothing_new_means_nothing_to_do() -> None:
    assert sizes([], NOBODY) == []
    assert sizes([Sized(100), Sized(100), Sized(1)], NOBODY) == []


def test_what_is_new_takes_along_what_is_small_beside_it() -> None:
    new = Sized(10, "")
    assert sizes([Sized(1000), Sized(41), new], NOBODY) == [10]
    assert sizes([Sized(1000), Sized(40), new], NOBODY) == [10, 40]
    assert sizes([Sized(200), Sized(40), new], NOBODY) == [10, 40, 200]
    # The larger one would do with the smaller ones that it takes along, though none of them by itself.
    assert sizes([Sized(1000), Sized(44), Sized(41), Sized(41), new], NOBODY) == [10, 41, 41, 44]


def test_what_must_not_stay_is_written_anew() -> None:
    large = Sized(1000, number=7)
    assert sizes([large, Sized(20)], numbered(7)) == [1000, 20]
    assert sizes([large, Sized(20, "gone")], NOBODY, ("gone",)) == [20]
    assert sizes([large, Sized(20, gone=5)], NOBODY) == []
    assert sizes([large, Sized(20, gone=6)], NOBODY) == [14]
    assert sizes([large, Sized(20, gone=20)], NOBODY) == [0]


@pytest.mark.parametrize("step", [1_000, 10_000])
def test_segments_stay_few_and_a_change_is_seldom_written(step: int) -> None:
    segments, written = [Sized(1_000_000)], 0
    for _ in range(400_000 // step):
        segments.append(Sized(step, ""))
        into = chosen(cast(list[Segment], segments), NOBODY, ())
        rows = sum(len(segment) for segment in into)
        written += rows
        segments = [segment for segment in segments if segment not in into] + [Sized(rows)]
        ordered = sorted(map(len, segments))
        assert all(size > RATIO * sum(ordered[:i]) for i, size in enumerate(ordered))
    assert written / 400_000 < 20


def test_rows_are_laid_out_together_whatever_they_came_from() -> None:
    one, other = Gallery(PROFILE), Gallery(PROFILE)
    one.add(batch_of(Kind.FOUND, 300, 1), np.arange(300, dtype=np.int32), 2)
    other.add(batch_of(Kind.FOUND, 200, 2), np.arange(300, 500, dtype=np.int32), 3)
    other.add(batch_of(Kind.MISSING, 20, 3), np.arange(500, 520, dtype=np.int32), 3)
    sources = [Source(segment, segment.record.copy()) for segment in (Segment.of(one), Segment.of(other))]
    sources[0].segment.withdraw(numbered(1))
    columns = merged(PROFILE, sources)
    assert columns is not None
    found = columns["kind"] == Kind.FOUND
    standing = columns["record"][found].reshape(-1)[: len(one) + len(other)]
    assert set(standing.tolist()) >= set(range(500))
    sex = columns["sex"][found].reshape(-1)[columns["record"][found].reshape(-1) >= 0]
    assert (np.diff(sex.astype(int)) >= 0).all()
    assert not columns["codes"][columns["record"][:, None, :].repeat(columns["codes"].shape[1], 1) < 0].any()


def test_nothing_comes_of_nothing() -> None:
    assert merged(PROFILE, []) is None
    gallery = Gallery(PROFILE)
    gallery.add(batch_of(Kind.FOUND, 3), numbered(1, 2, 3))
    gallery.withdraw(numbered(1, 2, 3))
    segment = Segment.of(gallery)
    assert merged(PROFILE, [Source(segment, segment.record)]) is None
