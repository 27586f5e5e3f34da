"""Messages of the gateway, in and out, and the candidates that they are about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from api.holder.storage.records import Bounds
from api.holder.storage.tables import inbox, messages, records

IN, OUT = "in", "out"
WAITING, SENT, DELIVERED, REFUSED = "waiting", "sent", "delivered", "refused"
OPENED, RECEIVED = "opened", "received"


@dataclass(frozen=True, slots=True)
class Topic:
    """A candidate as far as messages about it need it; `side` is custodian or reporter."""

    candidate: str
    side: str
    record_id: int
    partner: str
    state: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message; what `envelope` holds depends on the direction (see the table)."""

    id: int
    name: str
    direction: str
    candidate: str
    partner: str
    kind: str
    state: str
    sealed: bytes = field(repr=False)
    envelope: str | None = field(repr=False)
    cards: str | None = field(repr=False)
    detail: str | None
    by: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages somebody may see: about candidates on these sides, whose own records lie within these bounds."""

    sides: Collection[str]
    bounds: Bounds


_TOPICS = select(inbox.c.candidate, inbox.c.side, inbox.c.record_id, inbox.c.partner, inbox.c.state)
_ROWS = select(*(messages.c[name] for name in MessageRow.__dataclass_fields__))


def topic(conn: Connection, candidate: str, visible: MessageFilter | None = None) -> Topic | None:
    """The candidate of a name; None when it is not here, or not for somebody who sees only this much."""
    wanted = _TOPICS.where(inbox.c.candidate == candidate)
    row = conn.execute(wanted if visible is None else _only(wanted, visible)).first()
    return None if row is None else Topic(*row)


def partners_in(conn: Connection, states: Collection[str]) -> list[str]:
    """Partners on the other side of candidates in these states, by name."""
    wanted = select(inbox.c.partner).where(inbox.c.state.in_(states)).distinct()
    return sorted(conn.execute(wanted).scalars())


def without_contact(conn: Connection, states: Collection[str], limit: int) -> list[Topic]:
    """Candidates in these states about which no own contact message was made, oldest first."""
    made = select(messages.c.candidate).where(messages.c.direction == OUT, messages.c.kind == "contact")
    wanted = _TOPICS.where(inbox.c.state.in_(states), inbox.c.candidate.not_in(made))
    return [Topic(*row) for row in conn.execute(wanted.order_by(inbox.c.id).limit(limit))]


def page(
    conn: Connection, candidate: str | None, visible: MessageFilter, after: int | None, limit: int
) -> list[MessageRow]:
    """Messages newest first, from below the id `after` on; what has been opened is shown once its receipt is sent."""
    wanted = _ROWS.join(inbox, inbox.c.candidate == messages.c.candidate).where(messages.c.state != OPENED)
    wanted = wanted if candidate is None else wanted.where(messages.c.candidate == candidate)
    wanted = wanted if after is None else wanted.where(messages.c.id < after)
    return _rows(conn, _only(wanted, visible).order_by(messages.c.id.desc()).limit(limit))


def waiting(conn: Connection, partners: Collection[str], after: int, limit: int) -> list[MessageRow]:
    """Messages above an id that wait to be sent to these partners, oldest first."""
    wanted = _to(partners, (WAITING,)).where(messages.c.id > after)
    return _rows(conn, wanted.order_by(messages.c.id).limit(limit))


def sealed_between_others(conn: Connection, cards: Mapping[str, str], limit: int) -> list[MessageRow]:
    """Messages on their way that were sealed between other cards than these, which are named by partner."""
    wanted = _to(tuple(cards), (WAITING, SENT)).where(
        messages.c.cards.is_not(None), messages.c.cards.not_in(tuple(cards.values()))
    )
    return _rows(conn, wanted.order_by(messages.c.id).limit(limit))


def opened(conn: Connection, limit: int) -> list[MessageRow]:
    """Messages that were opened and whose receipts have yet to reach the hub, oldest first."""
    wanted = _ROWS.where(messages.c.direction == IN, messages.c.state == OPENED)
    return _rows(conn, wanted.order_by(messages.c.id).limit(limit))


def by_name(conn: Connection, direction: str, partner: str, name: str) -> MessageRow | None:
    """The message of a name to or from a partner."""
    found = _rows(
        conn,
        _ROWS.where(messages.c.direction == direction, messages.c.partner == partner, messages.c.name == name),
    )
    return found[0] if found else None


def has_contact(conn: Connection, candidate: str) -> bool:
    """Whether an own contact message about a candidate was made."""
    wanted = select(messages.c.id).where(
        messages.c.candidate == candidate, messages.c.direction == OUT, messages.c.kind == "contact"
    )
    return conn.execute(wanted.limit(1)).first() is not None


def add(conn: Connection, values: dict[str, Any], now: datetime) -> None:
    """Keep a new message."""
    conn.execute(insert(messages).values(**values, created_at=now, changed_at=now))


def change(conn: Connection, message_id: int, origins: Collection[str], now: datetime, **values: Any) -> bool:
    """Set columns of a message that is in one of these states; whether it was."""
    wanted = (messages.c.id == message_id) & messages.c.state.in_(origins)
    return conn.execute(update(messages).where(wanted).values(**values, changed_at=now)).rowcount > 0


def fix_envelope(conn: Connection, message_id: int, envelope: str, cards: str, now: datetime) -> str | None:
    """Keep what is sent, unless somebody has done so: the envelope that holds, None when nothing waits to be sent."""
    wanted = (messages.c.id == message_id) & (messages.c.state == WAITING)
    fixed = update(messages).where(wanted, messages.c.envelope.is_(None))
    conn.execute(fixed.values(envelope=envelope, cards=cards, changed_at=now))
    return conn.execute(select(messages.c.envelope).where(wanted)).scalar()


def counts(conn: Connection) -> dict[str, int]:
    """How many messages are in each state."""
    wanted = select(messages.c.state, func.count()).group_by(messages.c.state)
    return {state: int(number) for state, number in conn.execute(wanted)}


def _to(partners: Collection[str], states: Collection[str]) -> Select[Any]:
    return _ROWS.where(messages.c.direction == OUT, messages.c.partner.in_(partners), messages.c.state.in_(states))


def _only(wanted: Select[Any], visible: MessageFilter) -> Select[Any]:
    wanted = wanted.join(records, records.c.id == inbox.c.record_id)
    return wanted.where(inbox.c.side.in_(visible.sides), *visible.bounds.conditions())


def _rows(conn: Connection, wanted: Select[Any]) -> list[MessageRow]:
    return [MessageRow(**row) for row in conn.execute(wanted).mappings()]
