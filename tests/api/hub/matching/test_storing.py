"""What a search found, in the database: the rows that one INSERT or UPDATE for each pair would have given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, insert, select

from api.hub.matching.match import FoundPair
from api.hub.matching.steps import as_proposed
from api.hub.matching.storing import Matched, Stored, store
from api.hub.storage import matched as matched_rows
from api.hub.storage.matched import StoredCandidate
from api.hub.storage.tables import candidates, models
from api.wire.names import new_ref
from matcher.views import Kind
from tests.api.hub.matching.exchange import Hub, batch, codes_of

LEVELS = ('[["child","agrees"],["father","close"]]', '[["child","differs"]]', "[]")


class World:
    """A hub with three missing and four found records of two partners, and two models; nothing is matched yet."""

    def __init__(self, hub: Hub, rng: np.random.Generator) -> None:
        self.hub, partners = hub, (hub.partner("punjab"), hub.partner("bengal"))
        self.missing = [hub.put(partners[at % 2], batch(Kind.MISSING, codes_of(rng, 1)))[0] for at in range(3)]
        self.found = [hub.put(partners[at % 2], batch(Kind.FOUND, codes_of(rng, 1)))[0] for at in range(4)]
        with hub.database.write() as conn:
            for _ in range(2):
                conn.execute(insert(models).values(profile_digest="0", origin="test", content="{}", created_at=hub.now))
        pairs = [
            FoundPair(missing, found, 12_000 - 7 * found, 1 / (missing + 3 * found), "possible", LEVELS[found % 3])
            for missing in self.missing for found in self.found
        ]
        matrix = np.ones((9, 9), dtype=np.bool_)
        self.all = Matched(hub.partition.id, 1, 10_000, self.missing, self.found, pairs, matrix, complete=True)

    def store(self, matched: Matched) -> Stored:
        with self.hub.database.write() as conn:
            return store(conn, matched, self.hub.now)

    def rows(self) -> list[dict[str, Any]]:
        with self.hub.database.read() as conn:
            query = select(candidates).order_by(candidates.c.id)
            return [dict(row._mapping) for row in conn.execute(query)]


@pytest.fixture
def world(hub: Hub, rng: np.random.Generator) -> World:
    return World(hub, rng)


def raw(conn: Connection) -> list[list[tuple[str, str]]]:
    """Every value as the driver gives it, with its type; the number apart, which goes on."""
    names = ", ".join(column.name for column in candidates.c if column.name != "id")
    rows = conn.exec_driver_sql(f"SELECT {names} FROM candidates ORDER BY id").all()
    return [[(type(value).__name__, repr(value)) for value in row] for row in rows]


def one_by_one(conn: Connection, world: World, pairs: Sequence[FoundPair], like: Sequence[dict[str, Any]]) -> None:
    """Insert new candidates as SQLAlchemy does it, under the names and numbers of others."""
    owner = {row["missing_id"]: row["reporter_id"] for row in like}
    keeper = {row["found_id"]: row["custodian_id"] for row in like}
    for pair, other in zip(pairs, like, strict=True):
        conn.execute(insert(candidates).values(
            **vars(pair), **as_proposed(world.all.how, world.hub.now), name=other["name"], sequence=other["sequence"],
            partition_id=world.hub.partition.id, reporter_id=owner[pair.missing_id], custodian_id=keeper[pair.found_id],
            missing_version=1, found_version=1, model_id=1, revision=1, created_at=world.hub.now,
            changed_at=world.hub.now,
        ))  # fmt: skip


def test_new_candidates_are_what_an_insert_of_each_would_store(world: World) -> None:
    stored = world.store(world.all)
    assert (stored.added, stored.changed, stored.withdrawn) == (12, 0, 0)
    assert stored.custodians == {1, 2}
    rows = world.rows()
    assert [row["sequence"] for row in rows] == list(range(1, 13))
    assert {(row["missing_id"] % 2, row["reporter_id"]) for row in rows} == {(1, 1), (0, 2)}
    with world.hub.database.write() as conn:
        fast = raw(conn)
        conn.execute(candidates.delete())
        one_by_one(conn, world, world.all.pairs, rows)
        assert fast == raw(conn)


def test_storing_again_changes_nothing(world: World) -> None:
    world.store(world.all)
    before = world.rows()
    world.hub.days_later(1)
    assert world.store(world.all) == Stored(0, 0, 0, frozenset())
    assert world.rows() == before


def test_another_model_moves_weights_and_nobody_is_told(world: World) -> None:
    world.store(world.all)
    before = world.rows()
    world.hub.days_later(1)
    moved = [replace(pair, weight=pair.weight + at % 2, probability=pair.probability / 2, levels="")
             for at, pair in enumerate(world.all.pairs)]  # fmt: skip
    assert world.store(replace(world.all, model_id=2, pairs=moved)) == Stored(0, 0, 0, frozenset())
    wanted = [{**row, "model_id": 2, "weight": pair.weight, "probability": pair.probability}
              for row, pair in zip(before, moved, strict=True)]  # fmt: skip
    assert world.rows() == wanted


def test_each_changed_candidate_brings_its_own_news_and_a_number_in_turn(world: World) -> None:
    world.store(world.all)
    before = world.rows()
    world.hub.days_later(1)
    new = list(world.all.pairs)
    new[7] = replace(new[7], verdict="probable")
    new[2] = replace(new[2], levels=LEVELS[0] + " ", weight=1)
    new[5] = replace(new[5], probability=0.75)
    assert world.store(replace(world.all, pairs=new[::-1])).changed == 2
    wanted = [dict(row) for row in before]
    told = {"changed_at": world.hub.now, "revision": 2}
    wanted[2] |= {"levels": LEVELS[0] + " ", "weight": 1, "sequence": 13, **told}
    wanted[7] |= {"verdict": "probable", "sequence": 14, **told}
    wanted[5]["probability"] = 0.75
    assert world.rows() == wanted


def test_what_is_found_no_more_is_withdrawn_and_proposed_again_when_it_is_found(world: World) -> None:
    world.store(world.all)
    before = world.rows()
    world.hub.days_later(1)
    assert world.store(replace(world.all, pairs=world.all.pairs[2:])).withdrawn == 2
    gone = world.rows()
    assert [row["state"] for row in gone] == ["withdrawn"] * 2 + ["proposed"] * 10
    assert [row["due_at"] for row in gone[:2]] == [None, None]
    world.hub.days_later(1)
    assert world.store(world.all).changed == 2
    times = {"since": world.hub.now, "due_at": world.hub.now + timedelta(hours=72), "changed_at": world.hub.now}
    again = [{**row, **times, "revision": 3, "sequence": 15 + at} for at, row in enumerate(before[:2])]
    assert world.rows() == again + before[2:]


def test_pairs_beside_the_searched_records_are_found_by_themselves(world: World) -> None:
    world.store(replace(world.all, pairs=world.all.pairs[:6]))
    first = world.rows()
    world.hub.days_later(1)
    key = (world.missing[0], world.found[0])
    alone = replace(world.all, missing=[], found=[], pairs=world.all.pairs[1:9], fallen=frozenset({key}))
    assert world.store(alone) == Stored(3, 0, 1, frozenset({1, 2}))
    rows = world.rows()
    assert [row["state"] for row in rows] == ["withdrawn"] + ["proposed"] * 8
    assert rows[1:6] == first[1:]


def test_a_full_run_asks_for_no_pair_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    real = matched_rows.candidates_of_pairs

    def spy(conn: Connection, keys: Any) -> dict[tuple[int, int], StoredCandidate]:
        asked.extend(keys)
        return real(conn, keys)

    monkeypatch.setattr("api.hub.matching.storing.candidates_of_pairs", spy)
    world.store(replace(world.all, found=[]))
    assert asked == []
    world.store(replace(world.all, missing=world.missing[:2], found=world.found[:1]))
    assert asked == [(world.missing[2], found) for found in world.found[1:]]


def test_a_pair_of_a_record_that_changed_since_is_left_alone(world: World, rng: np.random.Generator) -> None:
    world.hub.withdraw(world.found[3])
    unknown = replace(world.all.pairs[0], levels="")
    assert world.store(replace(world.all, pairs=[unknown, *world.all.pairs[1:]])).added == 8
    assert world.found[3] not in {row["found_id"] for row in world.rows()}
    world.hub.change(world.missing[1], batch(Kind.MISSING, codes_of(rng, 1)))
    before = world.rows()
    assert world.store(replace(world.all, sequence=7, pairs=[])).withdrawn == 5
    after = world.rows()
    assert [row for row in after if row["missing_id"] == world.missing[1]] == [
        row for row in before if row["missing_id"] == world.missing[1]
    ]


def test_names_are_refs_of_their_own(world: World) -> None:
    world.store(world.all)
    names = {row["name"] for row in world.rows()}
    assert len(names) == 12
    assert {len(name) for name in names} == {len(new_ref())}
