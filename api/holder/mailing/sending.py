"""Sending messages: each is sealed once, kept, and sent as often as it takes, always the same bytes."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from api.holder.mailing import stored
from api.holder.mailing.sealing import Identity, Letter, seal
from api.holder.storage import messages
from api.holder.storage.messages import OUT, REFUSED, SENT, WAITING, MessageRow
from api.holder.sync.client import HubClient
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.clock import Clock
from api.service.database import Database
from api.wire.cards import PartnerCard, fingerprint_of
from api.wire.messages import MessageKind, MessageReceived
from api.wire.names import new_ref
from api.wire.problems import ProblemError
from matcher.errors import InputError

AGAIN_AFTER: Final = timedelta(minutes=10)
_AT_ONCE = 20
_FINAL = frozenset({
    "unknown-recipient", "candidate-withdrawn", "decision-out-of-order", "bad-seal", "invalid-body", "too-large",
})  # fmt: skip
# Until an agreement is in force again, or the other side has taken some.
_LATER = frozenset({"no-such-resource", "too-many-attempts"})
_DAMAGED = "The message does not open any more; restore the database from a backup."


class MessageSender:
    """Sends what waits for partners whose cards are confirmed.

    Args:
        database: keeps the messages.
        vault: opens their texts.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database, self._vault, self._clock = database, vault, clock
        self._not_before: dict[int, datetime] = {}

    def send(self, client: HubClient, own: Identity, cards: dict[str, PartnerCard]) -> None:
        """Send what waits for the owners of these cards.

        Raises:
            ProblemError: the hub does not answer, or refuses everything.
        """
        while rows := self._sealed_between_others(own, cards):
            for row in rows:
                self._renew(row)
        last = 0
        while rows := self._waiting(cards, last):
            for row in rows:
                if self._is_due(row):
                    self._send_one(client, own, cards[row.partner], row)
            last = rows[-1].id

    def _waiting(self, cards: dict[str, PartnerCard], after: int) -> list[MessageRow]:
        with self._database.read() as conn:
            return messages.waiting(conn, tuple(cards), after, _AT_ONCE)

    def _sealed_between_others(self, own: Identity, cards: dict[str, PartnerCard]) -> list[MessageRow]:
        """What is on its way and cannot be opened any more: it is sent anew, under another name."""
        between = {partner: _between(own, card) for partner, card in cards.items()}
        with self._database.read() as conn:
            return messages.sealed_between_others(conn, between, _AT_ONCE)

    def _is_due(self, row: MessageRow) -> bool:
        return self._not_before.get(row.id, self._clock()) <= self._clock()

    def _send_one(self, client: HubClient, own: Identity, card: PartnerCard, row: MessageRow) -> None:
        envelope = row.envelope or self._sealed(own, card, row)
        if envelope is None:
            return
        try:
            client.ask(MessageReceived, "POST", "/v1/messages", envelope.encode())
        except ProblemError as problem:
            self._refused(row, problem)
            return
        self._not_before.pop(row.id, None)
        self._change(row, state=SENT, detail=None)

    def _sealed(self, own: Identity, card: PartnerCard, row: MessageRow) -> str | None:
        """The envelope of a message, kept before it is sent: another sealing would be another message to the hub."""
        try:
            text, at = stored.open_text(self._vault, row)
            kind: MessageKind = "contact" if row.kind == "contact" else "note"
            letter = Letter(row.name, row.candidate, kind, text, datetime.fromisoformat(at))
            envelope = seal(letter, own, card).model_dump_json()
        except DamagedSealError:
            self._change(row, state=REFUSED, detail=_DAMAGED)
            return None
        except InputError as error:
            self._change(row, state=REFUSED, detail=str(error)[:300])
            return None
        with self._database.write() as conn:
            return messages.fix_envelope(conn, row.id, envelope, _between(own, card), self._clock())

    def _refused(self, row: MessageRow, problem: ProblemError) -> None:
        """What the hub says about one message; anything else is about all of them."""
        if problem.kind in _FINAL:
            self._change(row, state=REFUSED, detail=problem.detail[:300])
            structlog.get_logger().warning("a message was refused", problem=problem.kind, partner=row.partner)
        elif problem.kind in _LATER:
            self._not_before[row.id] = self._clock() + AGAIN_AFTER
            self._change(row, detail=problem.detail[:300])
        elif problem.kind == "idempotency-key-reused":
            # As of after a restore: it was sealed and sent once before, and nobody knows with what.
            self._renew(row)
        else:
            raise problem

    def _renew(self, row: MessageRow) -> None:
        try:
            text, at = stored.open_text(self._vault, row)
        except DamagedSealError:
            self._change(row, state=REFUSED, detail=_DAMAGED)
            return
        name = new_ref()
        sealed = stored.seal_text(self._vault, OUT, name, text, at)
        self._change(row, name=name, sealed=sealed, envelope=None, cards=None, state=WAITING)

    def _change(self, row: MessageRow, **values: object) -> bool:
        with self._database.write() as conn:
            return messages.change(conn, row.id, (WAITING, SENT), self._clock(), **values)


def _between(own: Identity, card: PartnerCard) -> str:
    return f"{fingerprint_of(own.card)} {fingerprint_of(card)}"
