"""Drafts to the database, in a handful of statements however many they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.intake.drafts import Draft
from api.hub.storage import counters, records


def write_drafts(
    conn: Connection, drafts: Sequence[Draft], numbers: range, partition_id: int, partner_id: int, now: datetime
) -> None:
    """Write every draft with a sequence number of its own, and queue what is to be matched.

    Nothing here depends on candidates, nor does the time it takes: the matcher takes them back after the fact.

    Args:
        conn: the write transaction, which holds the counter of records.
        drafts: records that changed.
        numbers: sequence numbers that were taken for them.
        partition_id: where new records go.
        partner_id: whose they are.
        now: aware.
    """
    if len(drafts) > numbers.stop - numbers.start:  # an erasure reached other epochs
        first = counters.next_numbers(conn, counters.RECORDS, len(drafts))
        numbers = range(first, first + len(drafts))
    of_every_row = [{"sequence": number, "received_at": now} for number in numbers[: len(drafts)]]
    new, known = [], []
    for draft, common in zip(drafts, of_every_row, strict=True):
        if draft.id is None:
            new.append({**draft.row(), **common, "partition_id": partition_id, "partner_id": partner_id})
        else:
            known.append({"id": draft.id, **draft.changes, **common})
    _write_known(conn, known)
    records.queue_new(conn, records.insert_records(conn, new))
    records.queue(conn, [row["id"] for row in known])


def _write_known(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Rows that set the same columns go in one statement."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(sorted(row)), []).append(row)
    for alike in by_columns.values():
        records.update_records(conn, alike)
