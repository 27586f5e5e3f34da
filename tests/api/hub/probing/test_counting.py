"""Quotas of a day, bursts and nights."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from api.hub.storage import quotas
from api.hub.storage.quotas import Quota
from matcher.views import Kind
from tests.api.hub.probing.probers import OFFICE, OFFICER, Station

OTHER = "P" * 22


def file_slowly(station: Station, rng: np.random.Generator, count: int, **columns: object) -> list[int]:
    """So many records, eleven minutes apart: no burst."""
    filed = []
    for _ in range(count):
        filed += station.file_others(rng, 1, **columns)
        station.now += timedelta(minutes=11)
    return filed


def test_records_beyond_an_officers_day_are_stopped_and_no_others(station: Station, rng: np.random.Generator) -> None:
    station.rule(officer_day=5)
    file_slowly(station, rng, 5)
    file_slowly(station, rng, 4, officer=OTHER)
    late = file_slowly(station, rng, 2, kind=Kind.FOUND)
    station.settle()
    assert station.kinds() == [("quota_officer", "stop", 2)]
    assert station.stopped() == late


def test_quotas_of_office_and_holder(station: Station, rng: np.random.Generator) -> None:
    station.rule(office_day=3, holder_day=5)
    inside = station.file_others(rng, 3, office_mark=OFFICE)
    beyond = station.file_others(rng, 1, office_mark=OFFICE, officer=OTHER)
    elsewhere = station.file_others(rng, 1)
    station.settle()
    assert station.kinds() == [("quota_office", "stop", 1)]
    assert station.stopped() == beyond
    last = station.file_others(rng, 2, officer=None)
    station.settle()
    assert station.kinds() == [("quota_office", "stop", 1), ("quota_holder", "stop", 2)]
    assert station.stopped() == sorted(beyond + last)
    assert not {*inside, *elsewhere} & set(station.stopped())


def test_the_next_day_is_counted_by_itself(station: Station, rng: np.random.Generator) -> None:
    station.rule(officer_day=30)
    for _ in range(2):
        file_slowly(station, rng, 30)
        station.days_later(1)
    station.settle()
    assert not station.alarms()


def test_a_partners_own_quota_overrides_the_settings(station: Station, rng: np.random.Generator) -> None:
    station.rule(officer_day=2, holder_day=3)
    with station.database.write() as conn:
        quotas.put(conn, station.police, Quota(officer_day=500, holder_day=500), station.now)
    station.file_others(rng, 6)
    station.settle()
    assert not station.alarms()
    station.file_others(rng, 4, partner=station.shelter)
    station.settle()
    assert {alarm.partner for alarm in station.alarms()} == {"shelter"}


def test_withdrawn_records_and_new_versions_do_not_free_a_quota(station: Station, rng: np.random.Generator) -> None:
    station.rule(holder_day=4)
    matcher = station.settle()
    for _ in range(6):
        [number] = station.file_others(rng, 1)
        station.settle(matcher)
        station.withdraw(number)
    assert station.kinds() == [("quota_holder", "stop", 2)]


def test_a_burst_slows_all_of_it_for_a_while(station: Station, rng: np.random.Generator) -> None:
    station.rule(officer_day=30)
    station.file_others(rng, 1)
    station.now += timedelta(minutes=11)
    burst = station.file_others(rng, 7)
    calm = station.file_others(rng, 6, officer=OTHER)
    matcher = station.settle()
    assert station.kinds() == [("burst", "slow", 7)]
    assert station.stopped() == burst
    assert not set(calm) & set(station.stopped())
    station.days_later(2)
    assert not station.stopped()
    assert [alarm.until is None for alarm in station.alarms("open")] == [False]
    station.settle(matcher)
    assert [alarm.until is None for alarm in station.alarms("open")] == [True]


@pytest.mark.parametrize("officer", [OFFICER, None])
def test_a_night_of_one_officer_slows(station: Station, rng: np.random.Generator, officer: str | None) -> None:
    station.rule(odd_hours_allowed=3)
    # 23:10 in India, and past midnight there; both are one night.
    station.now = datetime(2026, 11, 21, 17, 40, tzinfo=UTC)
    filed = station.file_others(rng, 2, officer=officer)
    station.now += timedelta(hours=3)
    filed += station.file_others(rng, 2, officer=officer)
    station.file_others(rng, 3, officer=OTHER)
    station.settle()
    assert station.kinds() == [("odd_hours", "slow", 4)]
    assert station.stopped() == filed


def test_evenings_and_mornings_are_no_night(station: Station, rng: np.random.Generator) -> None:
    station.rule(odd_hours_allowed=3)
    for hour, minute in ((17, 29), (23, 30)):
        station.now = datetime(2026, 11, 21, hour, minute, tzinfo=UTC)
        station.file_others(rng, 6)
    station.settle()
    assert not station.alarms()
