"""What the operator does with alarms, and what becomes of their records."""

import json

import numpy as np
import pytest

from api.hub.matching import screening
from api.hub.operating import alarms as operating
from api.hub.settings import HubSettings
from api.hub.storage.kinship_tables import alarm_records, kindred, variants
from api.hub.storage.partner_tables import audit
from api.hub.storage.quotas import Quota
from api.hub.storage.tables import candidates, pending
from matcher.errors import InputError
from matcher.views import Kind
from tests.api.hub.matching.exchange import codes_of, noisy
from tests.api.hub.probing.probers import Station

SETTINGS = HubSettings(name="test-hub")


def told(station: Station) -> list[tuple[str, str]]:
    entries = [json.loads(row["content"]) for row in station.rows(audit.leaves)]
    return [(entry["what"], entry["by"]) for entry in entries if entry["what"].startswith(("alarm", "partner"))]


def fish(station: Station, rng: np.random.Generator) -> tuple[list[int], np.ndarray]:
    """Four invented records of a shelter's insider for a child that the police misses."""
    child = codes_of(rng, 1)
    station.file(child)
    filed = [station.file(noisy(rng, child, 0.03), Kind.FOUND, station.shelter) for _ in range(4)]
    station.settle()
    return filed, child


def test_a_cleared_alarm_shows_its_candidates_again(station: Station, rng: np.random.Generator) -> None:
    filed, _ = fish(station, rng)
    assert station.stopped() == filed
    [alarm] = station.alarms()
    before = {row["id"]: row["sequence"] for row in station.rows(candidates)}
    assert len(before) == 4
    operating.clear(station.database, SETTINGS, alarm.id, lambda: station.now)
    assert not station.stopped()
    after = {row["id"]: row["sequence"] for row in station.rows(candidates)}
    assert min(after.values()) > max(before.values())
    assert told(station) == [("alarm-raised", "hub"), ("alarm-cleared", "hub-operator")]


def test_a_cleared_group_is_an_alarm_again_when_it_has_grown_by_as_many(
    station: Station, rng: np.random.Generator
) -> None:
    filed, child = fish(station, rng)
    operating.clear(station.database, SETTINGS, station.alarms()[0].id, lambda: station.now)
    matcher, states = station.matcher(), []
    for _ in range(4):
        filed.append(station.file(noisy(rng, child, 0.03), Kind.FOUND, station.shelter))
        station.settle(matcher)
        states.append((station.alarms()[0].state, len(station.stopped())))
    assert states == [("cleared", 0)] * 3 + [("open", 8)]
    assert [what for what, _ in told(station)] == ["alarm-raised", "alarm-cleared", "alarm-raised"]


def test_an_upheld_alarm_stops_for_good_and_takes_in_who_joins(station: Station, rng: np.random.Generator) -> None:
    filed, child = fish(station, rng)
    [alarm] = station.alarms()
    for _ in range(2):
        operating.uphold(station.database, alarm.id, lambda: station.now)
    station.days_later(30)
    filed.append(station.file(noisy(rng, child, 0.03), Kind.FOUND, station.shelter))
    station.settle()
    assert [(one.state, one.records) for one in station.alarms()] == [("upheld", 5)]
    assert station.stopped() == filed
    assert told(station) == [("alarm-raised", "hub"), ("alarm-upheld", "hub-operator")]


def test_a_slowing_alarm_that_is_upheld_stops_for_good(station: Station, rng: np.random.Generator) -> None:
    station.rule(officer_day=10)
    filed = station.file_others(rng, 4)
    matcher = station.settle()
    operating.uphold(station.database, station.alarms()[0].id, lambda: station.now)
    station.days_later(30)
    station.settle(matcher)
    assert station.stopped() == filed


def test_when_the_time_to_slow_is_over_candidates_are_shown_again_once(
    station: Station, rng: np.random.Generator
) -> None:
    station.rule(officer_day=10)
    children = codes_of(rng, 4)
    for child in children:
        station.file(noisy(rng, child.reshape(1, -1), 0.03), Kind.FOUND, station.shelter)
        station.file(child.reshape(1, -1), officer="Q" * 22, entered_at=None)
    matcher = station.settle()
    before = max(row["sequence"] for row in station.rows(candidates))
    station.days_later(2)
    station.settle(matcher)
    after = [row["sequence"] for row in station.rows(candidates)]
    assert min(after) > before
    station.days_later(1)
    station.settle(matcher)
    assert [row["sequence"] for row in station.rows(candidates)] == after


@pytest.mark.parametrize("broken", ["raise_suspected", "propose", "note"])
def test_a_crash_in_screening_leaves_nothing_and_repeats_all(
    station: Station, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    filed = station.file_variants(rng, 5)
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(screening, broken, crash)
        with pytest.raises(ZeroDivisionError):
            station.settle()
    assert [station.rows(table) for table in (kindred, variants, alarm_records)] == [[], [], []]
    assert len(station.rows(pending)) == 5
    station.settle()
    assert station.kinds() == [("variants", "stop", 5)]
    assert station.stopped() == filed


def test_a_crash_between_screening_and_storing_doubles_nothing(
    station: Station, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = codes_of(rng, 1)
    for _ in range(4):
        station.file(noisy(rng, child, 0.03))
    station.file(child, Kind.FOUND, station.shelter)

    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("api.hub.matching.online.store", crash)
        with pytest.raises(ZeroDivisionError):
            station.settle()
    screened = station.kinds(), station.rows(variants), station.rows(alarm_records)
    assert (len(station.rows(pending)), len(station.rows(candidates))) == (5, 0)
    station.settle()
    assert (station.kinds(), station.rows(variants), station.rows(alarm_records)) == screened
    assert [what for what, _ in told(station)] == ["alarm-raised"]
    assert (len(station.rows(pending)), len(station.rows(candidates))) == (0, 4)


def test_lists_come_in_pages_and_tell_no_record(station: Station, rng: np.random.Generator) -> None:
    for _ in range(3):
        filed = station.file_variants(rng, 4)
    station.settle()
    first = operating.listing(station.database, False, None, 2)
    rest = operating.listing(station.database, False, first.values["before"], 2)
    assert [row["alarm"] for page in (first, rest) for row in page.values["alarms"]] == [3, 2, 1]
    assert rest.values["before"] is None
    shown = operating.show(station.database, 1)
    assert (shown.values["partner"], shown.values["kind"], shown.values["records"]) == ("police", "variants", 4)
    lines = [*first.lines, *rest.lines, *shown.lines]
    assert not any(station.ref_of(number) in line for number in filed for line in lines)
    operating.clear(station.database, SETTINGS, 2, lambda: station.now)
    assert [row["alarm"] for row in operating.listing(station.database, False, None).values["alarms"]] == [3, 1]
    assert len(operating.listing(station.database, True, None).values["alarms"]) == 3


def test_what_does_not_exist_is_said_in_a_sentence(station: Station) -> None:
    assert list(operating.listing(station.database, False, None).lines) == ["No alarm."]
    with pytest.raises(InputError, match="no alarm of this number"):
        operating.show(station.database, 9)
    with pytest.raises(InputError, match="no alarm of this number"):
        operating.clear(station.database, SETTINGS, 9, lambda: station.now)
    with pytest.raises(InputError, match="no partner of this name"):
        operating.set_quota(station.database, "nobody", Quota(), lambda: station.now)


def test_quotas_are_set_listed_and_audited(station: Station) -> None:
    operating.set_quota(station.database, "police", Quota(holder_day=90_000, officer_day=7), lambda: station.now)
    summary = operating.set_quota(station.database, "police", Quota(holder_day=90_000), lambda: station.now)
    assert summary.lines == ["police: 90,000 records a day of one holder."]
    listed = operating.quota_listing(station.database, SETTINGS)
    assert listed.values["partners"] == [
        {"partner": "police", "officer_day": None, "office_day": None, "holder_day": 90_000}
    ]
    assert told(station) == [("partner-quota-set", "hub-operator")] * 2
