"""What must not be compared any more goes: of closed partitions, ended agreements, and records that are gone."""

import json

import numpy as np
import pytest
from sqlalchemy import select

from api.hub.refining.refined import is_refined
from api.hub.refining.requeueing import requeue
from api.hub.refining.telling import awaited_by_partition, masked_document, masked_lines
from api.hub.storage import partitions
from api.hub.storage.kinship_tables import kindred
from api.hub.storage.masked_tables import comparisons, plans
from api.hub.storage.tables import models, pending
from matcher.profile import MASKED_2026_11_22
from matcher.views import Kind
from tests.api.hub.refining.gateways import COARSE, Gateways, child, like

Rng = np.random.Generator


def waiting_pair(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> tuple[int, int]:
    """A report and a child of whom the hub asks."""
    one = child(rng)
    found = gateways.put(pair[1], Kind.FOUND, *one)
    missing = gateways.put(pair[0], Kind.MISSING, *like(rng, one))
    gateways.hub.settle()
    return missing, found


@pytest.mark.parametrize("way", ["withdraw", "erase"])
@pytest.mark.parametrize("side", [0, 1])
def test_a_record_that_leaves_takes_its_comparisons_along(
    gateways: Gateways, pair: tuple[int, int], rng: Rng, way: str, side: int
) -> None:
    numbers = waiting_pair(gateways, pair, rng)
    gateways.answer(pair[0])
    getattr(gateways.hub, way)(numbers[side])
    assert gateways.requests(pair[1]) == []
    gateways.hub.settle()
    assert gateways.waiting() == {}
    with gateways.hub.database.read() as conn:
        planned = set(conn.execute(select(plans.c.record_id)).scalars())
    assert planned == set(numbers) - ({numbers[side]} if way == "erase" else set())


def test_a_record_that_leaves_after_both_answered_makes_no_candidate(
    gateways: Gateways, pair: tuple[int, int], rng: Rng
) -> None:
    _, found = waiting_pair(gateways, pair, rng)
    for partner in pair:
        gateways.answer(partner)
    gateways.hub.withdraw(found)
    gateways.hub.settle()
    assert (gateways.waiting(), gateways.hub.candidates(None)) == ({}, {})


def test_a_closed_partition_asks_nobody(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    waiting_pair(gateways, pair, rng)
    with gateways.hub.database.write() as conn:
        partitions.close(conn, gateways.hub.partition.id)
    assert gateways.requests(pair[0]) == gateways.requests(pair[1]) == []
    gateways.hub.settle()
    assert gateways.waiting() == {}


def test_gateways_of_both_sides_are_knocked_at_whatever_matches(
    gateways: Gateways, pair: tuple[int, int], rng: Rng
) -> None:
    gateways.put(pair[1], Kind.FOUND, *child(rng))
    matcher = gateways.hub.settle()
    gateways.hub.told.clear()
    gateways.put(pair[0], Kind.MISSING, *child(rng))
    gateways.hub.settle(matcher)
    assert sorted(gateways.hub.told) == sorted(pair)
    gateways.hub.told.clear()
    one = child(rng)
    gateways.put(pair[1], Kind.FOUND, *one)
    gateways.put(pair[0], Kind.MISSING, *like(rng, one))
    gateways.hub.settle(matcher)
    assert sorted(set(gateways.hub.told)) == sorted(pair)
    gateways.hub.told.clear()
    for partner in pair:
        gateways.answer(partner)
    gateways.hub.settle(matcher)
    assert gateways.hub.told == [pair[1]]


def test_an_unknown_record_is_queued_and_a_planned_one_is_not(
    gateways: Gateways, pair: tuple[int, int], rng: Rng
) -> None:
    missing, _ = waiting_pair(gateways, pair, rng)
    hub = gateways.hub
    assert is_refined(hub.partition)
    told = requeue(hub.database, hub.partition, full=False)
    assert (told.queued, told.pending, told.parts) == (0, 0, 2)
    assert "compared under masks as records arrive: 0 in the queue, 2 answer(s)" in told.line
    with hub.database.write() as conn:
        conn.execute(plans.delete().where(plans.c.record_id == missing))
    told = requeue(hub.database, hub.partition, full=False)
    assert (told.queued, told.pending, hub.waiting()) == (1, 1, [missing])
    assert "1 record(s) queued that had not been planned" in told.line
    hub.settle()
    assert requeue(hub.database, hub.partition, full=False).queued == 0
    assert requeue(hub.database, hub.partition, full=True).queued == 1
    with hub.database.read() as conn:
        assert list(conn.execute(select(pending.c.record_id)).scalars()) == [missing]


def test_a_report_that_is_compared_again_comes_out_the_same(
    gateways: Gateways, pair: tuple[int, int], rng: Rng
) -> None:
    key = waiting_pair(gateways, pair, rng)
    gateways.settle(*pair)
    before = gateways.hub.candidates()[key]
    requeue(gateways.hub.database, gateways.hub.partition, full=True)
    gateways.settle(*pair)
    assert gateways.hub.candidates()[key] == before


def test_who_owes_answers_is_told_by_name_and_the_longest_first(
    gateways: Gateways, pair: tuple[int, int], rng: Rng
) -> None:
    waiting_pair(gateways, pair, rng)
    gateways.hub.days_later(1)
    waiting_pair(gateways, pair, rng)
    gateways.answer(pair[0])
    number = gateways.hub.partition.id
    with gateways.hub.database.read() as conn:
        awaited, document = awaited_by_partition(conn), masked_document(conn)
    assert awaited == {number: [{"partner": "punjab", "answers": 4, "oldest": "2026-11-21T12:00:00+00:00"}]}
    [line] = masked_lines(document)
    assert "punjab owes 4 answer(s), the oldest since 2026-11-21" in line
    gateways.answer(pair[1])
    with gateways.hub.database.read() as conn:
        [line] = masked_lines(masked_document(conn))
    assert "no answer of a gateway is awaited" in line


def test_one_model_is_stored_for_all_partitions(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    waiting_pair(gateways, pair, rng)
    gateways.settle(*pair)
    gateways.hub.partition = gateways.hub.open_partition("south", COARSE)
    waiting_pair(gateways, pair, rng)
    gateways.settle(*pair)
    digest = MASKED_2026_11_22.digest.hex()
    with gateways.hub.database.read() as conn:
        [model] = conn.execute(select(models.c.id).where(models.c.profile_digest == digest)).scalars().all()
    assert {row.model_id for row in gateways.hub.candidates().values()} == {model}


def test_probing_is_looked_for_as_elsewhere(gateways: Gateways, rng: Rng) -> None:
    partner, one = gateways.hub.partner("punjab"), child(rng)
    numbers = [gateways.put(partner, Kind.MISSING, *like(rng, one, 0.01)) for _ in range(2)]
    gateways.hub.settle()
    with gateways.hub.database.read() as conn:
        rows = conn.execute(select(kindred.c.first_id, kindred.c.second_id)).all()
    assert [tuple(row) for row in rows] == [tuple(numbers)]


def test_no_distance_stays_at_the_hub(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    key = waiting_pair(gateways, pair, rng)
    gateways.settle(*pair)
    [row] = gateways.hub.candidates().values()
    assert (row.missing_id, row.found_id) == key
    assert row.weight % 1000 == 0
    assert {word for _, word in json.loads(row.levels)} <= {"agrees", "close", "differs", "not known"}
    with gateways.hub.database.read() as conn:
        assert conn.execute(select(comparisons)).all() == []
