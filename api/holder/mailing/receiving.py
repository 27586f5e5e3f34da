"""Receiving messages: opened and kept first, then receipted, and shown only after that."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from api.holder.mailing import noted, stored
from api.holder.mailing.peers import PeerBook
from api.holder.mailing.sealing import BadEnvelopeError, Identity, Letter, unseal
from api.holder.storage import audit, messages
from api.holder.storage.messages import IN, OPENED, RECEIVED
from api.holder.sync.client import HubClient
from api.holder.vault.vault import Vault
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.cards import PartnerCard, fingerprint_of
from api.wire.messages import WRITABLE, DeliveryReceipt, Envelope, MessagePage, digest_of, sign_receipt_for
from api.wire.problems import ProblemError

HELD_BACK_FOR: Final = timedelta(minutes=1)
_PAGE = 50
_RECEIPTS_AT_ONCE = 50
_MOST_REMEMBERED = 10_000
_OVER = frozenset({"withdrawn", "closed"})


class MessageReceiver:
    """Takes messages of partners whose cards are confirmed; what cannot be judged yet stays at the hub.

    Args:
        database: keeps the messages.
        vault: seals their texts.
        book: told of partners whose card does not fit what they send.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, vault: Vault, book: PeerBook, clock: Clock) -> None:
        self._database, self._vault, self._book, self._clock = database, vault, book, clock
        # The hub's feed has only what got no receipt yet, so it is read from its beginning after every start.
        self._after = 0
        self._again_at: datetime | None = None
        self._refused: dict[tuple[str, str], None] = {}

    def receive(self, client: HubClient, own: Identity, cards: dict[str, PartnerCard]) -> bool:
        """Take one page and give the receipts that are due; True when there is more.

        Raises:
            ProblemError: the hub does not answer.
        """
        self._begin_again_when_due()
        page = self._page(client)
        for envelope in page.items:
            self._take(envelope, own, cards)
        more = page.more and page.next != self._after
        self._after = page.next
        self.give_receipts(client, own)
        return more

    def give_receipts(self, client: HubClient, own: Identity) -> None:
        """Send the receipts of what was opened; from then on it is shown. Raises as `receive`."""
        with self._database.read() as conn:
            rows = messages.opened(conn, _RECEIPTS_AT_ONCE)
        for row in rows:
            assert row.envelope is not None
            receipt = sign_receipt_for(
                own.request_key, id_=row.name, sender=row.partner, recipient=own.card.partner, digest=row.envelope,
                at=row.created_at,
            )  # fmt: skip
            try:
                path = f"/v1/messages/{row.partner}/{row.name}/receipt"
                client.ask(DeliveryReceipt, "POST", path, receipt.model_dump_json().encode())
            except ProblemError as problem:
                # What the hub knows nothing of any more is here all the same.
                if problem.kind != "no-such-resource":
                    raise
            with self._database.write() as conn:
                messages.change(conn, row.id, (OPENED,), self._clock(), state=RECEIVED)

    def _page(self, client: HubClient) -> MessagePage:
        try:
            return client.ask(MessagePage, "GET", f"/v1/messages?after={self._after}&limit={_PAGE}")
        except ProblemError as problem:
            if problem.kind != "invalid-query" or self._after == 0:
                raise
            # The hub was restored: its places are others now.
            return MessagePage(items=[], next=0, more=True)

    def _begin_again_when_due(self) -> None:
        if self._again_at is not None and self._clock() >= self._again_at:
            self._after, self._again_at = 0, None

    def _take(self, envelope: Envelope, own: Identity, cards: dict[str, PartnerCard]) -> None:
        card = cards.get(envelope.sender)
        if card is None or _judgement(envelope, card) in self._refused:
            self._hold_back()
            return
        try:
            letter = unseal(envelope, card, own)
            with self._database.write() as conn:
                known = self._keep(conn, envelope, letter)
        except BadEnvelopeError as error:
            self._refuse(envelope, card, error.why)
            return
        if not known:
            self._hold_back()

    def _keep(self, conn: Connection, envelope: Envelope, letter: Letter) -> bool:
        """Keep an opened message; False when its candidate is not known here yet."""
        now, digest = self._clock(), digest_of(envelope.sealed)
        known = messages.by_name(conn, IN, envelope.sender, envelope.id)
        if known is not None:
            if known.envelope != digest:
                raise BadEnvelopeError("reused")
            # Its receipt was lost at the hub, or has yet to be sent.
            messages.change(conn, known.id, (RECEIVED,), now, state=OPENED)
            return True
        topic = messages.topic(conn, envelope.candidate)
        if topic is None or topic.partner != envelope.sender or topic.state not in WRITABLE | _OVER:
            return False
        sealed = stored.seal_text(self._vault, IN, envelope.id, letter.text, letter.written_at.isoformat())
        values = {
            "name": envelope.id, "direction": IN, "candidate": envelope.candidate, "partner": envelope.sender,
            "kind": envelope.kind, "state": OPENED, "sealed": sealed, "envelope": digest,
        }  # fmt: skip
        messages.add(conn, values, now)
        facts = {"partner": envelope.sender, "digest": digest, "kind": envelope.kind}
        audit.note(conn, Entry("message-received", "gateway", now, about=envelope.candidate, facts=facts))
        return True

    def _refuse(self, envelope: Envelope, card: PartnerCard, why: str) -> None:
        now = self._clock()
        with self._database.write() as conn:
            noted.note_refused(conn, envelope.sender, why, now)
        structlog.get_logger().warning("a message that came in was refused", partner=envelope.sender, reason=why)
        if len(self._refused) >= _MOST_REMEMBERED:
            self._refused.clear()
        self._refused[_judgement(envelope, card)] = None
        # It may be the card that has changed.
        self._book.doubt(envelope.sender)
        self._hold_back()

    def _hold_back(self) -> None:
        self._again_at = self._again_at or self._clock() + HELD_BACK_FOR


def _judgement(envelope: Envelope, card: PartnerCard) -> tuple[str, str]:
    """An envelope as it came, and the card that it was held against."""
    return hashlib.sha256(envelope.model_dump_json().encode()).hexdigest(), fingerprint_of(card)
