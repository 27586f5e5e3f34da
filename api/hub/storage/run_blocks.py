"""The ledger of a run: which of its blocks are done, and what they gave."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from api.hub.storage.run_tables import run_blocks
from api.service.statements import insert


class DoneBlock(NamedTuple):
    """A block that is done; its result is None once the run has ended."""

    number: int
    digest: str
    result: bytes | None
    counts: dict[str, Any]


def done_numbers(conn: Connection, run_id: int, stage: int) -> set[int]:
    """Numbers of the blocks of a stage that are done."""
    query = select(run_blocks.c.number).where(run_blocks.c.run_id == run_id, run_blocks.c.stage == stage)
    return set(conn.execute(query).scalars())


def done_count(conn: Connection, run_id: int) -> int:
    """How many blocks of a run are done."""
    query = select(func.count()).where(run_blocks.c.run_id == run_id)
    return int(conn.execute(query).scalar_one())


def set_done(
    conn: Connection, run_id: int, stage: int, number: int, *, digest: str, result: bytes | None,
    counts: Mapping[str, Any], now: datetime,
) -> None:  # fmt: skip
    """A block is done; a second time changes nothing, for a block always gives the same."""
    statement = insert(conn, run_blocks).values(
        run_id=run_id, stage=stage, number=number, digest=digest, result=result,
        counts=json.dumps(dict(counts), sort_keys=True), done_at=now,
    )  # fmt: skip
    conn.execute(statement.on_conflict_do_nothing())


def done_blocks(conn: Connection, run_id: int, stage: int, numbers: Sequence[int]) -> list[DoneBlock]:
    """Those of these blocks of a stage that are done, a few hundred at most, by number, with their results."""
    columns = (run_blocks.c.number, run_blocks.c.digest, run_blocks.c.result, run_blocks.c.counts)
    chosen = (run_blocks.c.run_id == run_id, run_blocks.c.stage == stage, run_blocks.c.number.in_(numbers))
    query = select(*columns).where(*chosen)
    return [
        DoneBlock(row.number, row.digest, row.result, json.loads(row.counts))
        for row in conn.execute(query.order_by(run_blocks.c.number))
    ]


def counted_blocks(conn: Connection, run_id: int, stage: int) -> list[dict[str, Any]]:
    """Counts of the blocks of a stage that are done, by number."""
    query = select(run_blocks.c.counts).where(run_blocks.c.run_id == run_id, run_blocks.c.stage == stage)
    return [json.loads(counts) for counts in conn.execute(query.order_by(run_blocks.c.number)).scalars()]


def drop_results(conn: Connection, run_id: int) -> None:
    """Results are needed no longer; what they were is in the digests."""
    conn.execute(update(run_blocks).where(run_blocks.c.run_id == run_id).values(result=None))


def drop_blocks(conn: Connection, run_id: int) -> None:
    """The ledger of a run that nobody will resume is needed no longer."""
    conn.execute(delete(run_blocks).where(run_blocks.c.run_id == run_id))
