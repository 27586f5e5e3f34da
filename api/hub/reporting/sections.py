"""The parts of a run's page: each a heading, a chart where there is something to draw, and the same as a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.hub.reporting import charts
from api.hub.reporting.drawing import Picture
from api.hub.reporting.queries import VERDICTS
from api.hub.reporting.words import FIGURES, count, country_pair, duration, share, short

Document = Mapping[str, Any]
BAND = 5
"""Bits of one row in the table of weights; the chart has every bit."""


@dataclass(frozen=True)
class Section:
    """One part of the page. `texts`: how many columns of the table are text; the others are numbers."""

    title: str
    says: str
    headers: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    texts: int = 1
    picture: Picture | None = None


def work(run: Document) -> Iterator[Section]:
    """What was searched, and how long it took."""
    dirty, blocks = run.get("dirty") or {}, run.get("blocks") or {}
    engine, stages, lanes = (run.get(name) or {} for name in ("engine", "stages", "photo_lanes"))
    facts = {
        "Mode": run.get("mode"), "Missing reports searched": dirty.get("missing"),
        "Found records searched": dirty.get("found"), "Pairs that agreements allow": run.get("pairs_compared"),
        "Pairs scored": run.get("pairs_scored"), "Pairs scored a second": run.get("rate"),
        "Lists changed": run.get("lists_changed"), "Offers to unchanged records": run.get("offers"),
        "Records with a photo near another's": lanes.get("records"), "Entries by face alone": lanes.get("alone"),
        "Workers": engine.get("workers"), "Engine": engine.get("name"), "Workers lost": run.get("workers_lost"),
        "Blocks done": blocks.get("done"), "Blocks there from before": blocks.get("resumed"),
        "Blocks repeated": blocks.get("repeated"),
    }  # fmt: skip
    rows = [(what, fact if isinstance(fact, str) else short(fact)) for what, fact in facts.items() if fact is not None]
    rows += [(f"Stage: {stage}", duration(seconds)) for stage, seconds in stages.items()]
    says = " ".join(run.get("why") or []) or f"The run took {duration(run['seconds'])}."
    yield Section("Work", says, ("", ""), rows, picture=charts.stages(dict(stages)) if stages else None)


def drift(run: Document) -> Iterator[Section]:
    """Against the last run."""
    found = (run.get("collected") or {}).get("drift") or {}
    figures = found.get("figures") or []
    if figures:
        rows = [
            (FIGURES[row["what"]], "look" if row["flagged"] else "expected", count(row["now"]), count(row["before"]),
             "-" if row["ratio"] is None else f"{row['ratio']:.2f}")
            for row in figures
        ]  # fmt: skip
        other = " The linkage model is another one than then." if found.get("same_model") is False else ""
        drawn = charts.drift(figures) if any(row["ratio"] for row in figures) else None
        headers = ("", "", "now", "before", "ratio")
        says = f"Beside run {found.get('run') or 'before'}.{other}"
        yield Section("Against the last run", says, headers, rows, texts=2, picture=drawn)


def weights(run: Document) -> Iterator[Section]:
    """Candidates by weight and verdict."""
    found = (run.get("collected") or {}).get("weights") or []
    if found:
        bands: dict[int, list[int]] = {}
        for row in found:
            band = bands.setdefault(row["bit"] // BAND * BAND, [0] * len(VERDICTS))
            for at, verdict in enumerate(VERDICTS):
                band[at] += row[verdict]
        rows = [(f"{bit} to {bit + BAND}", *(count(n) for n in band)) for bit, band in sorted(bands.items())]
        says = "Proposed candidates by match weight. Each verdict has a scale of its own."
        yield Section("Weights", says, ("bits", *VERDICTS), rows, picture=charts.weights(found))


def corridors(run: Document) -> Iterator[Section]:
    """Candidates by country of reporter and of custodian."""
    found = (run.get("collected") or {}).get("corridors") or []
    counted = [(row["missing"], row["found"], row) for row in found] or _of_older(run)
    if counted:
        rows = [
            (country_pair(missing, reached), *(count(counts.get(verdict, 0)) for verdict in VERDICTS))
            for missing, reached, counts in counted
        ]
        says = "Proposed candidates from the reporter's country to the custodian's. The stronger the colour, the more."
        headers = ("corridor", *VERDICTS)
        yield Section("Corridors", says, headers, rows, picture=charts.corridors(found) if found else None)


def _of_older(run: Document) -> list[tuple[str, str, dict[str, int]]]:
    corridors: dict[tuple[str, str], dict[str, int]] = {}
    for part in run["corridors"]:
        corridors.setdefault((part["missing"], part["found"]), {})[part["verdict"]] = part["pairs"]
    return [(missing, found, counts) for (missing, found), counts in sorted(corridors.items())]


def calibration(run: Document) -> Iterator[Section]:
    """What probabilities state, and what people decided."""
    found = (run.get("collected") or {}).get("calibration") or []
    if found:
        rows = [
            (f"{row['from']:.1f} to {row['to']:.1f}", _WORDS[row["word"]], count(row["candidates"]),
             f"{row['expected']:,.1f}", count(row["decided"]), f"{row['stated']:,.1f}", count(row["matches"]))
            for row in reversed(found) if row["candidates"] or row["decided"]
        ]  # fmt: skip
        decided = sum(row["decided"] for row in found)
        matches = sum(row["matches"] for row in found)
        says = (
            f"Of {count(decided)} decided candidates {count(matches)} were matches ({share(matches, decided)}). "
            "Expected and stated are the matches that the probabilities promise among proposed and decided ones."
            if decided else "Nobody has decided on a candidate yet. Expected are the matches among proposed ones."
        )  # fmt: skip
        headers = ("probability", "", "proposed", "expected", "decided", "stated", "seen")
        yield Section("Calibration", says, headers, rows, texts=2, picture=charts.calibration(found))


_WORDS = {
    "agrees": "agrees", "claims-too-much": "too high", "claims-too-little": "too low", "too-few": "too few",
}  # fmt: skip
