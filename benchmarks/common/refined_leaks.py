"""Attacks on what masked comparison gives away, and on codes of photos."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.attacks.distances import distances, one_side
from benchmarks.attacks.finding import Finding
from benchmarks.attacks.pair_tables import Sides, all_distances, best_by, kept_levels
from benchmarks.attacks.photo_templates import photo_templates
from benchmarks.common.data import invent
from encoder.record import RawRecord
from matcher.profile import CROSS_BORDER_2026_11_22, MASKED_2026_11_22

REPORTS, FOUND, INVENTED = 600, 366, 366
SHARE = 0.25
"""Of the found records that each report is compared with."""
PEOPLE = 600


def masked_rows(seed: int) -> list[dict[str, Any]]:
    """What a hub learns from comparing pairs under masks: if it keeps all distances, and if it keeps what it should."""
    people = invent(REPORTS, FOUND + INVENTED, seed)
    rng = np.random.default_rng(seed)
    found, others = people.found[:FOUND], people.found[FOUND:]
    return _rows("masked", REPORTS, _masked(people.missing, found, others, rng))


def photo_rows(seed: int) -> list[dict[str, Any]]:
    """Attacks on codes of photos, on synthetic embeddings."""
    return _rows("photos", PEOPLE, photo_templates(PEOPLE, np.random.default_rng(seed)))


def _masked(
    missing: list[RawRecord], found: list[RawRecord], others: list[RawRecord], rng: np.random.Generator
) -> Iterable[Finding]:
    sides = Sides(missing, found, MASKED_2026_11_22)
    coarse = Sides(missing, found, CROSS_BORDER_2026_11_22).similarities(plain=False)
    compared = best_by(coarse, int(SHARE * len(found)))
    given = f"{SHARE:.0%} of all pairs compared"
    for name, table in (
        (f"the hub keeps all distances, {given}", all_distances(sides, compared)),
        (f"the hub keeps levels of candidates, {given}", kept_levels(sides, compared)),
    ):
        yield from distances(table, name, rng)
    invented = Sides(missing, others, MASKED_2026_11_22).similarities(plain=True)
    for name, table in (
        (f"the hub keeps all distances, {given}", all_distances(sides, compared)),
        (f"the hub keeps levels of candidates, {given}", kept_levels(sides, compared)),
    ):
        yield from one_side(table, invented, name)


def _rows(target: str, records: int, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {"target": target, "attack": f.attack, "given": f.given, "records": records, "measure": f.measure,
         "figure": round(float(f.figure), 4), "chance": round(float(f.chance), 4)}
        for f in findings
    ]  # fmt: skip
