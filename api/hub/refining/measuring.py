"""What masked codes of both sides say of pairs: weight in whole bits, levels, and how high a verdict may be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.hub.matching.match import texts_of
from api.hub.matching.models import NumberedModel
from api.hub.storage.masked_parts import ReadyRow, SideRow
from matcher.batch import UNKNOWN_DAY
from matcher.comparison import Comparison
from matcher.explanation import levels
from matcher.masked import MaskedSide, best_rows, masked_comparison, without_photos
from matcher.photo_rules import limits
from matcher.profile import EncodingProfile
from matcher.tables import UNITS_PER_BIT, weigh
from matcher.views import Kind

Key = tuple[int, int]


@dataclass(frozen=True)
class Measured:
    """A pair that was compared: thousandths of a bit in whole bits, levels as tables.candidates has them.

    limit  the matcher.photo_rules.Limit of its verdict on a list of either kind
    """

    key: Key
    weight: int
    levels: str
    limit: dict[Kind, int]
    model_id: int


def spaces_of(row: ReadyRow) -> str | None:
    """The space that both photos of a pair are of; None when they are of two, or one is missing."""
    return row.missing.space if row.missing.space == row.found.space else None


def measure(
    rows: Sequence[ReadyRow], profile: EncodingProfile, numbered: NumberedModel, steps: dict[Kind, tuple[int, int]],
    *, photos: bool,
) -> list[Measured]:  # fmt: skip
    """Compare pairs by their best pair of rows, in the order given.

    Args:
        rows: comparisons of which both parts are there.
        profile: the masked profile.
        numbered: its model, for the space of these pairs' photos.
        steps: weights from which a pair without rivals is possible, and probable, on a list of either kind.
        photos: whether the photos of these pairs are of one space.

    Raises:
        BatchError: a part does not fit the profile.
    """
    if not rows:
        return []
    tables = numbered.tables
    comparison, owner = _comparison(rows, profile, photos=photos)
    parts = weigh(comparison, tables)
    best = best_rows(owner, parts.sum(axis=1))
    places, parts = levels(comparison, tables, parts)[best], parts[best]
    limit = {kind: limits(places, parts, tables, steps[kind]).tolist() for kind in Kind}
    return [
        Measured(row.key, weight, text, {kind: limit[kind][at] for kind in Kind}, numbered.id)
        for at, (row, weight, text) in enumerate(zip(rows, _whole_bits(parts), texts_of(places, tables), strict=True))
    ]


def _whole_bits(parts: npt.NDArray[np.int32]) -> list[int]:
    """Summed weights, so rounded that what is stored tells little more of a distance than its level does."""
    total = parts.sum(axis=1, dtype=np.int64)
    rounded = np.rint(total / UNITS_PER_BIT).astype(np.int64) * UNITS_PER_BIT
    return [int(weight) for weight in rounded]


def _comparison(
    rows: Sequence[ReadyRow], profile: EncodingProfile, *, photos: bool
) -> tuple[Comparison, npt.NDArray[np.int64]]:
    """All pairs of rows of all comparisons, and which of these each belongs to, int64 (p,)."""
    places = [np.divmod(np.arange(row.missing.rows * row.found.rows), row.found.rows) for row in rows]
    missing = _side([row.missing for row in rows], [first for first, _ in places], profile, photos=photos)
    found = _side([row.found for row in rows], [second for _, second in places], profile, photos=photos)
    owner = np.repeat(np.arange(len(rows)), [len(first) for first, _ in places])
    return masked_comparison(profile, missing, found), owner


def _side(
    sides: Sequence[SideRow], rows: Sequence[npt.NDArray[np.int64]], profile: EncodingProfile, *, photos: bool
) -> MaskedSide:
    """One side of all pairs of rows; `rows` has of each comparison the own row of its pairs, int64 (pairs,)."""
    counts = [len(each) for each in rows]
    codes = np.frombuffer(b"".join(side.codes for side in sides), dtype="<u8").astype(np.uint64)
    presence = np.concatenate([
        np.frombuffer(side.presence, dtype="<u2").astype(np.uint16)[at] for side, at in zip(sides, rows, strict=True)
    ])  # fmt: skip
    birth = np.array([(_day(side.birth_first), _day(side.birth_last)) for side in sides], dtype=np.int32)
    return MaskedSide(
        codes.reshape(-1, profile.words), presence if photos else without_photos(profile, presence),
        np.repeat(np.array([side.sex for side in sides], dtype=np.uint8), counts), np.repeat(birth, counts, axis=0),
        np.repeat(np.array([_day(side.event) for side in sides], dtype=np.int32), counts),
        np.repeat(np.array([side.age for side in sides], dtype=np.uint8), counts),
    )  # fmt: skip


def _day(value: int | None) -> int:
    return int(UNKNOWN_DAY) if value is None else value
