"""Runs and the ledger of their blocks: what ends, what is given up, and what goes with it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from api.hub.storage import run_blocks, run_tables, tables
from api.hub.storage.runs import (
    abandon_runs,
    begin_run,
    end_run,
    finished_run,
    last_ended_run,
    last_runs,
    runs_without_end,
    unfinished_run,
)
from api.service.database import Database
from tests.api.hub.matching.exchange import Hub


class Nights(Hub):
    """Runs without a search."""

    def begin(self, conn: Connection) -> int:
        row = {"profile_digest": "", "origin": "default", "content": "{}", "created_at": self.now}
        model = conn.execute(insert(tables.models).values(**row).returning(tables.models.c.id)).scalar_one()
        run = begin_run(conn, self.partition.id, model, 0, self.now)
        for number in range(3):
            done: dict[str, Any] = {"digest": "", "result": b"found", "counts": {"added": number}, "now": self.now}
            run_blocks.set_done(conn, run, 0, number, **done)
        return run


@pytest.fixture
def nights(database: Database, tmp_path: Path) -> Nights:
    """An empty hub on each database."""
    return Nights(database, tmp_path)


def test_the_blocks_of_an_abandoned_run_are_dropped_and_no_others(nights: Nights) -> None:
    with nights.database.write() as conn:
        ended, given_up = nights.begin(conn), nights.begin(conn)
        end_run(conn, ended, {}, nights.now)
        assert abandon_runs(conn, nights.partition.id) == [given_up]
        run_blocks.drop_blocks(conn, given_up)
    with nights.database.read() as conn:
        assert [run_blocks.done_count(conn, run) for run in (ended, given_up)] == [3, 0]
        assert unfinished_run(conn, nights.partition.id) is None


def test_dropped_results_leave_the_counts_of_their_run(nights: Nights) -> None:
    with nights.database.write() as conn:
        first, second = nights.begin(conn), nights.begin(conn)
        run_blocks.drop_results(conn, first)
    with nights.database.read() as conn:
        assert [block.result for block in run_blocks.done_blocks(conn, first, 0, range(3))] == [None] * 3
        assert run_blocks.counted_blocks(conn, first, 0) == [{"added": 0}, {"added": 1}, {"added": 2}]
        assert [block.result for block in run_blocks.done_blocks(conn, second, 0, range(3))] == [b"found"] * 3


def test_a_finished_run_is_found_by_its_number_with_its_summary(nights: Nights) -> None:
    with nights.database.write() as conn:
        first, second = nights.begin(conn), nights.begin(conn)
        end_run(conn, first, {"missing": 7}, nights.now)
        found = finished_run(conn, first)
        assert found is not None
        assert (found.run, found.domain, found.summary) == (first, "north", {"missing": 7})
        assert [finished_run(conn, number) for number in (second, 99)] == [None, None]
        assert [(run.run, run.state) for run in runs_without_end(conn)] == [(second, "running")]
        abandon_runs(conn, nights.partition.id)
        assert [(run.run, run.state) for run in runs_without_end(conn)] == [(second, "abandoned")]


def test_a_run_that_left_no_summary_is_not_told_of(nights: Nights) -> None:
    with nights.database.write() as conn:
        told, silent = nights.begin(conn), nights.begin(conn)
        end_run(conn, told, {}, nights.now)
        end_run(conn, silent, {}, nights.now)
        conn.execute(update(run_tables.runs).where(run_tables.runs.c.id == silent).values(summary=None))
    with nights.database.read() as conn:
        assert set(conn.execute(select(run_tables.runs.c.state)).scalars()) == {"ended"}
        assert finished_run(conn, silent) is None
        assert [run.run for run in last_runs(conn)] == [told]
        last = last_ended_run(conn, nights.partition.id)
        assert last is not None
        assert last.id == silent
