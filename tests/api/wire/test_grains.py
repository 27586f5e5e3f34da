from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire.grains import coarse_expiry, is_no_finer
from api.wire.items import EncodedRow, PutItem
from encoder.birth import BirthInterval
from encoder.birth_reason import BirthReason
from encoder.calendars.interval import DayInterval
from encoder.open_attributes import open_birth, open_event
from matcher.profile import CROSS_BORDER_2026_11_22, LOCAL_2026_11_22, NETWORK_2026_11_22, EventGrain
from matcher.views import Kind

PROFILES = (LOCAL_2026_11_22, NETWORK_2026_11_22, CROSS_BORDER_2026_11_22)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31)).map(lambda day: (day - date(1970, 1, 1)).days)


def item(birth=None, event=None, expires_on=None):
    """An item with these open attributes and nothing else."""
    return PutItem(
        action="put", ref="a" * 22, version=1, kind="found", sex="female", birth=birth, event=event,
        expires_on=expires_on, case="c" * 22, rows=(EncodedRow(presence=0, code=""),),
    )


@given(DAYS, st.integers(0, 3000), DAYS, DAYS, st.sampled_from(PROFILES))
def test_what_the_encoder_shows_is_as_coarse_as_the_hub_asks(first, width, event, expires, profile):
    birth = open_birth(BirthInterval(first, first + width, BirthReason.AGE), profile.birth_grain)
    shown = open_event(DayInterval(event, event), Kind.FOUND, profile.event_grain)
    expiry = coarse_expiry(expires, profile.event_grain)
    assert is_no_finer(item(birth, shown, expiry), profile)


@given(DAYS)
def test_a_coarse_expiry_is_the_end_of_the_quarter(day):
    end = date(1970, 1, 1) + timedelta(days=coarse_expiry(day, EventGrain.QUARTER))
    shown = date(1970, 1, 1) + timedelta(days=day)
    assert (end.year, (end.month - 1) // 3) == (shown.year, (shown.month - 1) // 3)
    assert (end + timedelta(days=1)).day == 1
    assert (end + timedelta(days=1)).month % 3 == 1


@given(DAYS)
def test_a_coarser_expiry_is_the_end_of_the_year(day):
    end = date(1970, 1, 1) + timedelta(days=coarse_expiry(day, EventGrain.YEAR))
    shown = date(1970, 1, 1) + timedelta(days=day)
    assert (end.year, end.month, end.day) == (shown.year, 12, 31)


BAND = (15340, 16800)  # the years 2012 to 2015
QUARTER = 20179  # 2025-04-01


@pytest.mark.parametrize("finer", [item(birth=BAND), item(birth=(15340, 15341)), item(event=QUARTER),
                                   item(expires_on=QUARTER - 1)])
def test_what_is_finer_than_the_cross_border_profile_is_seen(finer):
    assert not is_no_finer(finer, CROSS_BORDER_2026_11_22)


@pytest.mark.parametrize(
    "finer",
    [item(birth=(15000, 15010)), item(birth=(14610, 15000)), item(event=20001), item(expires_on=20001)],
)
def test_what_is_finer_than_a_network_profile_is_seen(finer):
    assert not is_no_finer(finer, NETWORK_2026_11_22)
    assert is_no_finer(finer, LOCAL_2026_11_22)


def test_days_that_no_calendar_has_do_not_fit():
    assert not is_no_finer(item(event=-(2**24)), NETWORK_2026_11_22)
    assert not is_no_finer(item(birth=(0, 2**24)), LOCAL_2026_11_22)
