"""Open attributes: no finer than the profile's grain, and never narrower than the truth."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.birth import BirthInterval
from encoder.birth_reason import BirthReason
from encoder.calendars.interval import DayInterval, day_number, gregorian_date
from encoder.calendars.parse import parse_date
from encoder.open_attributes import HIDDEN_BIRTH, UNKNOWN, open_birth, open_event
from matcher.batch import UNKNOWN_DAY
from matcher.profile import BirthGrain, EventGrain
from matcher.views import Kind
from tests.encoder.builders import born

LOWEST, HIGHEST = day_number(date(1900, 1, 1)), day_number(date(2050, 12, 31))
"""The days that a record can speak of."""

days = st.integers(LOWEST, HIGHEST)
spans = st.tuples(days, days).map(sorted).map(tuple)
events = spans.map(lambda ends: DayInterval(*ends))


def day(text: str) -> int:
    """Number of a whole date."""
    interval = parse_date(text)
    assert interval.exact
    return interval.first


def test_unknown_is_the_mark_of_the_batch() -> None:
    assert int(UNKNOWN_DAY) == UNKNOWN
    for birth_grain in BirthGrain:
        assert open_birth(None, birth_grain) == (UNKNOWN, UNKNOWN)
    for event_grain in EventGrain:
        for kind in Kind:
            assert open_event(None, kind, event_grain) == UNKNOWN


@given(span=spans, reason=st.sampled_from(BirthReason))
def test_births_by_the_day_are_shown_as_they_are(span: tuple[int, int], reason: BirthReason) -> None:
    assert open_birth(BirthInterval(*span, reason), BirthGrain.DAY) == span


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2012-07-04", "2012-01-01", "2015-12-31"),
        ("2012-01-02", "2012-01-01", "2015-12-31"),
        ("2015-12-31", "2012-01-01", "2015-12-31"),
        ("2011-12-31", "2008-01-01", "2011-12-31"),
        ("BS:2068", "2008-01-01", "2015-12-31"),  # April 2011 to April 2012
    ],
)
def test_births_in_bands_of_four_years(text: str, first: str, last: str) -> None:
    assert open_birth(born(text), BirthGrain.FOUR_YEARS) == (day(first), day(last))


@given(span=spans)
def test_a_band_holds_the_truth_and_shows_nothing_finer(span: tuple[int, int]) -> None:
    first, last = open_birth(BirthInterval(*span, BirthReason.AGE), BirthGrain.FOUR_YEARS)
    assert first <= span[0] <= span[1] <= last
    start, after = gregorian_date(first), gregorian_date(last + 1)
    for edge in (start, after):
        assert (edge.month, edge.day, edge.year % 4) == (1, 1, 0)
    # Not a band more than it needs, either.
    assert span[0] - first < 4 * 366
    assert last - span[1] < 4 * 366


@given(a=days, b=days)
def test_births_of_one_band_look_the_same(a: int, b: int) -> None:
    same_band = gregorian_date(a).year // 4 == gregorian_date(b).year // 4
    shown = [open_birth(BirthInterval(x, x, BirthReason.DATE), BirthGrain.FOUR_YEARS) for x in (a, b)]
    assert (shown[0] == shown[1]) == same_band


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("2025-05-17", Kind.MISSING, "2025-05-17"),
        ("2025-05-17", Kind.FOUND, "2025-05-17"),
        ("2025-05", Kind.MISSING, "2025-05-01"),
        ("2025-05", Kind.FOUND, "2025-05-31"),
        ("2025", Kind.MISSING, "2025-01-01"),
        ("2025", Kind.FOUND, "2025-12-31"),
    ],
)
def test_of_a_partial_date_each_side_takes_the_end_that_excludes_nothing(text: str, kind: Kind, shown: str) -> None:
    assert open_event(parse_date(text), kind, EventGrain.DAY) == day(shown)


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("2025-05-17", Kind.MISSING, "2025-04-01"),
        ("2025-05-17", Kind.FOUND, "2025-04-01"),
        ("2025-01-01", Kind.MISSING, "2025-01-01"),
        ("2025-03-31", Kind.FOUND, "2025-01-01"),
        ("2025-12-31", Kind.FOUND, "2025-10-01"),
        ("2025", Kind.MISSING, "2025-01-01"),
        ("2025", Kind.FOUND, "2025-10-01"),
    ],
)
def test_events_in_quarters(text: str, kind: Kind, shown: str) -> None:
    assert open_event(parse_date(text), kind, EventGrain.QUARTER) == day(shown)


@given(event=events, kind=st.sampled_from(Kind))
def test_a_quarter_starts_at_or_before_the_day_it_stands_for(event: DayInterval, kind: Kind) -> None:
    shown = open_event(event, kind, EventGrain.QUARTER)
    start = gregorian_date(shown)
    assert (start.day, start.month % 3) == (1, 1)
    assert 0 <= open_event(event, kind, EventGrain.DAY) - shown < 92


@given(a=spans, b=spans)
def test_hidden_births_look_alike_whenever_they_were(a: tuple[int, int], b: tuple[int, int]) -> None:
    shown = {open_birth(BirthInterval(*span, BirthReason.DATE), BirthGrain.HIDDEN) for span in (a, b)}
    assert shown == {HIDDEN_BIRTH}
    assert HIDDEN_BIRTH[0] <= LOWEST
    assert HIDDEN_BIRTH[1] >= HIGHEST


@given(event=events, kind=st.sampled_from(Kind))
def test_a_year_starts_at_or_before_the_day_it_stands_for(event: DayInterval, kind: Kind) -> None:
    shown = open_event(event, kind, EventGrain.YEAR)
    start = gregorian_date(shown)
    assert (start.day, start.month) == (1, 1)
    assert 0 <= open_event(event, kind, EventGrain.DAY) - shown < 366


@given(missing=events, found=events, grain=st.sampled_from(EventGrain))
def test_doubt_and_grain_never_turn_the_order_of_events_round(
    missing: DayInterval, found: DayInterval, grain: EventGrain
) -> None:
    """A child that may have been found after it went missing is never shown as found before."""
    if missing.first <= found.last:
        assert open_event(missing, Kind.MISSING, grain) <= open_event(found, Kind.FOUND, grain)
