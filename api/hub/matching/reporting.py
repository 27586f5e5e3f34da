"""The report of the last cross-match of each partition."""

from typing import Any

from sqlalchemy import Connection

from api.hub.storage.runs import last_runs


def report(conn: Connection) -> dict[str, Any]:
    """For programs: {"runs": [...]}, the last finished run of each partition with its summary; totals, no record."""
    return {
        "runs": [
            {
                **run.summary, "domain": run.domain, "epoch": run.epoch, "profile": run.profile,
                "started_at": run.started_at.isoformat(), "ended_at": run.ended_at.isoformat(),
            }
            for run in last_runs(conn)
        ]
    }  # fmt: skip


def report_lines(document: dict[str, Any]) -> list[str]:
    """The same for people."""
    if not document["runs"]:
        return ["No cross-match has run yet: `milap hub crossmatch` runs one."]
    return [line for run in document["runs"] for line in _lines(run)]


def _lines(run: dict[str, Any]) -> list[str]:
    verdicts = run["candidates"]
    lines = [
        f"Run {run['run']}, partition {run['partition']} ({run['domain']}, {run['epoch']}, {run['profile']}), "
        f"model {run['model']}, ended {run['ended_at']}",
        f"  {run['missing']:,} missing against {run['found']:,} found, {run['pairs_compared']:,} pairs compared "
        f"in {run['seconds']:.1f} s",
        f"  candidates: {verdicts['probable']:,} probable, {verdicts['possible']:,} possible, "
        f"{verdicts['weak']:,} weak "
        f"({run['added']:,} new, {run['changed']:,} changed, {run['withdrawn']:,} withdrawn)",
    ]
    corridors: dict[tuple[str, str], dict[str, int]] = {}
    for part in run["corridors"]:
        corridors.setdefault((part["missing"], part["found"]), {})[part["verdict"]] = part["pairs"]
    for (missing, found), counts in sorted(corridors.items()):
        probable, possible = counts.get("probable", 0), counts.get("possible", 0)
        lines.append(f"  {missing} -> {found}: {probable:,} probable, {possible:,} possible")
    return lines
