"""The stages of a run: what is pending is done, block by block, each with its row of the ledger in one transaction."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial

import numpy as np
from sqlalchemy import Connection

from api.hub.crossmatching import run_files
from api.hub.crossmatching.applying import Application
from api.hub.crossmatching.beginning import Begun
from api.hub.crossmatching.blocks import Block, Found, Stage, blocks_of, digest_of, found_from_bytes
from api.hub.crossmatching.composing import Results, composed, together
from api.hub.crossmatching.engines import Engine
from api.hub.crossmatching.errors import CrossMatchError
from api.hub.crossmatching.lists import Int32, Lists, write_lists
from api.hub.matching.agreed import Matrix
from api.hub.matching.steps import Proposing
from api.hub.matching.storing import Matched, store
from api.hub.storage import run_blocks
from api.hub.storage.counters import CANDIDATES, RECORDS, hold, next_numbers
from api.hub.storage.runs import set_lists
from api.service.clock import Clock
from api.service.database import Database
from matcher.views import Kind

Progress = Callable[[str, int, int], None]
"""Called with what is being done, and how many units of how many are done."""

_TITLES = {
    Stage.MISSING: "Searching for missing children", Stage.FOUND: "Searching for found children",
    Stage.APPLY: "Storing candidates",
}  # fmt: skip


def search(database: Database, begun: Begun, engine: Engine, tell: Progress, clock: Clock) -> None:
    """Search the blocks of both kinds that are still pending."""
    for stage, total in ((Stage.MISSING, begun.plan.dirty[0]), (Stage.FOUND, begun.plan.dirty[1])):
        pending = _pending(database, begun, stage, total, tell)
        for block, result in zip(pending, engine.results(begun.files, pending), strict=True):
            database.retrying(partial(_keep, begun=begun, block=block, result=result, now=clock()))
            tell(_TITLES[stage], block.last, total)


def _keep(conn: Connection, begun: Begun, block: Block, result: bytes, now: datetime) -> None:
    found = found_from_bytes(result)
    counts = {"scored": int(found.scored[0]), "offers": len(found.offers)}
    run_blocks.set_done(
        conn, begun.run, block.stage, block.number, digest=digest_of(result), result=result, counts=counts, now=now
    )  # fmt: skip


def results_of(database: Database, begun: Begun, columns: int) -> dict[Kind, Results]:
    """What all searches of a run found.

    Raises:
        CrossMatchError: a result is not what the ledger says it was.
    """
    out = {}
    for stage in (Stage.MISSING, Stage.FOUND):
        with database.read() as conn:
            done = run_blocks.done_blocks(conn, begun.run, stage)
        out[stage.kind] = together(stage.kind, [_sound(block) for block in done], begun.plan.top, columns)
    return out


def compose(
    database: Database, begun: Begun, results: dict[Kind, Results], numbers: dict[Kind, Int32]
) -> Lists:
    """Make the run's lists and write them to their file.

    Raises:
        CrossMatchError: a record has no list, which is a fault of the program.
        OutputError: the disk refuses.
    """
    size = 1 + max(int(each.max(initial=0)) for each in numbers.values())
    present = np.zeros(size, dtype=np.bool_)
    for each in numbers.values():
        present[each] = True
    lists = composed(begun.base, list(results.values()), present)
    if len(lists) != int(present.sum()):
        raise CrossMatchError("Not every record has a list; run again with --full, and report this.")
    digest = write_lists(lists, run_files.lists_file(begun.folder, begun.run))
    database.retrying(lambda conn: set_lists(conn, begun.run, digest))
    return lists


def apply(
    database: Database, begun: Begun, application: Application, matrix: Matrix, how: Proposing, tell: Progress,
    clock: Clock,
) -> None:  # fmt: skip
    """Bring the lists into the candidates, as far as this is still pending."""
    total = len(application.records)
    for block in _pending(database, begun, Stage.APPLY, total, tell):
        _apply_block(database, begun, application, block, matrix, how, clock())
        tell(_TITLES[Stage.APPLY], block.last, total)


def _apply_block(
    database: Database, begun: Begun, application: Application, block: Block, matrix: Matrix, how: Proposing,
    now: datetime,
) -> None:  # fmt: skip
    brings = application.of_block(block)
    matched = Matched(
        begun.partition.id, begun.plan.model_id, begun.plan.sequence, brings.missing, brings.found, brings.pairs,
        matrix, complete=True, fallen=brings.fallen, how=how,
    )  # fmt: skip

    def work(conn: Connection) -> None:
        hold(conn, RECORDS)
        first = next_numbers(conn, CANDIDATES, 0)
        stored = store(conn, matched, now)
        counts = {
            "added": stored.added, "changed": stored.changed, "withdrawn": stored.withdrawn,
            "told": sorted(stored.custodians), "first": first, "end": next_numbers(conn, CANDIDATES, 0),
        }  # fmt: skip
        run_blocks.set_done(
            conn, begun.run, block.stage, block.number, digest=brings.digest, result=None, counts=counts, now=now
        )  # fmt: skip

    database.retrying(work)


def _pending(database: Database, begun: Begun, stage: Stage, total: int, tell: Progress) -> list[Block]:
    with database.read() as conn:
        done = run_blocks.done_numbers(conn, begun.run, stage)
    blocks = list(blocks_of(stage, total))
    if done:
        tell(_TITLES[stage], sum(len(block) for block in blocks if block.number in done), total)
    return [block for block in blocks if block.number not in done]


def _sound(block: run_blocks.DoneBlock) -> Found:
    if block.result is None or digest_of(block.result) != block.digest:
        raise CrossMatchError("A result in the ledger is damaged; start a new run without --resume.")
    try:
        return found_from_bytes(block.result)
    except (ValueError, json.JSONDecodeError) as error:
        raise CrossMatchError("A result in the ledger cannot be read; start a new run without --resume.") from error
