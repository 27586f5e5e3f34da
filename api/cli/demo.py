"""`milap demo`: a synthetic population, linked, and the result in a form that a person can read."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import typer

from api.cli.console import DONE, FAILED, Reporter, print_summary
from api.cli.linking import Linked, LinkOptions, link_records, read_side
from encoder.synthetic.files import write
from encoder.synthetic.population import generate
from matcher.evaluation import Evaluation, Ranked, evaluate
from matcher.explanation import Level, Reason, explain
from matcher.profile import LOCAL_2026_11
from matcher.tables import UNITS_PER_BIT
from matcher.views import Kind

app = typer.Typer(add_completion=False)

PLANTED_RECALL = 0.9
"""Share of planted pairs that has to be among the ten best candidates for the demo to succeed."""
SHOWN = 10


@app.command()
def demo(
    records: Annotated[int, typer.Option(min=20, help="Missing reports.")] = 5000,
    seed: Annotated[int, typer.Option(help="Seed of the population.")] = 2026,
    once: Annotated[bool, typer.Option("--once", help="End after the report (status 0: pairs found).")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> int:
    """Make a synthetic population, link it, and show recall, the ten best pairs and why, pairs and seconds."""
    reporter = Reporter(quiet=as_json)
    reporter.say(f"Inventing {records:,} missing reports (seed {seed}); nobody in this demo exists.")
    with TemporaryDirectory(prefix="milap-demo-") as folder:
        write(generate(records, round(records * 0.61), seed), Path(folder))
        sides = [read_side(Path(folder) / name, kind, reporter) for name, kind in _FILES]
        truth = _truth(Path(folder) / "truth.csv")
    linked = link_records(sides[0], sides[1], LinkOptions(LOCAL_2026_11), reporter)
    true = _true(linked, truth)
    figures = evaluate(Ranked(true, linked.pairs.rank, linked.pairs.weight / UNITS_PER_BIT), len(truth))
    print_summary(_summary(linked, figures), _report(linked, figures, true), as_json)
    return DONE if figures.recall[10] >= PLANTED_RECALL else FAILED


_FILES = (("missing.csv", Kind.MISSING), ("found.csv", Kind.FOUND))


def _truth(path: Path) -> set[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["missing_id"], row["found_id"]) for row in csv.DictReader(file)}


def _true(linked: Linked, truth: set[tuple[str, str]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    pairs = zip(linked.table.missing_ids, linked.table.found_ids, strict=True)
    return np.array([pair in truth for pair in pairs], dtype=np.bool_)


def _summary(linked: Linked, figures: Evaluation) -> dict[str, Any]:
    return {
        "missing": len(linked.missing.ids), "found": len(linked.found.ids), "planted_pairs": figures.truth,
        "recall": {str(k): round(v, 4) for k, v in figures.recall.items()},
        "pairs_compared": linked.compared, "seconds": {k: round(v, 3) for k, v in linked.seconds.items()},
    }


def _report(linked: Linked, figures: Evaluation, true: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[str]:
    search = linked.seconds["search"]
    return [
        "",
        f"{linked.compared:,} pairs compared in {search:.2f} s, {linked.compared / search / 1e6:,.0f} million a second",
        f"Of {figures.truth:,} planted pairs the right child stands first for {figures.recall[1]:.1%}, "
        f"among the first ten for {figures.recall[10]:.1%}.",
        "",
        f"The {SHOWN} best pairs, and why (bits; nothing here is a name or an address):",
        *_best_pairs(linked, true),
    ]


def _best_pairs(linked: Linked, true: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[str]:
    reasons = explain(linked.comparison, linked.model.tables())
    lines = []
    for place in np.argsort(-linked.pairs.weight, kind="stable")[:SHOWN].tolist():
        right = "planted pair" if true[place] else "not a planted pair"
        lines.append(
            f"  {linked.table.missing_ids[place]} - {linked.table.found_ids[place]}: "
            f"{linked.table.weight[place] / UNITS_PER_BIT:.1f} bits, "
            f"probability {linked.table.probability[place]:.4f}, {right}"
        )
        lines.append("      " + ", ".join(map(_reason, reasons[place])))
    return lines


def _reason(reason: Reason) -> str:
    if reason.level is Level.NOT_KNOWN:
        return f"{reason.what} {reason.level}"
    return f"{reason.what} {reason.level} {reason.bits:+.1f}"
