"""`milap hub crossmatch` and `report`."""

from collections.abc import Iterable
from typing import Any

from api.hub.hub_key import load_hub_key
from api.hub.knocking import Knocker
from api.hub.matching.crossmatch import Progress, cross_match
from api.hub.matching.options import matching_options
from api.hub.matching.reporting import report, report_lines
from api.hub.settings import HubSettings
from api.hub.storage import partitions
from api.hub.storage.partitions import Partition
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary
from matcher.errors import InputError


def crossmatch(
    settings: HubSettings, database: Database, partition_id: int | None, fit_model: bool, progress: Progress,
    clock: Clock,
) -> Summary:  # fmt: skip
    """Match everything with everything in one partition or in all open ones, and knock at custodians with news.

    Raises:
        InputError: there is no such open partition.
        MilapError: database or model failed; blocks that were stored before stay.
    """
    custodians: set[int] = set()
    runs = []
    for partition in _chosen(database, partition_id):
        found = cross_match(
            database, matching_options(settings), partition, fit=fit_model, progress=progress, clock=clock
        )  # fmt: skip
        custodians |= set(found.custodians)
        runs.append(found.run)
    _knock(settings, database, custodians, clock)
    return _reported(database, runs)


def last_report(database: Database) -> Summary:
    """What the last cross-match of each partition found: totals, no record."""
    return _reported(database, None)


def _chosen(database: Database, partition_id: int | None) -> list[Partition]:
    with database.read() as conn:
        found = partitions.open_partitions(conn)
    chosen = [partition for partition in found if partition_id in (None, partition.id)]
    if partition_id is not None and not chosen:
        raise InputError(f"There is no open partition {partition_id}; `milap hub partition list` shows them all.")
    return chosen


def _reported(database: Database, runs: list[int] | None) -> Summary:
    with database.read() as conn:
        document: dict[str, Any] = report(conn)
    if runs is not None:
        document = {**document, "runs": [run for run in document["runs"] if run["run"] in runs]}
    return Summary(document, report_lines(document))


def _knock(settings: HubSettings, database: Database, partner_ids: Iterable[int], clock: Clock) -> None:
    knocker = Knocker(database, load_hub_key(settings.data), settings.name, clock)
    knocker.candidates_changed(partner_ids)
    try:
        while knocker.step():
            pass
    finally:
        knocker.stop()
