"""Candidates beside the own records that they are for."""

from typing import Any

from sqlalchemy import Connection

from api.holder.inbox.deciding import shown_decision
from api.holder.intake.looking import RecordPage, RecordReader
from api.holder.intake.sight import sight_of
from api.holder.reviewing.worklist import may_decide
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal
from api.holder.storage import candidates, decisions, records
from api.holder.storage.candidates import CandidateFilter, CandidateRow
from api.holder.storage.decisions import UNSIGNED, WAITING
from api.holder.vault.vault import Vault
from api.service.database import Database
from api.wire.life import CandidateState, Side
from api.wire.problems import ProblemError


class InboxReader:
    """Reads of the inbox. A candidate tells levels in words and a verdict in three steps; there are no scores here."""

    def __init__(self, database: Database, reader: RecordReader, vault: Vault) -> None:
        """With the database, what opens the own records, and the vault that opens decisions."""
        self._database, self._reader, self._vault = database, reader, vault

    def page(
        self, side: Side, state: CandidateState | None, after: int | None, limit: int, who: Principal
    ) -> RecordPage:
        """Candidates of one side, newest first."""
        bounds = self._reader.bounds(sight_of(who))
        wanted = CandidateFilter(side, None if state is None else (state,), bounds)
        with self._database.read() as conn:
            rows = candidates.page(conn, wanted, after, limit + 1)
            items = [self._shown(conn, row, who) for row in rows[:limit]]
        return RecordPage(items, rows[limit - 1].id if len(rows) > limit else None)

    def read(self, side: Side, candidate: str, who: Principal) -> dict[str, Any]:
        """One candidate; ProblemError `no-such-resource`."""
        with self._database.read() as conn:
            row = candidates.by_name(conn, candidate)
            if row is None or row.side != side or not self._reader.bounds(sight_of(who)).hold(row):
                raise ProblemError("no-such-resource", "There is no candidate of this name; check it.")
            return self._shown(conn, row, who)

    def _shown(self, conn: Connection, row: CandidateRow, who: Principal) -> dict[str, Any]:
        own = records.by_id(conn, row.record_id)
        made = decisions.of_candidate(conn, row.candidate)
        undecided = next((each for each in made if each.state in (UNSIGNED, WAITING)), None)
        orders = who.may(Scope.ORDERS_READ)
        return {
            "candidate": row.candidate,
            "partner": row.partner,
            "verdict": row.verdict,
            "levels": [{"what": what, "level": level} for what, level in row.levels],
            "state": row.state,
            "revision": row.revision,
            "since": row.since.isoformat(),
            "due_at": None if row.due_at is None else row.due_at.isoformat(),
            "stopped": row.stopped,
            "same_child": row.same_child,
            "may": [] if undecided else may_decide(row, who),
            "decisions": [shown_decision(self._vault, each, orders=orders) for each in made],
            "own_version": row.own_version,
            "received_at": row.received_at.isoformat(),
            "changed_at": row.changed_at.isoformat(),
            "own": None if own is None else self._reader.listed(own, sight_of(who)),
        }
