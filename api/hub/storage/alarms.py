"""Alarms, and the records that they stop: by partner and ref, so that they hold in every epoch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, FromClause, and_, exists, func, or_, select, update
from sqlalchemy import insert as plain_insert

from api.hub.storage.kinship_tables import alarm_records, alarms
from api.hub.storage.matching import in_parts
from api.hub.storage.tables import partners, records
from api.service.statements import insert

OPEN, CLEARED, UPHELD = "open", "cleared", "upheld"
STOP, SLOW = "stop", "slow"


@dataclass(frozen=True)
class Alarm:
    """An alarm as it stands (see tables.alarms); `partner` is the partner's name."""

    id: int
    partner_id: int
    partner: str
    kind: str
    effect: str
    state: str
    records: int
    until: datetime | None
    raised_at: datetime
    changed_at: datetime


_ALARM = select(
    *(alarms.c[name] for name in Alarm.__dataclass_fields__ if name != "partner"), partners.c.name.label("partner")
).join(partners, alarms.c.partner_id == partners.c.id)  # fmt: skip
_OPEN = alarms.c.state == OPEN
_STOPS = and_(alarms.c.effect == STOP, alarms.c.state.in_((OPEN, UPHELD)))
_OF_RECORD = and_(records.c.partner_id == alarm_records.c.partner_id, records.c.ref == alarm_records.c.ref)


def stopped_ids(conn: Connection, record_ids: Sequence[int], now: datetime) -> set[int]:
    """Which of these records an alarm keeps from being released.

    That is one which stops and is open or upheld, or an open one which slows until later than `now`.
    """
    return _held(conn, record_ids, or_(_STOPS, and_(alarms.c.effect == SLOW, _OPEN, alarms.c.until > now)))


def hidden_ids(conn: Connection, record_ids: Sequence[int]) -> set[int]:
    """Which of these records an alarm stops, open or upheld: what they match is not shown to who filed them."""
    return _held(conn, record_ids, _STOPS)


def is_hidden(record: FromClause) -> Any:
    """The condition that an alarm stops a record, for queries over the table of records or an alias of it."""
    of_record = and_(alarm_records.c.partner_id == record.c.partner_id, alarm_records.c.ref == record.c.ref)
    return exists().where(of_record, alarms.c.id == alarm_records.c.alarm_id, _STOPS)


def every_alarm(conn: Connection, state: str | None, before: int | None, limit: int) -> list[Alarm]:
    """A page of alarms, the newest first, beginning below a number; of one state, or of all."""
    query = _ALARM.order_by(alarms.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(alarms.c.state == state)
    if before is not None:
        query = query.where(alarms.c.id < before)
    return [Alarm(**row._mapping) for row in conn.execute(query)]


def by_number(conn: Connection, alarm_id: int) -> Alarm | None:
    """The alarm of a number."""
    return _first(conn, alarms.c.id == alarm_id)


def about(conn: Connection, subject: str) -> Alarm | None:
    """The alarm about a subject."""
    return _first(conn, alarms.c.subject == subject)


def holding(conn: Connection, partner_id: int, kind: str, refs: Iterable[str]) -> Alarm | None:
    """The oldest alarm of a kind that has any of these records of a partner."""
    found = []
    for part in in_parts(sorted(refs)):
        held = (alarm_records.c.partner_id == partner_id, alarm_records.c.ref.in_(part))
        having = alarms.c.id.in_(select(alarm_records.c.alarm_id).where(*held))
        found.append(_first(conn, and_(alarms.c.kind == kind, having)))
    return min((alarm for alarm in found if alarm is not None), key=lambda alarm: alarm.id, default=None)


def add(conn: Connection, values: dict[str, Any], now: datetime) -> int:
    """A new open alarm without records; its number."""
    row = {**values, "state": OPEN, "records": 0, "raised_at": now, "changed_at": now}
    return int(conn.execute(plain_insert(alarms).values(**row).returning(alarms.c.id)).scalar_one())


def change(conn: Connection, alarm_id: int, now: datetime, **values: Any) -> None:
    """Set columns of an alarm."""
    conn.execute(update(alarms).where(alarms.c.id == alarm_id).values(**values, changed_at=now))


def add_records(conn: Connection, alarm_id: int, partner_id: int, refs: Iterable[str]) -> int:
    """Let records join an alarm; how many it has now."""
    rows = [{"alarm_id": alarm_id, "partner_id": partner_id, "ref": ref} for ref in sorted(refs)]
    if rows:
        conn.execute(insert(conn, alarm_records).on_conflict_do_nothing(), rows)
    return int(conn.execute(
        select(func.count()).select_from(alarm_records).where(alarm_records.c.alarm_id == alarm_id)
    ).scalar_one())  # fmt: skip


def record_ids(conn: Connection, alarm_id: int, refs: Iterable[str] | None = None) -> list[int]:
    """Numbers of the records of an alarm, in every epoch; of these refs alone when they are given."""
    query = select(records.c.id).join(alarm_records, _OF_RECORD).where(alarm_records.c.alarm_id == alarm_id)
    if refs is not None:
        found = (conn.execute(query.where(records.c.ref.in_(part))).scalars() for part in in_parts(sorted(refs)))
        return sorted(number for part in found for number in part)
    return list(conn.execute(query.order_by(records.c.id)).scalars())


def lapsed(conn: Connection, now: datetime) -> list[Alarm]:
    """Open alarms whose time to slow is over, and who have not been freed yet."""
    over = (alarms.c.effect == SLOW, alarms.c.state == OPEN, alarms.c.until <= now)
    return [Alarm(**row._mapping) for row in conn.execute(_ALARM.where(*over).order_by(alarms.c.id))]


def _held(conn: Connection, record_ids: Sequence[int], holds: Any) -> set[int]:
    query = select(records.c.id).join(alarm_records, _OF_RECORD)
    query = query.join(alarms, alarms.c.id == alarm_records.c.alarm_id).where(holds)
    return {
        int(number) for part in in_parts(record_ids)
        for number in conn.execute(query.where(records.c.id.in_(part))).scalars()
    }  # fmt: skip


def _first(conn: Connection, condition: Any) -> Alarm | None:
    row = conn.execute(_ALARM.where(condition).order_by(alarms.c.id).limit(1)).first()
    return None if row is None else Alarm(**row._mapping)
