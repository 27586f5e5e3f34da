"""Candidates over two epochs: each pair has one, it follows its records, and none is lost with the old epoch."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select, update

from api.hub.crossmatching.running import Wanted, cross_match
from api.hub.matching.following import follow, moves, settled_elsewhere
from api.hub.storage import partitions as partition_rows
from api.hub.storage import tables
from api.hub.storage.partitions import Partition
from api.wire.names import new_ref
from matcher.views import Kind
from tests.api.hub.matching.exchange import Hub, codes_of, noisy, one


class Overlap:
    """One child, reported and found, at a hub with two epochs; each epoch has codes of its own."""

    def __init__(self, hub: Hub, rng: np.random.Generator) -> None:
        self.hub, self.rng = hub, rng
        self.partners = hub.partner("west-bengal"), hub.partner("punjab")
        hub.agree(*self.partners)
        self.refs = {Kind.MISSING: new_ref(), Kind.FOUND: new_ref()}
        self.old = hub.partition
        self.new = hub.open_partition("north", epoch="2026-12")
        self.codes = {self.old.id: codes_of(rng, 1), self.new.id: codes_of(rng, 1)}
        self.matcher = hub.matcher()

    def put(self, partition: Partition, *kinds: Kind, version: int = 1) -> list[int]:
        """Records of these kinds, encoded for an epoch; gives their numbers."""
        self.hub.partition = partition
        numbers = []
        for kind in kinds:
            codes = self.codes[partition.id]
            sent = codes if kind is Kind.FOUND else noisy(self.rng, codes, 0.03)
            partner, event = self.partners[int(kind is Kind.FOUND)], 20_010 if kind is Kind.FOUND else 20_000
            numbers += self.hub.put(partner, one(kind, sent, event), ref=self.refs[kind], version=version)
        return numbers

    def settle(self) -> None:
        self.hub.settle(self.matcher)

    def set(self, **values: Any) -> None:
        """What people did to every candidate."""
        with self.hub.database.write() as conn:
            conn.execute(update(tables.candidates).values(**values))

    def close(self, partition: Partition) -> None:
        with self.hub.database.write() as conn:
            partition_rows.close(conn, partition.id)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All candidates."""
        with self.hub.database.read() as conn:
            query = select(tables.candidates).order_by(tables.candidates.c.id)
            return [dict(row._mapping) for row in conn.execute(query)]


BOTH = (Kind.MISSING, Kind.FOUND)
_OF_THE_CASE = ("id", "name", "state", "revision", "reason", "due_at", "since", "released_at", "judged_weight")


@pytest.fixture
def overlap(hub: Hub, rng: np.random.Generator) -> Overlap:
    return Overlap(hub, rng)


def of_case(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _OF_THE_CASE}


@pytest.mark.parametrize("state", ["proposed", "possible", "rejected", "released", "verified", "closed"])
def test_a_case_follows_both_of_its_records_as_it_stands(overlap: Overlap, state: str) -> None:
    overlap.put(overlap.old, *BOTH)
    overlap.settle()
    overlap.set(state=state, revision=4, reason="other_child" if state == "rejected" else None, judged_weight=1_000_000)
    [before] = overlap.rows
    assert before["partition_id"] == overlap.old.id
    [missing] = overlap.put(overlap.new, Kind.MISSING)
    overlap.settle()
    assert overlap.rows[0]["partition_id"] == overlap.old.id
    [found] = overlap.put(overlap.new, Kind.FOUND)
    overlap.settle()
    [after] = overlap.rows
    assert (after["partition_id"], after["missing_id"], after["found_id"]) == (overlap.new.id, missing, found)
    assert of_case(after) == of_case(before)


def test_the_next_search_weighs_a_case_that_came_and_does_not_propose_it_again(overlap: Overlap) -> None:
    overlap.put(overlap.old, *BOTH)
    overlap.settle()
    overlap.set(state="possible", weight=1)
    overlap.put(overlap.new, *BOTH)
    overlap.settle()
    [row] = overlap.rows
    assert row["state"] == "possible"
    assert row["weight"] > 40_000
    for partition in (overlap.old, overlap.new):
        cross_match(overlap.hub.database, overlap.hub.options, partition, Wanted(full=True, estimate=False),
                    clock=lambda: overlap.hub.now)  # fmt: skip
    assert [of_case(each) for each in overlap.rows] == [of_case(row)]


def test_the_older_epoch_proposes_no_pair_that_stands_in_the_newer_one(overlap: Overlap) -> None:
    overlap.put(overlap.new, *BOTH)
    overlap.settle()
    [row] = overlap.rows
    overlap.put(overlap.old, *BOTH)
    overlap.settle()
    cross_match(overlap.hub.database, overlap.hub.options, overlap.old, Wanted(full=True, estimate=False),
                clock=lambda: overlap.hub.now)  # fmt: skip
    assert overlap.rows == [row]


def test_a_case_waits_for_the_version_that_it_compares(overlap: Overlap) -> None:
    overlap.put(overlap.old, *BOTH, version=2)
    overlap.settle()
    [before] = overlap.rows
    numbers = overlap.put(overlap.new, *BOTH, version=1)
    overlap.settle()
    assert overlap.rows == [before]
    for number, kind in zip(numbers, BOTH, strict=True):
        overlap.hub.change(number, one(kind, overlap.codes[overlap.new.id], 20_000 + 10 * int(kind is Kind.FOUND)))
    overlap.settle()
    [after] = overlap.rows
    assert of_case(after) | {"revision": 0} == of_case(before) | {"revision": 0}
    assert (after["partition_id"], after["missing_version"]) == (overlap.new.id, 2)


def test_a_rejection_of_the_old_epoch_holds_in_the_new_one(overlap: Overlap) -> None:
    overlap.put(overlap.old, *BOTH)
    overlap.settle()
    [row] = overlap.rows
    overlap.set(state="rejected", judged_weight=row["weight"], judged_missing_version=1, judged_found_version=1)
    overlap.put(overlap.new, *BOTH)
    overlap.settle()
    cross_match(overlap.hub.database, overlap.hub.options, overlap.new, clock=lambda: overlap.hub.now)
    [after] = overlap.rows
    assert (after["state"], after["partition_id"]) == ("rejected", overlap.new.id)


def test_a_case_outlasts_its_closed_epoch_and_follows_late_records(overlap: Overlap) -> None:
    overlap.put(overlap.old, *BOTH)
    overlap.settle()
    overlap.set(state="possible")
    overlap.close(overlap.old)
    overlap.settle()
    assert [row["state"] for row in overlap.rows] == ["possible"]
    overlap.put(overlap.new, *BOTH)
    overlap.settle()
    [row] = overlap.rows
    assert (row["state"], row["partition_id"]) == ("possible", overlap.new.id)


def test_a_withdrawn_record_brings_nothing_along(overlap: Overlap) -> None:
    overlap.put(overlap.old, *BOTH)
    overlap.settle()
    numbers = overlap.put(overlap.new, *BOTH)
    overlap.hub.withdraw(numbers[0])
    with overlap.hub.database.read() as conn:
        assert moves(conn, overlap.new.id, numbers) == []


def test_nothing_moves_into_a_closed_or_an_older_epoch(overlap: Overlap) -> None:
    old = overlap.put(overlap.old, *BOTH)
    overlap.settle()
    new = overlap.put(overlap.new, *BOTH)
    overlap.close(overlap.new)
    with overlap.hub.database.read() as conn:
        assert moves(conn, overlap.new.id, new) == moves(conn, overlap.old.id, old) == []
        assert settled_elsewhere(conn, overlap.old.id, [(old[0], old[1])]) == set()


def test_to_follow_twice_changes_nothing_the_second_time(overlap: Overlap) -> None:
    overlap.put(overlap.old, *BOTH)
    overlap.settle()
    numbers = overlap.put(overlap.new, *BOTH)
    with overlap.hub.database.write() as conn:
        assert len(follow(conn, overlap.new.id, numbers)) == 1
        assert follow(conn, overlap.new.id, numbers) == frozenset()


def test_two_domains_and_a_single_epoch_have_nothing_to_do_with_each_other(
    hub: Hub, rng: np.random.Generator
) -> None:
    overlap = Overlap(hub, rng)
    overlap.new = hub.open_partition("south", epoch="2026-12")
    overlap.codes[overlap.new.id] = codes_of(rng, 1)
    overlap.put(overlap.old, *BOTH)
    overlap.settle()
    overlap.put(overlap.new, *BOTH)
    overlap.settle()
    with hub.database.read() as conn:
        per_partition = select(tables.candidates.c.partition_id, func.count())
        found = conn.execute(per_partition.group_by(tables.candidates.c.partition_id)).all()
    assert len(found) == 2
