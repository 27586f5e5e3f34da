"""What does a coarse index at the hub cost in recall, and what does it give away, for many profiles that could be?

Overnight. For every variant: recall of the true pair by the coarse codes alone and after the second stage (full codes
under masks) for three lengths of list, the share of records that graph matching re-identifies at full overlap, without
and with the open attributes, and the share that kernel regression matches by known pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.attacks.graph_matching import graph_matching
from benchmarks.attacks.regression import regression
from benchmarks.common.all_weights import Weights, all_weights
from benchmarks.common.data import People, invent
from benchmarks.common.frontier_chart import CHART, VARIANTS, draw
from benchmarks.common.report import RESULTS, Report, arguments
from benchmarks.common.two_stage import Truth, lists_of, own_model, ranks, recalls, second_stage, truth_of
from benchmarks.common.variant_encoding import attacked, encoded
from benchmarks.common.variant_table import every_variant, fine, shipped
from benchmarks.common.variants import Birth, Event, Variant
from encoder.keys import LinkageKey
from matcher.views import Kind

LISTS = (1_000, 2_000, 3_000)
DICTIONARY = 2_000
FULL = "Full codes over everything"
CLOSE = 0.02
"""Points of recall at 10 that masked comparison may lose against the unhardened code."""


@dataclass
class Setting:
    """Records, and the full codes' weights for one set of open attributes at a time."""

    people: People
    seed: int
    kept: dict[tuple[Birth, Event], Weights] = field(default_factory=dict)

    @cached_property
    def truth(self) -> Truth:
        """The true pairs."""
        return truth_of(self.people)

    def weights(self, variant: Variant) -> Weights:
        """Of all pairs under a fresh key, int32 (missing, found), by a model fitted to them."""
        key, rng = LinkageKey.generate("benchmark", "once"), np.random.default_rng(self.seed)
        missing = encoded(variant, key, self.people.missing, Kind.MISSING, rng)
        found = encoded(variant, key, self.people.found, Kind.FOUND, rng)
        return all_weights(own_model(missing, found, self.seed), missing, found)

    def fine_weights(self, birth: Birth, event: Event) -> Weights:
        """Of the full codes with these open attributes; the last ones are kept, for they take a gigabyte."""
        if (birth, event) not in self.kept:
            self.kept.clear()
            self.kept[birth, event] = self.weights(fine(birth, event))
        return self.kept[birth, event]


def main() -> None:
    """Measure, print, write and draw."""
    parser = arguments(__doc__, (20_000, 12_200))
    parser.add_argument("--records", type=int, nargs="+", default=[600, 2_000], help="attacked by graph matching")
    parser.add_argument("--pairs", type=int, nargs="+", default=[50, 200, 1_000], help="known to the regression")
    parser.add_argument("--only", nargs="+", default=None, help="variants whose names hold one of these")
    parser.add_argument("--draw", action="store_true", help="draw the chart from the JSON that there is")
    options = parser.parse_args()
    if not options.draw:
        measure(options.sizes, options.seed, options.records, options.pairs, options.only, options.json)
    draw(options.json or RESULTS / "frontier.json", CHART)


def measure(
    sizes: Sequence[int], seed: int, records: Sequence[int], pairs: Sequence[int], only: Sequence[str] | None,
    path: Path | None,
) -> None:
    """All figures into a report, which is written after every variant: a night may end early."""
    report = Report("frontier", ("numpy", "scipy", "numba"), {
        "seed": seed, "missing": sizes[0], "found": sizes[1], "attacked": list(records), "pairs": list(pairs),
        "dictionary": DICTIONARY, "lists": LISTS, "only": only,
    })  # fmt: skip
    setting = Setting(invent(sizes[0], sizes[1], seed), seed)
    variants = [v for v in every_variant() if only is None or any(part in v.name for part in only)]
    full: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for birth, event in ((Birth.DAY, Event.DAY), *dict.fromkeys((v.birth, v.event) for v in variants)):
        rank = ranks(setting.fine_weights(birth, event), setting.truth)
        full.append({"open attributes": f"birth {birth}, event {event}", **recalls(rank)})
        print(full[-1], flush=True)
        for variant in [v for v in variants if (v.birth, v.event) == (birth, event)]:
            rows.append(figures(variant, setting, records, pairs))
            print(rows[-1], flush=True)
            report.tables |= {FULL: full, VARIANTS: rows}
            report.write(path)
    report.table(FULL, full)
    report.table(VARIANTS, rows)
    _judge(report, full[0]["@10"], rows, records)
    report.write(path)


def figures(variant: Variant, setting: Setting, records: Sequence[int], pairs: Sequence[int]) -> dict[str, Any]:
    """One variant's row."""
    started = perf_counter()
    row: dict[str, Any] = {
        "variant": variant.name, "views": variant.name.partition(";")[0].rpartition(",")[0] or variant.name,
        "planes": max(view.planes for view in variant.views), "bits": variant.bits,
        "open attributes": f"birth {variant.birth}, event {variant.event}",
    }  # fmt: skip
    coarse, rng = setting.weights(variant), np.random.default_rng(setting.seed)
    row |= recalls(ranks(coarse, setting.truth), (10, 100, *LISTS))
    for best, lists in lists_of(coarse, LISTS, rng).items():
        second = second_stage(setting.fine_weights(variant.birth, variant.event), setting.truth, lists)
        row |= {f"{what}, best {best:,}": share for what, share in second.items() if what.startswith("@10")}
    del coarse, lists
    return row | leaks(variant, setting, records, pairs) | {"seconds": perf_counter() - started}


def leaks(variant: Variant, setting: Setting, records: Sequence[int], pairs: Sequence[int]) -> dict[str, Any]:
    """What the attacks make of it, by name and size."""
    found: dict[str, Any] = {}
    rng = np.random.default_rng(setting.seed)
    if any(view.parts for view in variant.views):
        for size in records:
            target = attacked(variant, setting.people.missing[:size], rng)
            for seen in (False, True):
                first = graph_matching(target, rng=rng, overlaps=[1.0], records=size, open_attributes=seen)[0]
                found[f"graph, {size:,}{', open attributes' if seen else ''}"] = first.figure
        target = attacked(variant, setting.people.missing[: max(pairs) + DICTIONARY], rng)
        for known in pairs:
            for one in regression(target, known, DICTIONARY, rng):
                if one.measure in ("matched, in rounds", "matched, in rounds with open attributes"):
                    seen_too = ", open attributes" if one.measure.endswith("attributes") else ""
                    found[f"known pairs, {known:,}{seen_too}"] = one.figure
    return found


def _judge(report: Report, unhardened: float, rows: Sequence[dict[str, Any]], records: Sequence[int]) -> None:
    for row in (row for row in rows if row["variant"] == shipped().name):
        for best in LISTS:
            recall = row[f"@10 either side, best {best:,}"]
            report.target(f"recall at 10, best {best:,}", recall, least=unhardened - CLOSE)
        for size in records:
            report.target(f"graph matching, {size:,}", row[f"graph, {size:,}"], most=0.01)
            seen = row[f"graph, {size:,}, open attributes"]
            report.target(f"graph matching, {size:,}, open attributes known", seen, most=0.01)


if __name__ == "__main__":
    main()
