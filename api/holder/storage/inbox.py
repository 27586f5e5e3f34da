"""What the hub tells of candidates, written into the inbox: as the custodian of a found record, or as a reporter."""

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, or_, select, update

from api.holder.storage.tables import inbox, records
from api.service.statements import insert
from api.wire.candidates import CandidateNotice
from api.wire.decisions import ReleaseNotice
from api.wire.life import WITHDRAWABLE, CandidateState, Side

CUSTODIAN: Final = "custodian"
REPORTER: Final = "reporter"
KIND_OF: Final[Mapping[Side, str]] = {CUSTODIAN: "found", REPORTER: "missing"}
"""The kind of the own record on each side."""
NEWS: Final[Mapping[Side, tuple[CandidateState, ...]]] = {CUSTODIAN: ("proposed", "contact"), REPORTER: ("released",)}
"""States into which others bring a candidate and in which this side has to act: its desk is told."""


@dataclass(frozen=True, slots=True)
class Told:
    """One notice of the hub, of either side."""

    side: Side
    own_ref: str
    candidate: str
    revision: int
    columns: Mapping[str, Any]


def of_custodian(notice: CandidateNotice) -> Told:
    """A candidate of an own found record."""
    columns = {**_common(notice, notice.found_version), "stopped": notice.stopped, "same_child": notice.same_child}
    return Told(CUSTODIAN, notice.found_ref, notice.candidate, notice.revision, columns)


def of_reporter(notice: ReleaseNotice) -> Told:
    """A candidate that was released for an own missing record."""
    columns = {**_common(notice, notice.missing_version), "stopped": False, "same_child": None}
    return Told(REPORTER, notice.missing_ref, notice.candidate, notice.revision, columns)


def _common(notice: CandidateNotice | ReleaseNotice, own_version: int) -> dict[str, Any]:
    return {
        "own_version": own_version, "partner": notice.partner, "verdict": notice.verdict,
        "levels": json.dumps([[each.what, each.level] for each in notice.levels]), "state": notice.state,
        "revision": notice.revision, "since": notice.since, "due_at": notice.due_at,
    }  # fmt: skip


def store(conn: Connection, notices: Sequence[Told], now: datetime, *, afresh: bool = False) -> int:
    """Write notices, the later over the earlier of the same candidate; gives how many had no record here.

    A candidate that somebody else brought into a state of NEWS makes a notification due.

    Args:
        conn: of a transaction that writes.
        notices: as the hub told them, oldest first.
        now: the present moment.
        afresh: whether the hub's word counts even where more is known here, as after a restore of the hub.
    """
    known = _own_records(conn, notices)
    for notice in notices:
        record_id = known.get((notice.own_ref, KIND_OF[notice.side]))
        if record_id is not None:
            _upsert(conn, notice, record_id, now, afresh)
    return sum((notice.own_ref, KIND_OF[notice.side]) not in known for notice in notices)


def _own_records(conn: Connection, notices: Iterable[Told]) -> dict[tuple[str, str], int]:
    refs = {notice.own_ref for notice in notices}
    wanted = select(records.c.ref, records.c.kind, records.c.id).where(records.c.ref.in_(refs))
    # Of an erased record nothing comes back, not even that its candidates are withdrawn.
    wanted = wanted.where(records.c.state != "erased")
    return {(row.ref, row.kind): row.id for row in conn.execute(wanted)}


def _upsert(conn: Connection, notice: Told, record_id: int, now: datetime, afresh: bool) -> None:
    told: dict[str, Any] = {"side": notice.side, "record_id": record_id, **notice.columns}
    wanted = select(*(inbox.c[name] for name in told)).where(inbox.c.candidate == notice.candidate)
    known = conn.execute(wanted.with_for_update()).mappings().first()
    # The answer to a decision may have been quicker than a page that was asked for before it.
    behind = known is not None and known["revision"] > notice.revision and not afresh
    if known is not None and (behind or dict(known) == told):
        return
    told["changed_at"] = now
    changed = dict(told)
    if known is not None and known["state"] != notice.columns["state"]:
        changed["escalated"] = 0
        if notice.columns["state"] in NEWS[notice.side]:
            changed["notified_at"] = None
    statement = insert(conn, inbox).values(candidate=notice.candidate, received_at=now, **told)
    conn.execute(statement.on_conflict_do_update(index_elements=[inbox.c.candidate], set_=changed))


def settle(conn: Connection, candidate: str, state: CandidateState, revision: int, now: datetime) -> None:
    """Bring a candidate to what the hub's receipt of an own decision says, unless more is known already.

    Its deadline is that of the state it left; the hub tells the new one with the next page.
    """
    changed = update(inbox).where(inbox.c.candidate == candidate, inbox.c.revision < revision)
    values = {"state": state, "revision": revision, "since": now, "due_at": None, "escalated": 0, "changed_at": now}
    conn.execute(changed.values(**values))


def withdraw_others(conn: Connection, side: Side, told: Set[str], now: datetime) -> int:
    """Withdraw what is under way here and not among the candidates that the hub told of; gives how many."""
    under_way = select(inbox.c.candidate).where(inbox.c.side == side, inbox.c.state.in_(WITHDRAWABLE))
    gone = [candidate for candidate in conn.execute(under_way).scalars() if candidate not in told]
    for candidate in gone:
        changed = update(inbox).where(inbox.c.candidate == candidate)
        conn.execute(changed.values(state="withdrawn", due_at=None, changed_at=now))
    return len(gone)


def _unnotified() -> Any:
    news = or_(*(and_(inbox.c.side == side, inbox.c.state.in_(states)) for side, states in NEWS.items()))
    return and_(news, inbox.c.notified_at.is_(None))


@dataclass(frozen=True, slots=True)
class Unnotified:
    """Of what the desks have not been told: up to which id, and the offices whose records these are."""

    up_to: int
    offices: frozenset[bytes | None]


def unnotified(conn: Connection) -> Unnotified | None:
    """What a desk has to be told of, or None. An office is a blind index, None for records of no office."""
    wanted = select(inbox.c.id, records.c.office_index).join(records, records.c.id == inbox.c.record_id)
    rows = conn.execute(wanted.where(_unnotified())).all()
    return Unnotified(max(row.id for row in rows), frozenset(row.office_index for row in rows)) if rows else None


def mark_notified(conn: Connection, up_to: int, now: datetime) -> None:
    """Note that the desk has been told of everything up to an id."""
    conn.execute(update(inbox).where(_unnotified(), inbox.c.id <= up_to).values(notified_at=now))


def mark_escalated(conn: Connection, names: Sequence[str]) -> None:
    """Count that candidates were brought up once more."""
    for name in names:
        conn.execute(update(inbox).where(inbox.c.candidate == name).values(escalated=inbox.c.escalated + 1))
