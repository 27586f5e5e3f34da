"""What an operator has to know before trusting a run, in sentences: alarms first, then notices."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from api.hub.reporting.freshness import ALARMING
from api.hub.reporting.words import FIGURES, count, counted, days, duration, moment, named, share

STALE_HOURS = 36.0
"""A last run that ended longer ago is not last night's."""
Document = Mapping[str, Any]
Told = tuple[str, str]
"""`alarm` or `notice`, and the sentence."""


def alarms(document: Document) -> list[dict[str, str]]:
    """[{"level": alarm or notice, "about": section, "says": sentence}] of the document of one run, alarms first.

    An alarm speaks against trusting the run or the data under it; a notice is good to know. Older documents lack most
    of what is looked at here, and have fewer.
    """
    told = [
        {"level": level, "about": about, "says": says}
        for about, look in _LOOKS.items() for level, says in look(document)
    ]  # fmt: skip
    return sorted(told, key=lambda one: one["level"] != "alarm")


def headline(told: list[dict[str, str]]) -> str:
    """One sentence over all of them."""
    loud = sum(one["level"] == "alarm" for one in told)
    if loud:
        return f"Look before you trust this run: {counted(loud, 'alarm', 'alarms')}."
    return "Nothing speaks against this run." if not told else "Nothing speaks against this run; some things to know."


def _run(document: Document) -> Iterator[Told]:
    for later in document.get("later") or []:
        what = "was given up" if later.get("state") == "abandoned" else "has not ended"
        began = moment(later["started_at"])
        yield "alarm", f"Run {later['run']} began on {began} and {what}: what follows is of the run before it."
    age = document.get("age_hours")
    if age is not None and age > STALE_HOURS:
        yield "alarm", f"This run ended {duration(age * 3600)} ago: no newer one has ended since."
    if document.get("mode") == "full" and document.get("pairs_compared") and document.get("pairs_scored") == 0:
        yield "alarm", "No pair was scored, though agreements allow pairs to be compared."
    if document.get("mode") == "full" and document.get("base") and document.get("why"):
        yield "notice", "Everything was searched anew: " + " ".join(document["why"])


def _work(document: Document) -> Iterator[Told]:
    lost, blocks = document.get("workers_lost") or 0, document.get("blocks") or {}
    if lost:
        yield "notice", (
            f"{counted(lost, 'worker was', 'workers were')} lost; "
            f"{counted(blocks.get('repeated') or 0, 'block was', 'blocks were')} done again."
        )
    if blocks.get("resumed"):
        resumed = counted(blocks["resumed"], "block was", "blocks were")
        yield "notice", f"The run was interrupted and went on where it was: {resumed} done already."


def _drift(document: Document) -> Iterator[Told]:
    found = _collected(document, "drift") or {}
    because = "; the model is another one" if found.get("same_model") is False else ""
    for figure in found.get("figures") or []:
        if figure["flagged"]:
            now, before = count(figure["now"]), count(figure["before"])
            run = f"run {found['run']}" if found.get("run") else "the run before"
            yield "alarm", f"{_capital(FIGURES[figure['what']])}: {now}, after {before} in {run}{because}."


def _calibration(document: Document) -> Iterator[Told]:
    for row in _collected(document, "calibration") or []:
        if row["word"] in ("claims-too-much", "claims-too-little"):
            yield "alarm", (
                f"Of {count(row['decided'])} decided candidates with a probability of {row['from']:.1f} to "
                f"{row['to']:.1f}, {count(row['matches'])} were matches, where {row['stated']:,.1f} were stated."
            )


def _freshness(document: Document) -> Iterator[Told]:
    for row in _collected(document, "freshness") or []:
        if row["word"] in ALARMING:
            yield "alarm", f"{named(row)} {_silence(row)}"


def _silence(row: Mapping[str, Any]) -> str:
    if row["word"] == "never":
        return "has never sent a record."
    gap = row["usual_gap_days"]
    usual = "" if gap is None else f"; it usually sends every {'day' if gap <= 1 else days(gap)}"
    return f"has sent no record for {days(row['days_since'])}{usual}."


def _coverage(document: Document) -> Iterator[Told]:
    found = _collected(document, "coverage") or {}
    says: dict[str, Callable[[], str]] = {
        "alone": lambda: "No agreement in force lets the records of " + ", ".join(
            named(partner) for partner in found["alone"] if partner["records"]
        ) + " be compared with anybody else's.",
        "uncompared": lambda: f"{share(found['uncompared'], found['records'])} of the records meet no record of the "
        "other kind that may be compared with them.",
        "no-missing": lambda: "There is no missing report to compare with.",
        "no-found": lambda: "There is no found record to compare with.",
        "lopsided": lambda: f"The two kinds are lopsided: {count(found['missing'])} missing reports, "
        f"{count(found['found'])} found records.",
        "few-views": lambda: f"Records have only {found['mean_views']:.1f} views on average.",
    }  # fmt: skip
    for word in found.get("alarms") or []:
        yield "alarm", says[word]()


def _worklists(document: Document) -> Iterator[Told]:
    found = _collected(document, "worklists") or {}
    if found.get("overdue"):
        what = counted(found["overdue"], "candidate is", "candidates are")
        yield "notice", f"{what} overdue at the custodians: `milap hub overdue` counts them by partner."


def _estimate(document: Document) -> Iterator[Told]:
    estimate = document.get("estimate") or {}
    word = (estimate.get("drift") or {}).get("word", "steady")
    if word != "steady":
        level, far = ("alarm", "far from") if word == "drifted" else ("notice", "somewhat beside")
        yield level, (
            f"Estimated from these records the linkage model would lie {far} the one in use: "
            f"`milap hub model diff {estimate['number']}` tells how."
        )


def _collected(document: Document, key: str) -> Any:
    return (document.get("collected") or {}).get(key)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_LOOKS: dict[str, Callable[[Document], Iterator[Told]]] = {
    "run": _run, "drift": _drift, "calibration": _calibration, "freshness": _freshness, "coverage": _coverage,
    "worklists": _worklists, "work": _work, "model": _estimate,
}  # fmt: skip
