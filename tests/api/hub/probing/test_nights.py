"""Nights by the clocks of a country."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.probing.nights import night_of

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
COUNTRIES = st.sampled_from(["IN", "LK", "BD", "BT", "NP", "MM", "CN", "PK", "FR"])


@given(MOMENTS, COUNTRIES)
def test_a_night_holds_its_moment_and_lasts_six_hours(moment: datetime, country: str) -> None:
    night = night_of(moment, country)
    if night is not None:
        assert night[0] <= moment < night[1]
        assert night[1] - night[0] == timedelta(hours=6)
        assert night_of(night[0], country) == night == night_of(night[1] - timedelta(microseconds=1), country)
        assert night_of(night[1], country) is None


@pytest.mark.parametrize(
    ("country", "hour", "minute", "night"),
    [("IN", 17, 29, False), ("IN", 17, 30, True), ("IN", 23, 29, True), ("IN", 23, 30, False), ("NP", 17, 15, True),
     ("BD", 16, 59, False), ("BD", 17, 0, True), ("CN", 15, 0, True), ("PK", 0, 0, False), ("FR", 23, 0, True),
     ("FR", 4, 59, True), ("FR", 5, 0, False)],
)  # fmt: skip
def test_nights_begin_at_eleven_and_end_at_five_there(country: str, hour: int, minute: int, night: bool) -> None:
    assert (night_of(datetime(2026, 11, 21, hour, minute, tzinfo=UTC), country) is not None) == night
