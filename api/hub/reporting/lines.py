"""The report for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.hub.refining.telling import masked_lines
from api.hub.reporting.alarms import alarms, headline
from api.hub.reporting.words import FIGURES, count, days, duration, short
from api.service.summaries import table

MOST = 10
"""Rows of each list; the JSON document and the page have more."""
WAITING = ("review", "release", "overdue")


def report_lines(document: Mapping[str, Any]) -> list[str]:
    """For people, what `documents.report` gives: what to look at first, then totals."""
    masked = masked_lines(document.get("masked", []))
    if not document["runs"]:
        return masked or ["No cross-match has run yet: `milap hub crossmatch` runs one."]
    return [*(line for run in document["runs"] for line in _lines(run)), *masked]


def _lines(run: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"Run {run['run']}, partition {run['partition']} ({run['domain']}, {run['epoch']}, {run['profile']}), "
        f"model {run['model']}, ended {run['ended_at']}"
    )
    told = run.get("alarms", alarms(run))
    yield f"  {headline(told)}"
    yield from (f"  {'!' if one['level'] == 'alarm' else '-'} {one['says']}" for one in told)
    yield from _totals(run)
    yield from _corridors(run)
    collected = run.get("collected") or {}
    yield from _drift(collected.get("drift") or {})
    yield from _worklists(collected.get("worklists") or {})
    yield from _freshness(collected.get("freshness") or [])


def _totals(run: Mapping[str, Any]) -> Iterator[str]:
    verdicts = run["candidates"]
    yield (
        f"  {run['missing']:,} missing against {run['found']:,} found, {run['pairs_compared']:,} pairs compared "
        f"in {run['seconds']:.1f} s"
    )
    if run.get("mode"):
        dirty = run.get("dirty") or {}
        yield (
            f"  {run['mode']}: {count(dirty.get('missing') or 0)} missing and {count(dirty.get('found') or 0)} found "
            f"searched, {short(run.get('pairs_scored') or 0)} pairs scored, {short(run.get('rate') or 0)} a second"
        )
    if run.get("stages"):
        yield "  " + ", ".join(f"{stage} {duration(seconds)}" for stage, seconds in run["stages"].items())
    yield (
        f"  candidates: {verdicts['probable']:,} probable, {verdicts['possible']:,} possible, "
        f"{verdicts['weak']:,} weak "
        f"({run['added']:,} new, {run['changed']:,} changed, {run['withdrawn']:,} withdrawn)"
    )


def _corridors(run: Mapping[str, Any]) -> Iterator[str]:
    corridors: dict[tuple[str, str], dict[str, int]] = {}
    for part in run["corridors"]:
        corridors.setdefault((part["missing"], part["found"]), {})[part["verdict"]] = part["pairs"]
    for (missing, found), counts in sorted(corridors.items()):
        probable, possible = counts.get("probable", 0), counts.get("possible", 0)
        yield f"  {missing} -> {found}: {probable:,} probable, {possible:,} possible"


def _drift(drift: Mapping[str, Any]) -> Iterator[str]:
    figures = drift.get("figures") or []
    if figures:
        rows = [["since the last run", "now", "before"]]
        rows += [[FIGURES[one["what"]], count(one["now"]), count(one["before"])] for one in figures]
        yield from (f"  {line}" for line in table(rows))


def _worklists(found: Mapping[str, Any]) -> Iterator[str]:
    if found.get("rows"):
        rows = [["worklist", "office", "review", "release", "overdue"]]
        rows += [
            [row["partner"], str(row["office"] or "-"), *(count(row[what]) for what in WAITING)]
            for row in found["rows"][:MOST]
        ]
        yield from (f"  {line}" for line in table(rows))
        if found["offices"] > MOST:
            yield f"  … and {count(found['offices'] - MOST)} more offices"


def _freshness(found: list[Mapping[str, Any]]) -> Iterator[str]:
    if found:
        rows = [["partner", "missing", "found", "last record", "word"]]
        rows += [
            [row["partner"], count(row["missing"]), count(row["found"]), _ago(row["days_since"]), row["word"]]
            for row in found[:MOST]
        ]
        yield from (f"  {line}" for line in table(rows))
        if len(found) > MOST:
            yield f"  … and {count(len(found) - MOST)} more partners"


def _ago(since: float | None) -> str:
    if since is None:
        return "-"
    text = days(since)
    return text if text == "today" else f"{text} ago"
