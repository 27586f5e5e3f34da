"""Handing out envelopes, taking their receipts, and handing those out to the senders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection

from api.hub.cursors import Cursors
from api.hub.disclosure.deadlines import deadline
from api.hub.disclosure.exchange import contact_exchanged
from api.hub.settings import HubSettings
from api.hub.storage import audit, counters, messages
from api.hub.storage.messages import StoredMessage
from api.hub.storage.partners import Partner
from api.service.audit.entries import Entry
from api.wire.audit import hash_text
from api.wire.messages import DeliveryReceipt, Envelope, MessagePage, ReceiptPage, receipt_is_signed
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey

M = TypeVar("M", bound=BaseModel)
_NO_MESSAGE = "There is no message of this sender and id for this partner; check it."


@dataclass(frozen=True)
class TakenReceipt:
    """The receipt that is kept, and the numbers of the partners that it is news for."""

    receipt: DeliveryReceipt
    news: frozenset[int] = frozenset()


def waiting_messages(conn: Connection, cursors: Cursors, partner_id: int, after: int, limit: int) -> MessagePage:
    """What waits for a partner after a cursor; ProblemError `invalid-query` when that is none of its own."""
    items, end, more = _page(conn, cursors.of("messages"), messages.waiting_for, Envelope, partner_id, after, limit)
    return MessagePage(items=items, next=end, more=more)


def receipts_of(conn: Connection, cursors: Cursors, partner_id: int, after: int, limit: int) -> ReceiptPage:
    """Receipts of a partner's own messages after a cursor; raises as `waiting_messages`."""
    own = cursors.of("receipts")
    items, end, more = _page(conn, own, messages.receipts_for, DeliveryReceipt, partner_id, after, limit)
    return ReceiptPage(items=items, next=end, more=more)


def take_receipt(
    conn: Connection, sender: str, name: str, receipt: DeliveryReceipt, recipient: Partner, now: datetime,
    settings: HubSettings,
) -> TakenReceipt:  # fmt: skip
    """Keep a receipt, drop the message, and note in its candidate when both sides have each other's contact.

    Sent again it changes nothing; the answer is the receipt that was kept.

    Raises:
        ProblemError: `no-such-resource`, `invalid-body` or `bad-seal`.
    """
    known = _known(conn, sender, name, recipient)
    _require_for(known, sender, recipient, receipt)
    if known.kind == "contact":
        # The other side's receipt may come at the same moment: neither would see the other's.
        counters.hold(conn, counters.CANDIDATES)
    counters.hold(conn, counters.MESSAGES)
    known = _known(conn, sender, name, recipient)
    if known.receipt is not None:
        return TakenReceipt(DeliveryReceipt.model_validate_json(known.receipt))
    messages.deliver(conn, known.id, receipt, now)
    news = {known.sender_id}
    if known.kind == "contact" and known.candidate_state == "accepted" and _both_have(conn, known):
        news.add(known.recipient_id)
        contact_exchanged(conn, known.candidate_id, now, deadline("contact", settings, now))
    audit.note(
        conn,
        Entry(
            "message-delivered", recipient.name, now, about=known.candidate,
            facts={"sender": sender, "digest": receipt.digest, "kind": known.kind},
        ),
    )  # fmt: skip
    return TakenReceipt(receipt, frozenset(news))


def _known(conn: Connection, sender: str, name: str, recipient: Partner) -> StoredMessage:
    found = messages.received_as(conn, recipient.id, sender, name)
    if found is None:
        raise ProblemError("no-such-resource", _NO_MESSAGE)
    return found


def _both_have(conn: Connection, known: StoredMessage) -> bool:
    return messages.contact_senders(conn, known.candidate_id) >= {known.sender_id, known.recipient_id}


def _require_for(known: StoredMessage, sender: str, recipient: Partner, receipt: DeliveryReceipt) -> None:
    told = (receipt.sender, receipt.id, receipt.recipient, receipt.digest)
    if told != (sender, known.name, recipient.name, hash_text(known.digest)):
        raise ProblemError("invalid-body", "The receipt is of another message; make it anew from the one received.")
    assert recipient.public_key is not None  # its request was signed with it
    if not receipt_is_signed(receipt, PublicKey.from_text(recipient.public_key)):
        raise ProblemError("bad-seal", "The receipt's signature does not hold; make it anew.")


def _page(
    conn: Connection, cursors: Cursors, read: Callable[[Connection, int, int, int], list[tuple[int, str]]],
    model: type[M], partner_id: int, after: int, limit: int,
) -> tuple[list[M], int, bool]:  # fmt: skip
    found = read(conn, partner_id, cursors.show(after, partner_id), limit + 1)
    shown = found[:limit]
    end = cursors.hide(shown[-1][0], partner_id) if shown else after
    return [model.model_validate_json(content) for _, content in shown], end, len(found) > limit
