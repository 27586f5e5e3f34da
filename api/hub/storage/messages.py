"""Sealed messages between partners: the envelope until it is delivered, and the receipt afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from api.hub.storage import counters
from api.hub.storage.partner_tables import messages
from api.hub.storage.tables import candidates, partners
from api.wire.audit import hash_bytes
from api.wire.messages import DeliveryReceipt, Envelope, digest_of


@dataclass(frozen=True)
class StoredMessage:
    """One message, whether delivered or not; `digest` is bytes (32,) of the sealed part."""

    id: int
    name: str
    candidate_id: int
    candidate: str
    candidate_state: str
    sender_id: int
    recipient_id: int
    kind: str
    digest: bytes = field(repr=False)
    receipt: str | None = field(repr=False)


_ROWS = select(
    messages.c.id, messages.c.name, messages.c.candidate_id, candidates.c.name.label("candidate"),
    candidates.c.state.label("candidate_state"), messages.c.sender_id, messages.c.recipient_id, messages.c.kind,
    messages.c.digest, messages.c.receipt,
).join_from(messages, candidates, messages.c.candidate_id == candidates.c.id)  # fmt: skip


def sent_as(conn: Connection, sender_id: int, name: str) -> StoredMessage | None:
    """The message that a sender gave this name."""
    return _first(conn, messages.c.sender_id == sender_id, messages.c.name == name)


def received_as(conn: Connection, recipient_id: int, sender: str, name: str) -> StoredMessage | None:
    """The message to a recipient that this sender gave this name."""
    sender_id = select(partners.c.id).where(partners.c.name == sender).scalar_subquery()
    return _first(
        conn, messages.c.recipient_id == recipient_id, messages.c.sender_id == sender_id, messages.c.name == name
    )


def undelivered(conn: Connection, candidate_id: int, sender_id: int) -> int:
    """How many messages of a sender about a candidate wait for their receipts."""
    wanted = select(func.count()).select_from(messages).where(
        messages.c.candidate_id == candidate_id, messages.c.sender_id == sender_id, messages.c.receipt.is_(None)
    )  # fmt: skip
    return int(conn.execute(wanted).scalar_one())


def add(
    conn: Connection, envelope: Envelope, *, candidate_id: int, sender_id: int, recipient_id: int, now: datetime
) -> None:
    """Keep an envelope for its recipient. Takes the counter MESSAGES."""
    values = {
        "name": envelope.id, "candidate_id": candidate_id, "sender_id": sender_id, "recipient_id": recipient_id,
        "kind": envelope.kind, "envelope": envelope.model_dump_json(),
        "digest": hash_bytes(digest_of(envelope.sealed)), "sequence": _next(conn), "sent_at": now,
    }  # fmt: skip
    conn.execute(insert(messages).values(values))


def deliver(conn: Connection, message_id: int, receipt: DeliveryReceipt, now: datetime) -> None:
    """Keep the receipt, and drop the content. Takes the counter MESSAGES."""
    values = {"receipt": receipt.model_dump_json(), "envelope": None, "delivered_at": now, "sequence": _next(conn)}
    conn.execute(update(messages).where(messages.c.id == message_id).values(**values))


def contact_senders(conn: Connection, candidate_id: int) -> set[int]:
    """The partners whose contact message about a candidate has been delivered."""
    wanted = select(messages.c.sender_id).where(
        messages.c.candidate_id == candidate_id, messages.c.kind == "contact", messages.c.receipt.is_not(None)
    )
    return set(conn.execute(wanted).scalars())


def waiting_for(conn: Connection, recipient_id: int, after: int, limit: int) -> list[tuple[int, str]]:
    """Sequence numbers and envelopes (JSON) of what waits for a recipient, after a number, oldest first."""
    return _page(conn, messages.c.envelope, messages.c.recipient_id == recipient_id, after, limit)


def receipts_for(conn: Connection, sender_id: int, after: int, limit: int) -> list[tuple[int, str]]:
    """Sequence numbers and receipts (JSON) of a sender's messages, after a number, oldest first."""
    return _page(conn, messages.c.receipt, messages.c.sender_id == sender_id, after, limit)


def _page(conn: Connection, column: Any, whose: Any, after: int, limit: int) -> list[tuple[int, str]]:
    wanted = select(messages.c.sequence, column).where(whose, column.is_not(None), messages.c.sequence > after)
    rows: Sequence[Any] = conn.execute(wanted.order_by(messages.c.sequence).limit(limit)).all()
    return [(int(sequence), str(content)) for sequence, content in rows]


def _first(conn: Connection, *conditions: Any) -> StoredMessage | None:
    row = conn.execute(_ROWS.where(*conditions)).first()
    return None if row is None else StoredMessage(**row._mapping)


def _next(conn: Connection) -> int:
    return counters.next_numbers(conn, counters.MESSAGES, 1)
