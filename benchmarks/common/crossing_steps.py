"""Steps of a cross-match without a database, each in a process of its own that `benchmarks.common.watching` starts.

What the database would take is made, but goes nowhere: the result of each block is written to a file of its own and
synced before the next is taken, as the ledger commits it, and all are read back; memory holds the arrays of all
results, as in the program, and never their bytes as well. What would be stored is made block by block and counted.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from api.hub.crossmatching import run_files
from api.hub.crossmatching.applying import Application
from api.hub.crossmatching.blocks import Block, Stage, blocks_of
from api.hub.crossmatching.composing import Results, composed
from api.hub.crossmatching.engines import Processes
from api.hub.crossmatching.lists import Lists, no_lists, write_lists
from api.hub.crossmatching.on_lists import Judge
from api.hub.crossmatching.opening import open_run
from api.hub.crossmatching.plans import Plan
from api.hub.crossmatching.searching import search_block
from api.hub.crossmatching.stages import results_of
from api.hub.crossmatching.sweeping import Sweep
from api.hub.storage.runs import ENDED, StoredRun
from benchmarks.common.crossing import FileLedger, World, number_of
from benchmarks.common.crowd import Crowd
from benchmarks.common.parts import Parts
from benchmarks.common.watching import answering, own_seconds, use_cores
from matcher.explanation import names_of
from matcher.model_file import model_from_json
from matcher.views import Kind

FULL, INCREMENTAL = 1, 2
"""Numbers of the two runs."""
APPLIED = 20
"""Blocks of a full run of which is made what they would store: a sample."""
_ENDED = "ended.json"


class _Timed(Processes):
    """A pool that notes what each part of a sweep took, and how many pairs it compared."""

    def __init__(self, workers: int, plan: Plan, parts: Parts) -> None:
        super().__init__(workers)
        self._plan, self._parts = plan, parts

    def results(self, folder: Path, blocks: Sequence[Block], aid: str | None = None) -> Iterator[bytes]:
        """See Engine."""
        if not blocks:
            return
        with self._parts.timed(f"search: {blocks[0].stage.name.lower()}, {aid or 'by themselves'}") as row:
            yield from super().results(folder, blocks, aid)
            row |= {"records": sum(map(len, blocks)), **self._pairs(folder, blocks, aid)}

    def _pairs(self, folder: Path, blocks: Sequence[Block], aid: str | None) -> dict[str, int]:
        stage, (missing, found) = blocks[0].stage, self._plan.dirty
        others = {Stage.MISSING: found, Stage.FOUND: 0 if aid else missing, Stage.SAMPLE: 0}[stage]
        if stage is Stage.SAMPLE and aid:
            others = len(run_files.read_aid(folder, aid))
        return {"pairs": sum(map(len, blocks)) * others} if others else {}


def build(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the crowd into an index and pin a full run over it; missing records may be those of another one."""
    world, model, parts = _world(asked), model_from_json(Path(asked["model"]).read_text(encoding="utf-8")), Parts()
    index = world.empty_index()
    with parts.timed("lay the records out"):
        missing = asked.get("missing", world.records)
        other = replace(world.crowd, records=missing, seed=asked["missing_seed"]) if "missing" in asked else None
        world.add(index, Kind.MISSING, 0, missing, other)
        world.add(index, Kind.FOUND, 0, world.records)
    with parts.timed("save the index, pin the run"):
        world.pin(index, FULL, world.plan(index, None, [], full=True), model)
    rows = {kind.name.lower(): len(index.gallery.rows_of(kind)) for kind in Kind}
    size = sum(path.stat().st_size for path in world.folder.glob("segment-*/*"))
    return {"parts": parts.rows, "rows": rows, "index_bytes": size}


def search(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Search all blocks of both kinds, make the lists and write them, begin to make what would be stored."""
    world, parts = _world(asked), Parts()
    folder = world.run(FULL)
    plan, ledger = run_files.read_plan(folder), FileLedger(world.folder / "results")
    with closing(_Timed(asked["cores"], plan, parts)) as engine:
        Sweep(folder, plan, ledger, engine, _quiet).run()
    found = _read_back(world, plan, ledger, FULL, parts)
    base = no_lists(plan.top)
    lists, digest = _composed(world, plan, base, found, FULL, parts)
    application = _application(world, plan, base, lists, found, FULL, parts)
    brought = _applied(application, parts, APPLIED)
    (world.folder / _ENDED).write_text(json.dumps({"plan": plan.to_json(), "digest": digest}), encoding="utf-8")
    return {"parts": parts.rows, "searched": list(plan.dirty), "lists": len(lists), **brought}


def incremental(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The night after a day with new records: begin, then what the run does in this process, with threads."""
    world, parts, last = _world(asked), Parts(), _last_run(_world(asked))
    model, folder = run_files.read_model(world.run(FULL)), world.run(INCREMENTAL)
    with parts.timed("begin: verify and map the index"):
        index = world.index()
    with parts.timed("begin: take in the day's records"):
        changed = []
        for kind in Kind:
            world.add(index, kind, world.records, world.records + asked["new"])
            changed += number_of(kind, np.arange(world.records, world.records + asked["new"])).tolist()
    with parts.timed("begin: read the last lists, plan"):
        planned = world.plan(index, last, changed, full=False)
    with parts.timed("begin: save the index, pin the run"):
        plan = world.pin(index, INCREMENTAL, planned, model)
    with parts.timed("open"):
        run = open_run(folder, asked["cores"])
    ledger = FileLedger(world.folder / "more-results")
    with parts.timed("search") as row:
        for stage, total in zip((Stage.MISSING, Stage.FOUND), plan.dirty, strict=True):
            for block in blocks_of(stage, total):
                ledger.keep(block, search_block(run, block).to_bytes())
        row["pairs"] = sum(plan.dirty) * (world.records + asked["new"])
    found = _read_back(world, plan, ledger, INCREMENTAL, parts)
    lists, _ = _composed(world, plan, planned.base, found, INCREMENTAL, parts)
    application = _application(world, plan, planned.base, lists, found, INCREMENTAL, parts)
    brought = _applied(application, parts, None)
    offers = sum(len(result.found.offers) for result in found.values())
    return {
        "parts": parts.rows, "mode": plan.mode, "dirty": plan.dirty, "offers": offers,
        "changed lists": application.changed_lists, **brought,
    }  # fmt: skip


def sample(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Search blocks of missing records only; the first of them, one for each core, start the pool and do not count."""
    world = _world(asked)
    folder, cores = world.run(FULL), asked["cores"]
    blocks = list(blocks_of(Stage.MISSING, run_files.read_plan(folder).dirty[0]))
    some = blocks[cores:] or blocks
    with closing(Processes(cores)) as engine:
        list(engine.results(folder, blocks[:cores]))
        started, used = perf_counter(), own_seconds()
        list(engine.results(folder, some))
        seconds, cpu = perf_counter() - started, own_seconds() - used
    searched = sum(map(len, some))
    return {"records": searched, "pairs": searched * world.records, "seconds": seconds, "cpu": cpu}


def _world(asked: Mapping[str, Any]) -> World:
    crowd = Crowd(Path(asked["cache"]), asked["profile"], asked["crowd"], asked["seed"])
    return World(Path(asked["folder"]), crowd, asked["records"], asked["cores"])


def _read_back(world: World, plan: Plan, ledger: FileLedger, number: int, parts: Parts) -> dict[Kind, Results]:
    columns = len(names_of(run_files.read_model(world.run(number)).tables()))
    with parts.timed("read results back"):
        return results_of(ledger, plan, columns)


def _composed(
    world: World, plan: Plan, base: Lists, results: dict[Kind, Results], number: int, parts: Parts
) -> tuple[Lists, str]:
    """What `stages.compose` does: the lists, and the digest of their file."""
    with parts.timed("compose the lists"):
        present = np.zeros(1 + plan.sequence, dtype=np.bool_)
        present[1:] = True  # the crowd numbers its records without a gap
        lists = composed(base, list(results.values()), present)
        if len(lists) != plan.sequence:
            raise RuntimeError("Not every record has a list; the cross-match has a fault.")
    with parts.timed("write the lists"):
        digest = write_lists(lists, run_files.lists_file(world.folder, number))
        run_files.keep_matrix(world.folder, number)
    return lists, digest


def _application(
    world: World, plan: Plan, base: Lists, lists: Lists, results: dict[Kind, Results], number: int, parts: Parts
) -> Application:
    folder = world.run(number)
    model, moved = run_files.read_model(folder), run_files.read_array(folder, run_files.MOVED)
    judge = Judge(model, plan.options(world.options), *plan.basis)
    with parts.timed("find what would be stored"):
        return Application(plan.mode, base, lists, results, judge, model.tables(), moved)


def _applied(application: Application, parts: Parts, most: int | None) -> dict[str, Any]:
    """Make what some blocks would store, or all of them."""
    blocks = list(blocks_of(Stage.APPLY, len(application.records)))
    some = blocks if most is None else blocks[:: max(len(blocks) // most, 1)][:most]
    written = fallen = 0
    with parts.timed("make what would be stored" if some == blocks else "make what a sample would store") as row:
        for block in some:
            brings = application.of_block(block)
            written, fallen = written + len(brings.pairs), fallen + len(brings.fallen)
        row["blocks"] = len(some)
    return {"records applied": sum(map(len, some)), "of records": len(application.records),
            "candidates": written, "fallen": fallen}  # fmt: skip


def _quiet(_title: str, _done: int, _total: int) -> None:
    """No progress wanted."""


def _last_run(world: World) -> StoredRun:
    ended = json.loads((world.folder / _ENDED).read_text(encoding="utf-8"))
    now = datetime.now(UTC)
    return StoredRun(FULL, 1, 2 * world.records, "full", ENDED, ended["plan"], ended["digest"], now, now)


STEPS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "build": build, "search": search, "incremental": incremental, "sample": sample,
}  # fmt: skip


def main(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Do the step that was asked for."""
    use_cores(asked["cores"])
    return STEPS[asked["step"]](asked)


if __name__ == "__main__":
    answering(main)
