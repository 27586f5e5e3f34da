"""The face of one record: all its usable photos as one vector, with the age of the child in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from encoder.birth import DAYS_A_YEAR
from encoder.calendars.interval import DayInterval
from encoder.faces.interface import FaceVector
from encoder.faces.space import EmbeddingError
from encoder.record import RawRecord
from matcher.views import Kind

MAX_YEARS_APART = 4.0
"""Photos further apart in age have no common age: years of the child's life between the youngest and the oldest."""

MAX_WIDTH_YEARS = 6.0
"""A birth or a photo date known less closely than this tells no age."""


@dataclass(frozen=True, repr=False, eq=False)
class RecordFace:
    """What the photos of one record come to.

    embedding  float64 (d,), mean over the photos, before any protection
    years      age of the child in the photos, None when it is not known
    good       whether every photo was good enough for a weight calibrated by age
    """

    embedding: npt.NDArray[np.float64]
    years: float | None
    good: bool

    def __repr__(self) -> str:
        """Nothing: an embedding is an identity."""
        return "RecordFace()"

    def __reduce__(self) -> NoReturn:
        """Refuse pickling, and copying with it: a pickle is an identity on a disk or a wire."""
        raise TypeError("A face cannot be pickled: encode it, and send the codes.")


def record_face(vectors: Sequence[FaceVector], years: Sequence[float | None]) -> RecordFace:
    """One face from those of a record's photos.

    Args:
        vectors: of one embedder, at least one.
        years: age of the child in each photo, None where it is not known.

    Returns:
        The mean embedding; the mean age, None when one age is not known or they are more than MAX_YEARS_APART apart;
        good only when all are.

    Raises:
        EmbeddingError: the vectors differ in length, or hold numbers that are not finite.
        ValueError: no vector, or not one age for each.
    """
    if not vectors or len(vectors) != len(years):
        raise ValueError("A face of a record needs at least one vector, and an age or None for each.")
    if len({vector.embedding.shape for vector in vectors}) > 1:
        raise EmbeddingError("The photos of a record were embedded by different models; embed them again.")
    embedding = np.stack([vector.embedding for vector in vectors]).astype(np.float64).mean(axis=0)
    if embedding.ndim != 1 or not np.isfinite(embedding).all():
        raise EmbeddingError("A face embedding holds what is no finite number; embed the photo again.")
    return RecordFace(embedding, _common_age(years), all(vector.good for vector in vectors))


def _common_age(years: Sequence[float | None]) -> float | None:
    known = [age for age in years if age is not None]
    if len(known) < len(years) or max(known) - min(known) > MAX_YEARS_APART:
        return None
    return sum(known) / len(known)


def photo_years(record: RawRecord) -> float | None:
    """Age of the child in the photos of a record, in years, None when it is not known.

    `photo_date` is an age, or a date from which the birth is counted; a found child without one was photographed when
    found. Dates count by their middle, unless they are more than MAX_WIDTH_YEARS wide.
    """
    taken = record.photo_date
    if taken is None and record.kind is Kind.FOUND:
        taken = record.event_date
    if taken is None or isinstance(taken, int | float):
        return None if taken is None else float(taken)
    born = record.birth
    if born is None or taken.last < born.first:  # before the birth: one of the dates is wrong
        return None
    wide = max(taken.last - taken.first, born.last - born.first)
    if wide > MAX_WIDTH_YEARS * DAYS_A_YEAR:
        return None
    return max(0.0, (_middle(taken) - (born.first + born.last) / 2) / DAYS_A_YEAR)


def _middle(days: DayInterval) -> float:
    return (days.first + days.last) / 2
