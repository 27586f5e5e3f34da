"""Links beside the own records that they are for."""

from typing import Any

from sqlalchemy import Connection

from api.holder.intake.looking import RecordPage, RecordReader
from api.holder.intake.sight import Sight, sight_of
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal
from api.holder.storage import links, records
from api.holder.storage.links import LinkRow
from api.service.database import Database
from api.wire.links import LinkState
from api.wire.problems import ProblemError


class LinkReader:
    """Reads of links. They tell levels in words and of the other record its organisation, unless it is one's own."""

    def __init__(self, database: Database, reader: RecordReader) -> None:
        """With the database, and what opens the own records."""
        self._database, self._reader = database, reader

    def page(self, state: LinkState | None, after: int | None, limit: int, who: Principal) -> RecordPage:
        """Links of records that somebody may know of, newest first."""
        sight = sight_of(who)
        with self._database.read() as conn:
            rows = links.page(conn, state, after, limit + 1, self._reader.bounds(sight))
            items = [self._shown(conn, row, sight, who) for row in rows[:limit]]
        return RecordPage(items, rows[limit - 1].id if len(rows) > limit else None)

    def read(self, name: str, who: Principal) -> dict[str, Any]:
        """One link; ProblemError `no-such-resource`."""
        sight = sight_of(who)
        with self._database.read() as conn:
            row = links.by_name(conn, name)
            own = [] if row is None else self._own(conn, row, sight)
            if row is None or not any(own):
                raise ProblemError("no-such-resource", "There is no link of this name; check it.")
            return self._shown(conn, row, sight, who)

    def _shown(self, conn: Connection, row: LinkRow, sight: Sight, who: Principal) -> dict[str, Any]:
        own, other = self._own(conn, row, sight)
        open_to_words = row.state != "withdrawn" and row.word_sent and who.may(Scope.CANDIDATES_DECIDE)
        return {
            "link": row.name,
            "partner": row.partner,
            "levels": [{"what": what, "level": level} for what, level in row.levels],
            "state": row.state,
            "revision": row.revision,
            "own_version": row.own_version,
            "own_word": row.own_word,
            "said": _said(row),
            "may": ["same", "different"] if open_to_words else [],
            "received_at": row.received_at.isoformat(),
            "changed_at": row.changed_at.isoformat(),
            "own": own,
            "other": other,
        }

    def _own(self, conn: Connection, row: LinkRow, sight: Sight) -> list[dict[str, Any] | None]:
        """The own records of a link, of the other side as well when it is one's own; None for what one may not know."""
        bounds = self._reader.bounds(sight)
        shown: list[dict[str, Any] | None] = []
        for number in (row.record_id, row.other_record_id):
            found = None if number is None else records.by_id(conn, number)
            shown.append(None if found is None or not bounds.hold(found) else self._reader.listed(found, sight))
        return shown


def _said(row: LinkRow) -> dict[str, Any] | None:
    """What was said here last, and what became of it."""
    if row.word is None:
        return None
    state = "waiting" if not row.word_sent else "taken" if row.detail is None else "refused"
    return {"word": row.word, "by": row.word_by, "state": state, "detail": row.detail}
