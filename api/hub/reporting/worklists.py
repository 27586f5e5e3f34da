"""What waits at each custodian's offices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.reporting.queries import Waiting, first_records, waiting
from api.hub.storage.partners import Partner

MOST_ROWS = 200
"""Offices listed; what waits at all of them is in the totals."""


def worklists(conn: Connection, everyone: Sequence[Partner], partition_id: int, now: datetime) -> dict[str, Any]:
    """Candidates that wait for a custodian's review or release, the longest worklist first.

    The hub knows no office's name, and shows no mark: a partner's offices are numbered in the order in which their
    first records came, so that a number goes on meaning the same office. Office 0 are records that name none.
    """
    found = waiting(conn, partition_id, now)
    return listed(found, _numbers(conn) if found else {}, {partner.id: partner for partner in everyone})


def listed(
    found: Sequence[Waiting], numbers: Mapping[tuple[int, str | None], int], partners: Mapping[int, Partner]
) -> dict[str, Any]:
    """{"rows": [...], "offices", "review", "release", "overdue"}: at most MOST_ROWS rows, and totals of all."""
    rows: list[dict[str, Any]] = [
        {
            "partner": partners[row.partner_id].name, "title": partners[row.partner_id].title,
            "office": 0 if row.mark is None else numbers[row.partner_id, row.mark],
            "review": row.review, "release": row.release, "overdue": row.overdue,
        }
        for row in found
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row["review"] - row["release"], row["partner"], row["office"]))
    totals = {what: sum(row[what] for row in rows) for what in ("review", "release", "overdue")}
    return {"rows": rows[:MOST_ROWS], "offices": len(rows), **totals}


def _numbers(conn: Connection) -> dict[tuple[int, str | None], int]:
    numbers: dict[tuple[int, str | None], int] = {}
    offices: dict[int, int] = {}
    for partner, mark, _first in first_records(conn):
        offices[partner] = offices.get(partner, 0) + 1
        numbers[partner, mark] = offices[partner]
    return numbers
