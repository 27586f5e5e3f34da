"""Candidates beside the own records that they are for."""

from typing import Any

from sqlalchemy import Connection

from api.holder.intake.looking import RecordPage, RecordReader
from api.holder.storage import candidates, records
from api.holder.storage.candidates import CandidateRow
from api.service.database import Database
from api.wire.problems import ProblemError


class InboxReader:
    """Reads of the inbox. A candidate tells levels in words and a verdict in three steps; there are no scores here."""

    def __init__(self, database: Database, reader: RecordReader) -> None:
        """With the database, and what opens the own records."""
        self._database, self._reader = database, reader

    def page(self, state: str | None, after: int | None, limit: int, *, reporters: bool) -> RecordPage:
        """Candidates, newest first."""
        with self._database.read() as conn:
            rows = candidates.page(conn, state, after, limit + 1)
            items = [self._shown(conn, row, reporters) for row in rows[:limit]]
        return RecordPage(items, rows[limit - 1].id if len(rows) > limit else None)

    def read(self, candidate: str, *, reporters: bool) -> dict[str, Any]:
        """One candidate; ProblemError `no-such-resource`."""
        with self._database.read() as conn:
            row = candidates.by_name(conn, candidate)
            if row is None:
                raise ProblemError("no-such-resource", "There is no candidate of this name; check it.")
            return self._shown(conn, row, reporters)

    def _shown(self, conn: Connection, row: CandidateRow, reporters: bool) -> dict[str, Any]:
        own = records.by_id(conn, row.record_id)
        return {
            "candidate": row.candidate,
            "partner": row.partner,
            "verdict": row.verdict,
            "levels": [{"what": what, "level": level} for what, level in row.levels],
            "state": row.state,
            "found_version": row.found_version,
            "received_at": row.received_at.isoformat(),
            "changed_at": row.changed_at.isoformat(),
            "own": None if own is None else self._reader.listed(own, reporters=reporters),
        }
