"""The report as a document: runs with their summaries, and what to look at first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.refining.telling import masked_document
from api.hub.reporting.alarms import alarms
from api.hub.storage.runs import FinishedRun, RunWithoutEnd, finished_run, last_runs, runs_without_end
from matcher.errors import InputError


def report(conn: Connection, run: int | None = None, now: datetime | None = None) -> dict[str, Any]:
    """For programs: {"runs": [...]}, one finished run or the last one of each partition; totals, no record.

    Partitions that are compared under masks have no runs: `masked` has what each of them waits for, if there are any.

    Each is the summary that the run ended with, and `alarms` (see `api.hub.reporting.alarms`). Of last runs also
    `later`: runs that began after it and have not ended; and with `now`, the hours since it ended as `age_hours`.

    Raises:
        InputError: there is no finished run of this number.
    """
    if run is None:
        others = runs_without_end(conn)
        masked = masked_document(conn)
        runs = [_last(found, others, now) for found in last_runs(conn)]
        return {"runs": runs, "masked": masked} if masked else {"runs": runs}
    chosen = finished_run(conn, run)
    if chosen is None:
        raise InputError(f"There is no finished run {run}; `milap hub report` shows the last one of each partition.")
    return {"runs": [_watched(_document(chosen))]}


def _last(run: FinishedRun, others: list[RunWithoutEnd], now: datetime | None) -> dict[str, Any]:
    later = [
        {"run": other.run, "state": other.state, "started_at": other.started_at.isoformat()}
        for other in others if other.partition == run.partition and other.run > run.run
    ]  # fmt: skip
    age = {} if now is None else {"age_hours": round((now - run.ended_at).total_seconds() / 3600, 1)}
    return _watched({**_document(run), "later": later, **age})


def _watched(document: Mapping[str, Any]) -> dict[str, Any]:
    return {**document, "alarms": alarms(document)}


def _document(run: FinishedRun) -> dict[str, Any]:
    return {
        **run.summary, "run": run.run, "partition": run.partition, "model": run.model, "sequence": run.sequence,
        "domain": run.domain, "epoch": run.epoch, "profile": run.profile,
        "started_at": run.started_at.isoformat(), "ended_at": run.ended_at.isoformat(),
    }  # fmt: skip
