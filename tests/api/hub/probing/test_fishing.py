"""One partner's records that look like one child, over and over."""

from datetime import timedelta

import numpy as np
import pytest

from api.hub.storage.kinship_tables import alarm_records, kindred, variants
from api.hub.storage.partitions import close
from api.hub.storage.partner_tables import audit
from api.hub.storage.records import queue_all_of
from matcher.views import Kind
from tests.api.hub.matching.exchange import codes_of, noisy, one
from tests.api.hub.probing.probers import Station


@pytest.mark.parametrize("kind", list(Kind))
def test_five_variants_raise_one_alarm_and_stop_all(station: Station, rng: np.random.Generator, kind: Kind) -> None:
    filed, others = station.file_variants(rng, 5, kind), station.file_others(rng, 3, kind=kind)
    station.settle()
    assert station.kinds() == [("variants", "stop", 5)]
    assert station.stopped() == filed
    assert not set(others) & set(station.stopped())
    assert len(station.rows(kindred)) == len(station.rows(variants)) == 10


def test_variants_one_after_the_other_join_the_alarm_that_the_fourth_raised(
    station: Station, rng: np.random.Generator
) -> None:
    child, matcher, raised = codes_of(rng, 1), station.matcher(), []
    for _ in range(6):
        station.file(noisy(rng, child, 0.03))
        station.settle(matcher)
        raised.append(station.kinds())
    assert raised[:3] == [[]] * 3
    assert raised[3:] == [[("variants", "stop", count)] for count in (4, 5, 6)]


def test_a_chain_of_small_changes_is_one_group(station: Station, rng: np.random.Generator) -> None:
    words, filed = codes_of(rng, 1), []
    for _ in range(9):
        filed.append(station.file(words))
        words = noisy(rng, words, 0.12)
    station.settle()
    pairs = {(row["first_id"], row["second_id"]) for row in station.rows(kindred)}
    assert (filed[0], filed[-1]) not in pairs
    assert station.stopped() == filed


def test_two_siblings_and_a_second_report_are_no_alarm(station: Station, rng: np.random.Generator) -> None:
    station.file_variants(rng, 3)
    station.settle()
    assert not station.alarms()
    assert len(station.rows(variants)) == 3


def test_the_same_child_at_two_partners_is_kindred_and_no_variant(station: Station, rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    here, there = station.file(child), station.file(noisy(rng, child, 0.03), partner=station.shelter)
    stranger = station.partner("stranger")
    station.file(noisy(rng, child, 0.03), partner=stranger)
    station.settle()
    assert [(row["first_id"], row["second_id"]) for row in station.rows(kindred)] == [(here, there)]
    assert not station.rows(variants)


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("how", ["withdraw", "expire"])
def test_records_withdrawn_or_expired_in_between_count(
    station: Station, rng: np.random.Generator, how: str, restarted: bool
) -> None:
    child, matcher = codes_of(rng, 1), station.matcher()
    for _ in range(4):
        number = station.file(noisy(rng, child, 0.03))
        station.settle(matcher)
        getattr(station, how)(number)
        station.days_later(1)
        matcher = station.settle(station.matcher() if restarted else matcher)
    assert station.kinds() == [("variants", "stop", 4)]


def test_what_was_withdrawn_long_ago_does_not_count(station: Station, rng: np.random.Generator) -> None:
    child, matcher = codes_of(rng, 1), station.matcher()
    for _ in range(4):
        number = station.file(noisy(rng, child, 0.03))
        station.settle(matcher)
        station.withdraw(number)
        station.days_later(60)
    assert not station.alarms()


def test_an_erased_record_is_kin_of_nothing_new(station: Station, rng: np.random.Generator) -> None:
    child, matcher = codes_of(rng, 1), station.matcher()
    number = station.file(child)
    station.settle(matcher)
    station.withdraw(number)
    station.settle(matcher)
    station.file(noisy(rng, child, 0.03))
    station.settle(matcher)
    assert len(station.rows(variants)) == 1
    station.erase(number)
    station.file(noisy(rng, child, 0.03))
    station.settle(matcher)
    assert len(station.rows(variants)) == 2


def test_variants_of_two_epochs_count_together(station: Station, rng: np.random.Generator) -> None:
    first = station.file_variants(rng, 2)
    station.settle()
    old, station.partition = station.partition, station.open_partition("north", epoch="2026-12")
    with station.database.write() as conn:
        close(conn, old.id)
    child, entered = codes_of(rng, 1), station.now
    station.days_later(3)
    again = station.file(noisy(rng, child, 0.03), ref=station.ref_of(first[0]), entered_at=entered)
    new = [station.file(noisy(rng, child, 0.03)) for _ in range(2)]
    station.settle()
    assert station.kinds() == [("variants", "stop", 4)]
    assert station.stopped() == sorted([*first, again, *new])


def test_a_new_version_takes_the_place_of_the_old_ones_kin(station: Station, rng: np.random.Generator) -> None:
    first, second = station.file_variants(rng, 2)
    matcher = station.settle()
    [row] = station.rows(kindred)
    assert (row["first_id"], row["second_id"], row["second_version"]) == (first, second, 1)
    station.change(second, one(Kind.MISSING, codes_of(rng, 1)))
    station.settle(matcher)
    assert not station.rows(kindred)
    assert len(station.rows(variants)) == 1


def test_reports_that_came_long_before_or_after_are_kin_all_the_same(
    station: Station, rng: np.random.Generator
) -> None:
    child = codes_of(rng, 1)
    for event in (15_000, 20_000):
        station.put(station.police, one(Kind.MISSING, noisy(rng, child, 0.03), event))
    station.settle()
    [row] = station.rows(kindred)
    assert '["lag","not known"]' in row["levels"]


def test_screening_twice_changes_nothing(station: Station, rng: np.random.Generator) -> None:
    station.file_variants(rng, 5)
    matcher = station.settle()
    before = [station.rows(table) for table in (kindred, variants, alarm_records, audit.leaves)]
    with station.database.write() as conn:
        queue_all_of(conn, station.police)
    station.now += timedelta(minutes=5)
    station.settle(matcher)
    after = [station.rows(table) for table in (kindred, variants, alarm_records, audit.leaves)]
    assert [{**row, "found_at": None} for row in after[0]] == [{**row, "found_at": None} for row in before[0]]
    assert after[1:] == before[1:]
