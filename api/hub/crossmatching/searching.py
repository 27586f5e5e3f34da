"""The search of one block: a function of the run's folder and the block alone, wherever it runs."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from api.hub.crossmatching.blocks import NOBODY, Block, Found, Stage
from api.hub.crossmatching.lists import Int32, Int64
from api.hub.crossmatching.opening import OpenRun
from api.hub.matching.agreed import AgreedSearch
from api.hub.matching.match import levels_and_parts
from api.hub.matching.rows import HeldBatch
from indexer.chosen_pairs import chosen_pairs
from indexer.interface import Pairs
from indexer.pairs import read_rows
from matcher.photo_rules import limits
from matcher.views import Kind


def search_block(run: OpenRun, block: Block, aid: Int32 | None = None) -> Found:
    """The lists of the block's records, and what they offer to others.

    Offers of an incremental run are for records that are not searched in it, and have levels. Those of a run with a
    sample are for all found records and have none: most of them end on no list.

    Args:
        run: the run.
        block: what to search for.
        aid: what a block of a run with a sample needs besides (see sweeping): SAMPLE the numbers of the missing records
            in the sample, rising; FOUND the missing records on the list of each found one, (n, top), as Gathered has
            them; MISSING the floors of all records, (size,) as in OpenRun, none in the sample.
    """
    held = run.probes[block.stage.kind].batch(block.first, block.last)
    top, minimum = run.plan.top, run.plan.minimum
    if block.stage is Stage.SAMPLE and aid is not None:
        among = AgreedSearch(run.sample(aid), held.holders, run.matrix)
        return _blank(run, held, among.top_k_records(held.batch, run.tables, top, minimum))
    if block.stage is Stage.FOUND and aid is not None:
        return _found(run, held, _listed(run, held, aid[block.first : block.last]))
    search = AgreedSearch(run.search, held.holders, run.matrix)
    floors = run.floors if run.plan.mode == "incremental" else aid
    if floors is None:
        return _found(run, held, search.top_k_records(held.batch, run.tables, top, minimum))
    pairs, offers = search.both_ways(held.batch, run.tables, top, floors, minimum)
    return _with_offers(run, held, _found(run, held, pairs), offers)


def _blank(run: OpenRun, held: HeldBatch, pairs: Pairs) -> Found:
    """Lists without levels, and nothing scored: of a search that only prepares another."""
    shape = (len(held.numbers), run.plan.top)
    others, weights = np.full(shape, NOBODY, np.int32), np.zeros(shape, np.int32)
    at = (pairs.probe, pairs.rank - 1)
    others[at], weights[at] = pairs.record, pairs.weight
    return Found(
        held.numbers.astype(np.int32), others, weights, np.zeros(shape, np.uint8), np.zeros((*shape, 0), np.uint8),
        np.zeros((0, 3), np.int32), np.zeros(0, np.uint8), np.zeros((0, run.columns), np.uint8),
        np.zeros(1, dtype=np.int64),
    )  # fmt: skip


def _found(run: OpenRun, held: HeldBatch, pairs: Pairs) -> Found:
    (levels, limit), blank = _levels(run, held, pairs, held.batch.kind), _blank(run, held, pairs)
    seen, held_to = np.zeros((*blank.others.shape, run.columns), np.uint8), blank.limits
    at = (pairs.probe, pairs.rank - 1)
    seen[at], held_to[at] = levels, limit
    return replace(
        blank, limits=held_to, levels=seen, scored=np.array([run.scored(held)], dtype=np.int64)
    )  # fmt: skip


def _with_offers(run: OpenRun, held: HeldBatch, found: Found, offers: Pairs) -> Found:
    offered = np.column_stack([held.numbers[offers.probe], offers.record, offers.weight]).astype(np.int32)
    if run.plan.sampled:
        return replace(found, offers=offered)
    levels, limit = _levels(run, held, offers, held.batch.kind.opposite)
    return replace(found, offers=offered, offered=limit, offer_levels=levels)


def _listed(run: OpenRun, held: HeldBatch, others: Int32) -> Pairs:
    """The pairs that stand on the lists of found records: missing ones, (r, top), NOBODY behind the last."""
    probe, rank = np.nonzero(others != NOBODY)
    missing, record = run.probes[Kind.MISSING], others[probe, rank]
    place = np.searchsorted(missing.numbers, record)
    rows, first = _runs(missing.rows, missing.ends[place], missing.ends[place + 1])
    return chosen_pairs(held.batch, probe, run.gallery, record, first, rows, run.tables)


def _runs(values: Int64, begin: Int64, end: Int64) -> tuple[Int64, Int64]:
    """The values from each begin to before its end, one after the other, and where each run of them begins."""
    count = end - begin
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
    return values[np.repeat(begin - first[:-1], count) + np.arange(first[-1])], first


def _levels(
    run: OpenRun, held: HeldBatch, pairs: Pairs, owner: Kind
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Levels, uint8 (c, columns), and limits, uint8 (c,), of pairs for the lists of records of a kind."""
    if not len(pairs):
        return np.zeros((0, run.columns), np.uint8), np.zeros(0, np.uint8)
    others = read_rows(run.gallery, pairs.gallery_row)
    levels, parts = levels_and_parts(held.batch, pairs.probe_row, others, run.tables)
    return levels, limits(levels, parts, run.tables, run.steps[owner])
