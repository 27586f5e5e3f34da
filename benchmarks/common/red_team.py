"""Which attacks are run on which codes at which sizes: one task is one target at one size, in a process of its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from benchmarks.attacks import insider
from benchmarks.attacks.arrivals import USUAL
from benchmarks.attacks.cross_epoch import cross_epoch
from benchmarks.attacks.finding import Finding
from benchmarks.attacks.frequency import frequency
from benchmarks.attacks.graph_matching import graph_matching
from benchmarks.attacks.posters import posters
from benchmarks.attacks.regression import regression
from benchmarks.attacks.seeded_matching import seeded_matching
from benchmarks.attacks.setting import Target, target_of
from benchmarks.attacks.statistics import statistics
from benchmarks.attacks.weak import bloom_target, one_plane_target
from benchmarks.common.data import invent
from encoder.record import RawRecord
from matcher.profile import PROFILES

SIZES = (600, 2_000, 5_000)
MIDDLE = 2_000
"""The size at which everything is run."""
WEAK = {"Bloom filter": bloom_target, "one plane": one_plane_target}
MONTHLY = replace(USUAL, every=30)
COUNTRIES = replace(USUAL, holders="country")
SEEDS, PAIRS = (50, 200, 1_000), (50, 200, 1_000, 3_000)
_POOL, _FOUND = 6_000, 100
_KEYS = 10


class Task(NamedTuple):
    """One target attacked at one size; everything is drawn from the seed."""

    target: str
    size: int
    seed: int


def attacked(name: str, records: Sequence[RawRecord]) -> Target:
    """The codes of these records, by the name of a profile or of a weak code, under a fresh random key."""
    return WEAK[name](records) if name in WEAK else target_of(records, PROFILES[name])


def run(task: Task) -> list[dict[str, Any]]:
    """All findings of a task, as rows of the report."""
    rng, rows = np.random.default_rng((task.seed, task.size)), []
    for name, attack in _attacks(task, rng):
        started = perf_counter()
        rows += [_row(task, finding) for finding in attack()]
        print(f"  {task.target}, {task.size:,} records, {name}: {perf_counter() - started:.0f} s", flush=True)
    return rows


@lru_cache(maxsize=1)
def people(seed: int) -> list[RawRecord]:
    """Invented missing reports, the same in every process."""
    return invent(_POOL, _FOUND, seed).missing


def _attacks(task: Task, rng: np.random.Generator) -> Iterator[tuple[str, Callable[[], list[Finding]]]]:
    """The attacks of a task by name; what takes minutes is run at the middle size alone."""
    records, size, middle = people(task.seed), task.size, task.size == MIDDLE
    target = attacked(task.target, records[:size])
    yield "graph matching", lambda: graph_matching(target, rng=rng, overlaps=[1.0])
    if size <= MIDDLE:
        seeds = SEEDS if middle else SEEDS[1:2]
        yield "known pairs in the graph", lambda: seeded_matching(target, rng=rng, pairs=seeds)
    if middle:
        whole = attacked(task.target, records)
        parts = [0.05, 0.2, 0.5]
        yield "partial overlap", lambda: graph_matching(whole, rng=rng, overlaps=parts, records=size)
        yield "the same with known pairs", lambda: seeded_matching(
            whole, rng=rng, pairs=SEEDS[:2], overlap=parts[1], records=size
        )
    for pairs in PAIRS if middle else PAIRS[1:2]:
        known = attacked(task.target, records[: size + pairs])
        # From a thousand pairs on nothing is left for another round, which would cost minutes.
        rounds = 2 if pairs < SEEDS[-1] and size <= MIDDLE else 1
        yield f"kernel, {pairs} pairs", partial(regression, known, pairs, size, rng, rounds=rounds)
        if middle and pairs == PAIRS[1]:
            yield f"linear, {pairs} pairs", partial(regression, known, pairs, size, rng, kernel="linear", rounds=1)
    yield "frequency", lambda: frequency(target, rng)
    yield "statistics", lambda: statistics(target, rng)
    if size <= MIDDLE:
        later = [attacked(task.target, records[:size]) for _ in range(_KEYS)]
        yield "cross-epoch", lambda: cross_epoch(target, later, rng)
    if task.target in PROFILES:
        yield from _with_what_shows(task, target, records[:size], rng)


def _with_what_shows(
    task: Task, target: Target, records: Sequence[RawRecord], rng: np.random.Generator
) -> Iterator[tuple[str, Callable[[], list[Finding]]]]:
    """Attacks that use open attributes or the key: weak codes have neither."""
    profile = PROFILES[task.target]
    # At the largest size only where codes alone leave something to find.
    if task.size <= MIDDLE or profile.refined_by is not None:
        yield "graph and open attributes", lambda: graph_matching(target, rng=rng, overlaps=[1.0], open_attributes=True)
    for arrivals in (USUAL, MONTHLY, COUNTRIES):
        yield "posters", partial(posters, records, profile, rng, arrivals)
    yield "the key", lambda: insider.with_key(records, profile)
    if task.size == MIDDLE:
        yield "fishing", lambda: insider.fishing(records, profile, rng)
        yield "quotas", insider.quotas


def _row(task: Task, finding: Finding) -> dict[str, Any]:
    """By the nominal size: a view that some records lack is still one of this size's figures."""
    return {
        "target": task.target, "attack": finding.attack, "given": finding.given, "records": task.size,
        "measure": finding.measure, "figure": round(float(finding.figure), 4),
        "chance": round(float(finding.chance), 4),
    }
