"""What follows the searches of a run: lists, and candidates, each block of these with its row of the ledger at once."""

from dataclasses import replace
from datetime import datetime

import numpy as np
from sqlalchemy import Connection

from api.hub.crossmatching import run_files
from api.hub.crossmatching.applying import Application
from api.hub.crossmatching.beginning import Begun
from api.hub.crossmatching.blocks import Block, Stage, blocks_of
from api.hub.crossmatching.composing import Results, composed, together
from api.hub.crossmatching.errors import CrossMatchError
from api.hub.crossmatching.lanes import NO_LANES, SeenLanes, with_lanes
from api.hub.crossmatching.ledger import Ledger
from api.hub.crossmatching.lists import Lists, write_lists
from api.hub.crossmatching.opening import run_over
from api.hub.crossmatching.plans import Plan
from api.hub.crossmatching.sweeping import Progress
from api.hub.matching.agreed import Matrix
from api.hub.matching.steps import Proposing
from api.hub.matching.storing import Matched, store
from api.hub.storage import run_blocks
from api.hub.storage.counters import CANDIDATES, RECORDS, hold, next_numbers
from api.hub.storage.runs import set_lists
from api.service.clock import Clock
from api.service.database import Database
from indexer.segmented import SegmentedGallery
from matcher.views import Kind

_STORING = "Storing candidates"


def results_of(ledger: Ledger, plan: Plan, columns: int) -> dict[Kind, Results]:
    """What all searches of a run found.

    Raises:
        CrossMatchError: a result is not what the ledger says it was.
    """
    out = {}
    for stage in (Stage.MISSING, Stage.FOUND):
        found = ledger.found(stage, sorted(ledger.done(stage)))
        # What a sampled run's missing records offered stands on the found records' lists already.
        parts = [replace(part, offers=part.offers[:0]) if plan.sampled else part for part in found]
        out[stage.kind] = together(stage.kind, parts, plan.top, columns)
    return out


def compose(
    database: Database, begun: Begun, results: dict[Kind, Results], gallery: SegmentedGallery, threads: int,
    tell: Progress,
) -> tuple[Lists, SeenLanes]:  # fmt: skip
    """Make the run's lists, photo lanes included, and write them to their file.

    Raises:
        CrossMatchError: a record has no list, which is a fault of the program.
        OutputError: the disk refuses.
    """
    numbers = {kind: gallery.numbers(kind) for kind in Kind}
    size = 1 + max(int(each.max(initial=0)) for each in numbers.values())
    present = np.zeros(size, dtype=np.bool_)
    for each in numbers.values():
        present[each] = True
    lists = composed(begun.base, list(results.values()), present)
    if len(lists) != int(present.sum()):
        raise CrossMatchError("Not every record has a list; run again with --full, and report this.")
    seen = NO_LANES
    if lists.places_of_lane:
        lists, seen = with_lanes(lists, run_over(begun.files, gallery, threads), tell)
    digest = write_lists(lists, run_files.lists_file(begun.folder, begun.run))
    database.retrying(lambda conn: set_lists(conn, begun.run, digest))
    return lists, seen


def apply(
    database: Database, begun: Begun, application: Application, matrix: Matrix, how: Proposing, tell: Progress,
    clock: Clock,
) -> None:  # fmt: skip
    """Bring the lists into the candidates, as far as this is still pending."""
    total = len(application.records)
    for block in _pending(database, begun, total, tell):
        _apply_block(database, begun, application, block, matrix, how, clock())
        tell(_STORING, block.last, total)


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


def _pending(database: Database, begun: Begun, total: int, tell: Progress) -> list[Block]:
    with database.read() as conn:
        done = run_blocks.done_numbers(conn, begun.run, Stage.APPLY)
    blocks = list(blocks_of(Stage.APPLY, total))
    if done:
        tell(_STORING, sum(len(block) for block in blocks if block.number in done), total)
    return [block for block in blocks if block.number not in done]
