"""Candidates of the own found records, as the hub tells of them."""

import json
from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from api.holder.storage.tables import inbox, records
from api.service.statements import insert
from api.wire.candidates import CandidateNotice

PROPOSED = "proposed"


def store(conn: Connection, notices: Sequence[CandidateNotice], now: datetime) -> int:
    """Write notices, the later over the earlier of the same candidate; gives how many had no found record here.

    A candidate that is proposed, or proposed again after a withdrawal, makes a notification due.
    """
    known = _found_records(conn, [notice.found_ref for notice in notices])
    for notice in notices:
        if notice.found_ref in known:
            _upsert(conn, notice, known[notice.found_ref], now)
    return sum(notice.found_ref not in known for notice in notices)


def _found_records(conn: Connection, refs: Sequence[str]) -> dict[str, int]:
    wanted = select(records.c.ref, records.c.id).where(records.c.ref.in_(refs), records.c.kind == "found")
    return {row.ref: row.id for row in conn.execute(wanted)}


def _upsert(conn: Connection, notice: CandidateNotice, record_id: int, now: datetime) -> None:
    told: dict[str, Any] = {
        "record_id": record_id, "found_version": notice.found_version, "partner": notice.partner,
        "verdict": notice.verdict, "levels": json.dumps([[each.what, each.level] for each in notice.levels]),
        "state": notice.state,
    }  # fmt: skip
    wanted = select(*(inbox.c[name] for name in told)).where(inbox.c.candidate == notice.candidate)
    known = conn.execute(wanted).mappings().first()
    if known is not None and dict(known) == told:
        return
    told["changed_at"] = now
    reopened = known is not None and known["state"] != PROPOSED and notice.state == PROPOSED
    changed = {**told, "notified_at": None} if reopened else told
    statement = insert(conn, inbox).values(candidate=notice.candidate, received_at=now, **told)
    conn.execute(statement.on_conflict_do_update(index_elements=[inbox.c.candidate], set_=changed))


def withdraw_others(conn: Connection, told: Set[str], now: datetime) -> int:
    """Withdraw what is proposed here and is not among the candidates that the hub told of; gives how many."""
    proposed = conn.execute(select(inbox.c.candidate).where(inbox.c.state == PROPOSED)).scalars()
    gone = [candidate for candidate in proposed if candidate not in told]
    for candidate in gone:
        changed = update(inbox).where(inbox.c.candidate == candidate)
        conn.execute(changed.values(state="withdrawn", changed_at=now))
    return len(gone)


def _unnotified() -> Any:
    return and_(inbox.c.state == PROPOSED, inbox.c.notified_at.is_(None))


def last_unnotified(conn: Connection) -> int | None:
    """The largest id among candidates of which the custodian's desk has not been told, or None."""
    return conn.execute(select(func.max(inbox.c.id)).where(_unnotified())).scalar()


def mark_notified(conn: Connection, up_to: int, now: datetime) -> None:
    """Note that the desk has been told of everything up to an id."""
    conn.execute(update(inbox).where(_unnotified(), inbox.c.id <= up_to).values(notified_at=now))
