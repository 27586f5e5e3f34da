"""Online matching: both ways, under agreements, and through every change of a record."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.views import Kind
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy, one


@pytest.fixture
def pair(hub: Hub) -> tuple[int, int]:
    """Two partners with an agreement."""
    first, second = hub.partner("west-bengal"), hub.partner("punjab")
    hub.agree(first, second)
    return first, second


def test_a_report_meets_a_child_who_is_here_already(hub: Hub, pair: tuple[int, int], rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    [found] = hub.put(pair[1], one(Kind.FOUND, child, 20_010))
    matcher = hub.settle()
    assert hub.candidates() == {}
    [missing] = hub.put(pair[0], one(Kind.MISSING, noisy(rng, child, 0.03)))
    hub.settle(matcher)
    [(key, row)] = hub.candidates().items()
    assert key == (missing, found)
    assert row.verdict == "probable"
    assert row.weight > 40_000
    assert '["child","agrees"]' in row.levels
    assert hub.told == [pair[1]]
    assert hub.waiting() == []


def test_a_child_meets_a_report_that_is_here_already(hub: Hub, pair: tuple[int, int], rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    [missing] = hub.put(pair[0], one(Kind.MISSING, noisy(rng, child, 0.03)))
    matcher = hub.settle()
    [found] = hub.put(pair[1], one(Kind.FOUND, child, 20_010))
    hub.settle(matcher)
    assert set(hub.candidates()) == {(missing, found)}


def test_both_ways_tell_the_same_of_a_pair(hub: Hub, pair: tuple[int, int], rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    far = noisy(rng, child, 0.2)
    [missing] = hub.put(pair[0], one(Kind.MISSING, child))
    matcher = hub.settle()
    [found] = hub.put(pair[1], one(Kind.FOUND, far, 20_010))
    hub.settle(matcher)
    before = hub.candidates()[missing, found]
    hub.change(missing, one(Kind.MISSING, child))
    hub.settle(matcher)
    after = hub.candidates()[missing, found]
    assert (before.weight, before.levels) == (after.weight, after.levels)
    assert before.probability == pytest.approx(after.probability)


def test_nobody_is_compared_without_an_agreement(hub: Hub, rng: np.random.Generator) -> None:
    first, second = hub.partner("punjab"), hub.partner("jessore", "BD")
    child = codes_of(rng, 1)
    hub.put(first, one(Kind.MISSING, child))
    hub.put(second, one(Kind.FOUND, child))
    hub.settle()
    assert hub.candidates() == {}


def test_own_records_are_compared_without_one(hub: Hub, rng: np.random.Generator) -> None:
    partner, child = hub.partner("punjab"), codes_of(rng, 1)
    hub.put(partner, one(Kind.MISSING, child))
    hub.put(partner, one(Kind.FOUND, child))
    hub.settle()
    assert len(hub.candidates()) == 1


def test_an_agreement_brings_earlier_records_together(hub: Hub, rng: np.random.Generator) -> None:
    first, second = hub.partner("punjab"), hub.partner("jessore", "BD")
    child = codes_of(rng, 1)
    [missing] = hub.put(first, one(Kind.MISSING, child))
    [found] = hub.put(second, one(Kind.FOUND, child))
    matcher = hub.settle()
    hub.days_later(1)
    hub.agree(first, second, begin=hub.now.date().replace(day=25))
    hub.settle(matcher)
    assert hub.candidates() == {}
    hub.days_later(3)
    hub.settle(matcher)
    assert set(hub.candidates()) == {(missing, found)}


def test_a_suspended_partner_is_compared_with_nobody(
    hub: Hub, pair: tuple[int, int], rng: np.random.Generator
) -> None:
    child = codes_of(rng, 1)
    hub.put(pair[0], one(Kind.MISSING, child))
    hub.set_partner(pair[1], "suspended")
    hub.put(pair[1], one(Kind.FOUND, child))
    hub.settle()
    assert hub.candidates() == {}


def test_candidates_outlast_a_suspension(hub: Hub, pair: tuple[int, int], rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    hub.put(pair[0], one(Kind.MISSING, child))
    [found] = hub.put(pair[1], one(Kind.FOUND, child))
    matcher = hub.settle()
    before = hub.candidates()
    hub.set_partner(pair[1], "suspended")
    hub.put(pair[0], one(Kind.MISSING, codes_of(rng, 1)))
    hub.settle(matcher)
    assert hub.candidates() == before
    assert found in {key[1] for key in before}


def test_a_correction_brings_and_takes_candidates(hub: Hub, pair: tuple[int, int], rng: np.random.Generator) -> None:
    children = codes_of(rng, 2)
    [first] = hub.put(pair[1], one(Kind.FOUND, children[0]))
    [second] = hub.put(pair[1], one(Kind.FOUND, children[1]))
    [missing] = hub.put(pair[0], one(Kind.MISSING, children[0]))
    matcher = hub.settle()
    assert set(hub.candidates()) == {(missing, first)}
    hub.change(missing, one(Kind.MISSING, children[1]))
    hub.settle(matcher)
    assert set(hub.candidates()) == {(missing, second)}
    assert set(hub.candidates("withdrawn")) == {(missing, first)}
    hub.change(missing, one(Kind.MISSING, children[0]))
    hub.settle(matcher)
    assert set(hub.candidates()) == {(missing, first)}


def test_a_correction_that_changes_nothing_visible_is_told_by_its_version(
    hub: Hub, pair: tuple[int, int], rng: np.random.Generator
) -> None:
    child = codes_of(rng, 1)
    [found] = hub.put(pair[1], one(Kind.FOUND, child))
    [missing] = hub.put(pair[0], one(Kind.MISSING, child))
    matcher = hub.settle()
    before = hub.candidates()[missing, found]
    hub.change(found, one(Kind.FOUND, child))
    hub.settle(matcher)
    after = hub.candidates()[missing, found]
    assert (after.found_version, after.name) == (2, before.name)
    assert after.sequence > before.sequence


def test_a_candidate_stays_while_the_other_side_lists_it(
    hub: Hub, pair: tuple[int, int], rng: np.random.Generator
) -> None:
    hub.options = replace(hub.options, top=1)
    child = codes_of(rng, 1)
    near, nearer = noisy(rng, child, 0.1), noisy(rng, child, 0.02)
    [missing] = hub.put(pair[0], one(Kind.MISSING, child))
    matcher = hub.settle()
    [first] = hub.put(pair[1], one(Kind.FOUND, near))
    [second] = hub.put(pair[1], one(Kind.FOUND, nearer))
    hub.settle(matcher)
    assert set(hub.candidates()) == {(missing, first), (missing, second)}
    hub.change(missing, one(Kind.MISSING, child))
    hub.settle(matcher)
    # The report's own list of one holds the nearer child; it is still the best report of the other child.
    assert set(hub.candidates()) == {(missing, first), (missing, second)}
    assert {row.missing_version for row in hub.candidates().values()} == {2}


@pytest.mark.parametrize("way", ["withdraw", "erase"])
def test_a_record_that_leaves_is_found_no_more(
    hub: Hub, pair: tuple[int, int], rng: np.random.Generator, way: str
) -> None:
    child = codes_of(rng, 1)
    [found] = hub.put(pair[1], one(Kind.FOUND, child))
    hub.put(pair[0], one(Kind.MISSING, child))
    matcher = hub.settle()
    assert len(hub.candidates()) == 1
    getattr(hub, way)(found)
    hub.put(pair[0], one(Kind.MISSING, child))
    hub.settle(matcher)
    assert hub.candidates() == {}
    index = matcher.index_of(hub.partition.id)
    assert index is not None
    assert index.gallery.record_count(Kind.FOUND) == 0
    delta = index.gallery.delta
    assert not delta.codes[: delta.tiles][delta.kind[: delta.tiles] == Kind.FOUND].any()


def test_a_record_expires_on_its_day(hub: Hub, pair: tuple[int, int], rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    today = hub.now.date().toordinal() - 719_163
    [found] = hub.put(pair[1], one(Kind.FOUND, child), expires_on=today + 1)
    hub.put(pair[0], one(Kind.MISSING, child))
    matcher = hub.settle()
    assert len(hub.candidates()) == 1
    hub.told.clear()
    hub.days_later(1)
    hub.settle(matcher)
    assert hub.state_of(found) == "expired"
    assert hub.candidates() == {}
    assert hub.told == [pair[1]]
    index = matcher.index_of(hub.partition.id)
    assert index is not None
    assert index.gallery.record_count(Kind.FOUND) == 0


def test_a_child_found_long_before_is_excluded(hub: Hub, pair: tuple[int, int], rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    hub.put(pair[1], one(Kind.FOUND, child, 19_000))
    hub.put(pair[0], one(Kind.MISSING, child, 20_000))
    hub.settle()
    assert hub.candidates() == {}


def test_records_of_one_kind_are_no_candidates(hub: Hub, pair: tuple[int, int], rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    hub.put(pair[0], one(Kind.MISSING, child))
    hub.put(pair[1], one(Kind.MISSING, child))
    hub.settle()
    assert hub.candidates() == {}


def test_partitions_never_meet(hub: Hub, rng: np.random.Generator) -> None:
    partner, child = hub.partner("punjab"), codes_of(rng, 1)
    hub.put(partner, one(Kind.FOUND, child))
    hub.partition = hub.open_partition("south")
    hub.put(partner, one(Kind.MISSING, child))
    hub.settle()
    assert hub.candidates() == {}


def test_the_verdict_steps_are_the_options(hub: Hub, pair: tuple[int, int], rng: np.random.Generator) -> None:
    child = codes_of(rng, 1)
    hub.put(pair[1], one(Kind.FOUND, child))
    hub.options = replace(hub.options, probable_from=0.9999999999999, possible_from=0.5)
    hub.put(pair[0], one(Kind.MISSING, noisy(rng, child, 0.32)))
    hub.settle()
    assert [row.verdict for row in hub.candidates().values()] == ["possible"]


def test_new_reports_do_not_wait_behind_a_bulk_upload(hub: Hub, rng: np.random.Generator) -> None:
    partner = hub.partner("punjab")
    children = codes_of(rng, 200)
    hub.put(partner, batch(Kind.FOUND, children))
    [missing] = hub.put(partner, one(Kind.MISSING, children[0]))
    matcher = hub.matcher()
    matcher.step()
    assert missing not in hub.waiting()
    assert len(hub.waiting()) == 201 - 64
