"""`milap hub status`."""

from datetime import datetime
from pathlib import Path
from typing import Any

from api.hub.matching.approximate_reports import report_lines, saved_reports
from api.hub.refining.refined import is_refined
from api.hub.refining.telling import awaited_by_partition, awaited_lines
from api.hub.storage import overview, partitions
from api.hub.storage.overview import PartitionCount, RecordCount
from api.service.database import Database
from api.service.summaries import Summary, table
from matcher.views import Kind


def status(database: Database, index: Path | None = None) -> Summary:
    """What the hub holds by partition and partner, how fresh it is, and what waits for its match.

    Args:
        database: the hub's.
        index: folder of all indexes, where approximate ones leave word of their recall; None leaves that out.
    """
    approximate = {} if index is None else saved_reports(index)
    with database.read() as conn:
        found = partitions.every_partition(conn)
        queues = [_queue(count) for count in overview.partition_counts(conn)]
        counts = [_record_count(count) for count in overview.record_counts(conn)]
        awaited = awaited_by_partition(conn)
    refined = {partition.id for partition in found if is_refined(partition)}
    known = {partition.id: f"{partition.domain} {partition.epoch} {partition.profile}" for partition in found}
    lines = []
    for queue in queues:
        number = queue["partition"]
        assert isinstance(number, int)
        lines += [
            f"Partition {number}: {known[number]}",
            f"  waiting for their match: {queue['pending']}, oldest {queue['oldest_pending'] or '-'}",
            f"  candidates proposed: {queue['proposed']}",
            *(f"  {line}" for line in awaited_lines(awaited.get(number, [])) if number in refined),
            *_approximate(approximate.get(number)),
            *_table([count for count in counts if count["partition"] == number]),
        ]
    queues = [
        {**queue, "approximate": approximate.get(number), "awaited": awaited.get(number, [])}
        for queue in queues for number in [int(str(queue["partition"]))]
    ]  # fmt: skip
    return Summary({"partitions": queues, "records": counts}, lines or ["There is no partition yet."])


def _approximate(report: dict[str, Any] | None) -> list[str]:
    """Nothing where online search is exact."""
    return [] if report is None else [f"  {line}" for line in report_lines(report)]


def _table(counts: list[dict[str, object]]) -> list[str]:
    if not counts:
        return ["  no records yet"]
    keys = ("partner", "kind", "state", "records", "last_received")
    rows = [list(keys), *[[str(count[key] or "-") for key in keys] for count in counts]]
    return [f"  {line}" for line in table(rows)]


def _queue(count: PartitionCount) -> dict[str, object]:
    return {
        "partition": count.partition_id, "pending": count.pending, "oldest_pending": _moment(count.oldest_pending),
        "proposed": count.proposed,
    }  # fmt: skip


def _record_count(count: RecordCount) -> dict[str, object]:
    return {
        "partition": count.partition_id, "partner": count.partner,
        "kind": None if count.kind is None else Kind(count.kind).name.lower(), "state": count.state,
        "records": count.records, "last_received": _moment(count.last_received),
    }  # fmt: skip


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
