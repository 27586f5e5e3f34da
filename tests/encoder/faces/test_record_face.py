"""The face of a record: the mean of its photos, and the age of the child in them."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.birth import BirthInterval
from encoder.birth_reason import BirthReason
from encoder.calendars.interval import DayInterval
from encoder.calendars.parse import parse_date
from encoder.faces.interface import FaceVector
from encoder.faces.record_face import RecordFace, photo_years, record_face
from encoder.faces.space import EmbeddingError
from matcher.views import Kind
from tests.encoder.builders import born, record
from tests.encoder.faces.synthetic_faces import face

ONE = FaceVector(np.array([1.0, 2.0, 3.0]), True)
OTHER = FaceVector(np.array([3.0, 2.0, -1.0]), True)
POOR = FaceVector(np.array([5.0, 2.0, 1.0]), False)


# --- several photos -------------------------------------------------------------------------------------------------


def test_photos_count_by_their_mean() -> None:
    combined = record_face([ONE, OTHER, POOR], [4.0, 5.0, 6.0])
    assert (combined.embedding.tolist(), combined.years, combined.good) == ([3.0, 2.0, 1.0], 5.0, False)


def test_one_photo_is_taken_as_it_is() -> None:
    alone = record_face([ONE], [None])
    assert (alone.embedding.tolist(), alone.years, alone.good) == ([1.0, 2.0, 3.0], None, True)


@pytest.mark.parametrize(
    ("years", "common"),
    [((3.0, 7.0), 5.0), ((3.0, 7.1), None), ((3.0, None), None), ((None, None), None), ((0.0, 0.0), 0.0)],
)
def test_photos_have_a_common_age_when_it_is_known_and_they_are_close(
    years: tuple[float | None, ...], common: float | None
) -> None:
    assert record_face([ONE, OTHER], years).years == common


@given(goods=st.lists(st.booleans(), min_size=1, max_size=5))
def test_a_face_is_good_when_every_photo_is(goods: list[bool]) -> None:
    vectors = [FaceVector(ONE.embedding, good) for good in goods]
    assert record_face(vectors, [None] * len(goods)).good is all(goods)


def test_vectors_of_different_lengths_or_without_numbers_are_refused() -> None:
    with pytest.raises(EmbeddingError, match="different models"):
        record_face([ONE, FaceVector(np.ones(4), True)], [1.0, 1.0])
    for numbers in (np.array([1.0, np.nan, 0.0]), np.array([np.inf, 0.0, 0.0]), np.ones((2, 2))):
        with pytest.raises(EmbeddingError):
            record_face([FaceVector(numbers, True)], [1.0])


@pytest.mark.parametrize(("vectors", "years"), [([], []), ([ONE], []), ([ONE], [1.0, 2.0])])
def test_every_vector_has_an_age_or_none(vectors: list[FaceVector], years: list[float | None]) -> None:
    with pytest.raises(ValueError, match="at least one vector"):
        record_face(vectors, years)


def test_a_face_neither_shows_itself_nor_travels() -> None:
    shown: RecordFace = face(1, years=7.25)
    assert repr(shown) == str(shown) == "RecordFace()"
    for step in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled"):
            step(shown)


# --- the age in the photo -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_an_age_in_the_photo_is_taken_as_it_is(kind: Kind) -> None:
    raw = record(kind, photo_date=6.5, birth=born("2012-07-04"), event_date=parse_date("2025-05-17"))
    assert photo_years(raw) == 6.5


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("birth", "taken", "years"),
    [
        ("2012-07-04", "2019-07-04", 7.0), ("2012", "2019", 7.0), ("2012-07", "2019", 6.96),
        ("2014", "2014-03-01", 0.0), ("2012-07-04", "2012-07-04", 0.0),
    ],
)  # fmt: skip
def test_a_date_of_the_photo_is_counted_from_the_birth(kind: Kind, birth: str, taken: str, years: float) -> None:
    raw = record(kind, photo_date=parse_date(taken), birth=born(birth), event_date=parse_date("2025-05-17"))
    assert photo_years(raw) == pytest.approx(years, abs=0.01)


def test_a_photo_from_before_the_birth_tells_no_age() -> None:
    assert photo_years(record(photo_date=parse_date("2011"), birth=born("2012-07-04"))) is None


def test_a_found_child_without_a_photo_date_was_photographed_when_found() -> None:
    fields = {"birth": born("2012-07-04"), "event_date": parse_date("2025-07-04")}
    assert photo_years(record(Kind.FOUND, **fields)) == pytest.approx(13, abs=0.01)
    assert photo_years(record(Kind.MISSING, **fields)) is None


@pytest.mark.parametrize("kind", Kind)
def test_without_birth_or_date_there_is_no_age(kind: Kind) -> None:
    assert photo_years(record(kind)) is None
    assert photo_years(record(kind, birth=born("2012"))) is None
    assert photo_years(record(kind, photo_date=parse_date("2019"), event_date=parse_date("2025"))) is None


@given(width=st.integers(0, 3000))
def test_a_birth_or_photo_date_wider_than_six_years_tells_no_age(width: int) -> None:
    day = parse_date("2020-01-01").first
    wide_birth = record(birth=BirthInterval(10_000 - width, 10_000, BirthReason.AGE), photo_date=DayInterval(day, day))
    wide_photo = record(birth=BirthInterval(10_000, 10_000, BirthReason.DATE), photo_date=DayInterval(day - width, day))
    for raw in (wide_birth, wide_photo):
        assert (photo_years(raw) is None) == (width > 6 * 365.25)
