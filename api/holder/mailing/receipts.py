"""Receipts for the own messages: believed when the partner's confirmed card signed them."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from api.holder.mailing import noted
from api.holder.storage import facts, messages
from api.holder.storage.messages import DELIVERED, OUT, SENT, WAITING
from api.holder.sync.client import HubClient
from api.service.clock import Clock
from api.service.database import Database
from api.wire.cards import PartnerCard
from api.wire.messages import DeliveryReceipt, Envelope, ReceiptPage, digest_of, receipt_is_signed
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey

_PAGE, _MOST_PAGES = 100, 100
HELD_BACK_FOR: Final = timedelta(minutes=1)


class ReceiptTaker:
    """Asks the hub for receipts, and notes with each message that it was delivered.

    Args:
        database: keeps the messages.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._not_before: datetime | None = None

    def take(self, client: HubClient, cards: dict[str, PartnerCard]) -> None:
        """Take all new receipts; those of partners whose cards are not confirmed are taken later.

        Raises:
            ProblemError: the hub does not answer.
        """
        if self._not_before is not None and self._clock() < self._not_before:
            return
        self._not_before, held_back = None, False
        for _ in range(_MOST_PAGES):
            with self._database.read() as conn:
                after = int(facts.get(conn, noted.RECEIPTS_CURSOR) or 0)
            page = self._page(client, after)
            held_back = [self._take(receipt, cards) for receipt in page.items].count(False) > 0 or held_back
            if page.next != after:
                self._keep_place(page.next)
            if not page.more or page.next == after:
                break
        if held_back:
            self._keep_place(0)
            self._not_before = self._clock() + HELD_BACK_FOR

    def _page(self, client: HubClient, after: int) -> ReceiptPage:
        try:
            return client.ask(ReceiptPage, "GET", f"/v1/receipts?after={after}&limit={_PAGE}")
        except ProblemError as problem:
            if problem.kind != "invalid-query" or after == 0:
                raise
            # The hub was restored: its places are others now.
            return ReceiptPage(items=[], next=0, more=True)

    def _keep_place(self, cursor: int) -> None:
        with self._database.write() as conn:
            if cursor:
                facts.put(conn, noted.RECEIPTS_CURSOR, str(cursor), self._clock())
            else:
                facts.remove(conn, noted.RECEIPTS_CURSOR)

    def _take(self, receipt: DeliveryReceipt, cards: dict[str, PartnerCard]) -> bool:
        """Whether the receipt could be judged; one that does not hold is noted in the log, and changes nothing."""
        with self._database.read() as conn:
            row = messages.by_name(conn, OUT, receipt.recipient, receipt.id)
        if row is None or row.state not in (WAITING, SENT) or row.envelope is None:
            return True
        card = cards.get(receipt.recipient)
        if card is None:
            return False
        envelope = Envelope.model_validate_json(row.envelope)
        told = (receipt.sender, receipt.digest) == (envelope.sender, digest_of(envelope.sealed))
        if not told or not receipt_is_signed(receipt, PublicKey.from_text(card.request_key)):
            structlog.get_logger().warning("a receipt does not hold", partner=receipt.recipient)
            return True
        with self._database.write() as conn:
            # The envelope is needed no longer.
            messages.change(conn, row.id, (WAITING, SENT), self._clock(), state=DELIVERED, envelope=None, detail=None)
        return True
