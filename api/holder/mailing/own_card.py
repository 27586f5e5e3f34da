"""The own card: made of the three keys, brought to the hub, and looked at there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

import structlog

from api.holder.mailing import noted
from api.holder.mailing.message_keys import MessageKey
from api.holder.mailing.noted import OwnCard
from api.holder.mailing.sealing import Identity
from api.holder.storage import facts
from api.holder.sync.client import HubClient
from api.service.clock import Clock
from api.service.database import Database
from api.wire.cards import PartnerCard, make_card, masking_key_text, message_key_text
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from encoder.mask_keys import MaskingKey

LOOKED_AT_EVERY = timedelta(minutes=1)


class AllKeys(NamedTuple):
    """The private keys whose public halves are on the own card."""

    request: RequestKey
    message: MessageKey
    masking: MaskingKey


class Keys:
    """The gateway's private keys, each read from its file once: that costs 64 MiB and a good part of a second.

    Args:
        request_key: gives the request key, None before the gateway has enrolled.
        message_key: gives the message key, which it makes when there is none.
        masking_key: the same of the masking key.
    """

    def __init__(
        self, request_key: Callable[[], RequestKey | None], message_key: Callable[[], MessageKey],
        masking_key: Callable[[], MaskingKey],
    ) -> None:  # fmt: skip
        self._read_request_key, self._read_message_key, self._lock = request_key, message_key, Lock()
        self._read_masking_key = masking_key
        self._request_key: RequestKey | None = None
        self._message_key: MessageKey | None = None
        self._masking_key: MaskingKey | None = None

    def all(self) -> "AllKeys | None":
        """All of them; None before the gateway has enrolled."""
        with self._lock:
            self._request_key = self._request_key or self._read_request_key()
            if self._request_key is None:
                return None
            self._message_key = self._message_key or self._read_message_key()
            self._masking_key = self._masking_key or self._read_masking_key()
            return AllKeys(self._request_key, self._message_key, self._masking_key)


class OwnCards:
    """Keeps the hub's copy of the own card right, and notices when it is not.

    Args:
        database: remembers the card.
        keys: the gateway's.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, keys: Keys, clock: Clock) -> None:
        self._database, self._keys, self._clock = database, keys, clock
        self._looked_at: datetime | None = None

    def identity(self, partner: str) -> Identity | None:
        """Card and keys under which this gateway writes; None before it has enrolled."""
        keys = self._keys.all()
        if keys is None:
            return None
        public = {
            "message_key": message_key_text(keys.message.public), "masking_key": masking_key_text(keys.masking.public)
        }  # fmt: skip
        with self._database.read() as conn:
            known = noted.own_card(conn)
        if known is not None and _keys_on(known.card) == (partner, keys.request.public.text, *public.values()):
            return Identity(known.card, keys.request, keys.message)
        now = self._clock()
        card = make_card(keys.request, {"partner": partner, **public, "made_at": now})
        self._keep(OwnCard(card, published=False), now)
        return Identity(card, keys.request, keys.message)

    def stands(self, client: HubClient, own: Identity) -> bool:
        """Whether the hub shows the own card, which is brought there first; without that nothing is exchanged.

        Raises:
            ProblemError: the hub does not answer.
        """
        now = self._clock()
        with self._database.read() as conn:
            known, doubt = noted.own_card(conn), facts.get(conn, noted.OWN_CARD_DOUBT)
        if known is None or not known.published:
            self._publish(client, own, now)
        elif doubt is None and self._looked_at is not None and abs(now - self._looked_at) < LOOKED_AT_EVERY:
            return True
        stands = self._look(client, own, now, doubt)
        self._looked_at = now
        return stands

    def _publish(self, client: HubClient, own: Identity, now: datetime) -> None:
        client.ask(PartnerCard, "PUT", "/v1/cards/me", own.card.model_dump_json().encode())
        self._keep(OwnCard(own.card, published=True), now)

    def _look(self, client: HubClient, own: Identity, now: datetime, doubt: str | None) -> bool:
        try:
            shown = client.ask(PartnerCard, "GET", f"/v1/cards/{own.card.partner}")
        except ProblemError as problem:
            if problem.kind != "no-such-resource":
                raise
            # The hub was restored from before: it is brought there again.
            self._keep(OwnCard(own.card, published=False), now)
            return False
        same = _keys_on(shown) == _keys_on(own.card)
        if same and doubt is not None:
            self._end_doubt()
        elif not same and doubt is None:
            self._begin_doubt(now)
        return same

    def _begin_doubt(self, now: datetime) -> None:
        with self._database.write() as conn:
            facts.put(conn, noted.OWN_CARD_DOUBT, now.isoformat(), now)
        structlog.get_logger().error("the hub shows another card for this gateway; no messages are exchanged")

    def _end_doubt(self) -> None:
        with self._database.write() as conn:
            facts.remove(conn, noted.OWN_CARD_DOUBT)
        structlog.get_logger().info("the hub shows this gateway's own card again")

    def _keep(self, own: OwnCard, now: datetime) -> None:
        with self._database.write() as conn:
            noted.keep_own_card(conn, own, now)


def publish_again(database: Database, now: datetime) -> bool:
    """Have the own card brought to the hub once more in the next turn, over whatever is there; False without one."""
    with database.write() as conn:
        known = noted.own_card(conn)
        if known is None:
            return False
        noted.keep_own_card(conn, OwnCard(known.card, published=False), now)
        return True


def _keys_on(card: PartnerCard) -> tuple[str, str, str, str]:
    return card.partner, card.request_key, card.message_key, card.masking_key
