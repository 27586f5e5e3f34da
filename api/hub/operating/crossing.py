"""`milap hub crossmatch` and `report`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from api.hub.crossmatching.running import Wanted, cross_match
from api.hub.crossmatching.summing import told_of
from api.hub.crossmatching.sweeping import Progress
from api.hub.hub_key import load_hub_key
from api.hub.knocking import Knocker
from api.hub.matching.options import matching_options
from api.hub.refining.refined import is_refined
from api.hub.refining.requeueing import Requeued, requeue
from api.hub.reporting.documents import report
from api.hub.reporting.lines import report_lines
from api.hub.reporting.pages import report_page
from api.hub.settings import HubSettings
from api.hub.storage import partitions
from api.hub.storage.partitions import Partition
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary
from matcher.errors import InputError, OutputError

NOTHING_PENDING = "No cross-match was interrupted; there is nothing to resume."


def crossmatch(
    settings: HubSettings, database: Database, partition_id: int | None, wanted: Wanted, progress: Progress,
    clock: Clock,
) -> Summary:  # fmt: skip
    """Bring the lists of one partition or of all open ones up to date, and knock at custodians with news.

    Partitions that are compared under masks have no lists; their records that were never planned are queued.

    Raises:
        InputError: there is no such open partition.
        MilapError: database, disk or model failed; blocks that were stored before stay, and can be resumed.
    """
    runs = []
    chosen = _chosen(database, partition_id)
    masked = [] if wanted.resume else [
        requeue(database, partition, full=wanted.full) for partition in chosen if is_refined(partition)
    ]  # fmt: skip
    for partition in chosen:
        if is_refined(partition):
            continue
        document = cross_match(
            database, matching_options(settings), partition, wanted, progress=progress, clock=clock
        )  # fmt: skip
        if document is not None:
            runs.append(int(document["run"]))
            # At once: what comes next may be interrupted, and would not knock for this one.
            _knock(settings, database, told_of(document), clock)
    if wanted.resume and not runs:
        return Summary({"runs": []}, [NOTHING_PENDING])
    if masked and not runs:
        return _with_masked(Summary({"runs": []}, []), masked)
    return _with_masked(_reported(database, runs, clock), masked)


def last_report(database: Database, run: int | None, html: Path | None, clock: Clock) -> Summary:
    """What one cross-match found, or the last one of each partition; also as a page, if a file is named.

    Raises:
        InputError: there is no finished run of this number.
        OutputError: the file cannot be written.
    """
    with database.read() as conn:
        document = report(conn, run, clock())
    if html is not None:
        _write(html, report_page(document))
    return Summary(document, report_lines(document))


def _chosen(database: Database, partition_id: int | None) -> list[Partition]:
    with database.read() as conn:
        found = partitions.open_partitions(conn)
    chosen = [partition for partition in found if partition_id in (None, partition.id)]
    if partition_id is not None and not chosen:
        raise InputError(f"There is no open partition {partition_id}; `milap hub partition list` shows them all.")
    return chosen


def _reported(database: Database, runs: list[int], clock: Clock) -> Summary:
    with database.read() as conn:
        found: dict[str, Any] = report(conn, now=clock())
    document = {"runs": [run for run in found["runs"] if run["run"] in runs]}
    return Summary(document, report_lines(document))


def _with_masked(summary: Summary, masked: Sequence[Requeued]) -> Summary:
    """The same, and what was done in partitions that are compared under masks, if there are any."""
    if not masked:
        return summary
    document = {**summary.values, "masked": [each.document() for each in masked]}
    return Summary(document, [*summary.lines, *(each.line for each in masked)])


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path}: the report cannot be written there ({error.strerror}).") from error


def _knock(settings: HubSettings, database: Database, partner_ids: Iterable[int], clock: Clock) -> None:
    knocker = Knocker(database, load_hub_key(settings.data), settings.name, clock)
    knocker.candidates_changed(partner_ids)
    try:
        while knocker.step():
            pass
    finally:
        knocker.stop()
