"""What one run did, for the report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from api.hub.crossmatching.beginning import Begun
from api.hub.crossmatching.blocks import Stage
from api.hub.crossmatching.engines import Engine
from api.hub.storage import run_blocks
from api.hub.storage.matched import corridors

VERDICTS = ("probable", "possible", "weak")


@dataclass
class Course:
    """How a run went in this process.

    stages   seconds of each part
    resumed  blocks that an earlier process had done
    lanes    see Lists.lane_counts; empty in profiles without photos
    """

    stages: dict[str, float] = field(default_factory=dict)
    resumed: int = 0
    changed_lists: int = 0
    lanes: dict[str, int] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Totals:
    """What the ledger of a run adds up to; `told` are the partners with news, by number."""

    blocks: int
    scored: int
    offers: int
    added: int
    changed: int
    withdrawn: int
    told: frozenset[int]


def totals(conn: Connection, run: int) -> Totals:
    """Add the ledger of a run up."""
    names = ("scored", "offers", "added", "changed", "withdrawn")
    counts: dict[str, int] = {}
    told: set[int] = set()
    blocks = 0
    for stage in Stage:
        for done in run_blocks.counted_blocks(conn, run, stage):
            blocks += 1
            told.update(done.pop("told", []))
            for name in names:
                counts[name] = counts.get(name, 0) + done.get(name, 0)
    return Totals(blocks=blocks, told=frozenset(told), **{name: counts.get(name, 0) for name in names})


def summary(
    conn: Connection, begun: Begun, course: Course, found: Totals, engine: Engine, compared: int, digest: str,
) -> dict[str, Any]:  # fmt: skip
    """The run's document; totals, no record.

    Args:
        conn: reads.
        begun: the run.
        course: how it went.
        found: of its ledger.
        engine: that searched.
        compared: pairs of records that agreements allow to compare.
        digest: of its lists.
    """
    counted = corridors(conn, begun.partition.id)
    verdicts = dict.fromkeys(VERDICTS, 0)
    for corridor in counted:
        verdicts[corridor.verdict] += corridor.pairs
    seconds = sum(course.stages.values())
    searched = course.stages.get("search", 0.0)
    return {
        "run": begun.run, "partition": begun.partition.id, "model": begun.plan.model_id,
        "sequence": begun.plan.sequence, "mode": begun.plan.mode, "why": list(begun.plan.why), "base": begun.plan.base,
        **course.records, "dirty": {"missing": begun.plan.dirty[0], "found": begun.plan.dirty[1]},
        "pairs_compared": compared, "pairs_scored": found.scored, "offers": found.offers,
        "lists_changed": course.changed_lists, "photo_lanes": course.lanes, "candidates": verdicts,
        "corridors": [corridor._asdict() for corridor in counted], "added": found.added, "changed": found.changed,
        "withdrawn": found.withdrawn, "seconds": seconds, "stages": course.stages,
        # Of a resumed run this process has searched a part only, and knows no rate of the whole.
        "rate": found.scored / searched if searched and not begun.resumed else None,
        "blocks": {"done": found.blocks, "resumed": course.resumed}, "workers_lost": engine.lost,
        "engine": {"name": engine.name, "workers": engine.workers}, "lists_digest": digest,
        "custodians": sorted(found.told),
    }  # fmt: skip


def told_of(document: Mapping[str, Any]) -> frozenset[int]:
    """The partners with news."""
    return frozenset(document.get("custodians", []))
