"""What the exchange of messages notes for itself and for the operator."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from api.holder.storage import facts, messages, peers
from api.wire.cards import PartnerCard

OWN_CARD: Final = "own-card"
"""JSON of the own card, and whether the hub has taken it."""
OWN_CARD_DOUBT: Final = "own-card-doubt"
"""Since when the hub shows another card for this gateway; nothing is exchanged meanwhile."""
RECEIPTS_CURSOR: Final = "receipts-cursor"
"""The place up to which receipts were taken, as the hub named it."""
REFUSED_MESSAGES: Final = "refused-messages"
"""JSON of how many messages were refused, and of the last one its partner, why and when."""
CONTACT_MISSING: Final = "contact-desk-missing"
"""Present when the setting contact_desk is empty."""


@dataclass(frozen=True)
class OwnCard:
    """The own card, and whether the hub has taken it."""

    card: PartnerCard
    published: bool


def own_card(conn: Connection) -> OwnCard | None:
    """The own card, or None before the first one."""
    text = facts.get(conn, OWN_CARD)
    if text is None:
        return None
    values = json.loads(text)
    return OwnCard(PartnerCard.model_validate(values["card"]), bool(values["published"]))


def keep_own_card(conn: Connection, own: OwnCard, now: datetime) -> None:
    """Note the own card in place of the one before."""
    values = {"card": own.card.model_dump(mode="json"), "published": own.published}
    facts.put(conn, OWN_CARD, json.dumps(values), now)


def note_refused(conn: Connection, partner: str, why: str, now: datetime) -> None:
    """Count a message that was refused."""
    text = facts.get(conn, REFUSED_MESSAGES)
    count = 0 if text is None else int(json.loads(text)["count"])
    values = {"count": count + 1, "partner": partner, "why": why, "at": now.isoformat()}
    facts.put(conn, REFUSED_MESSAGES, json.dumps(values), now)


def mail_status(conn: Connection) -> dict[str, Any]:
    """What the operator is shown of messages: nothing of candidates, and no text."""
    refused = facts.get(conn, REFUSED_MESSAGES)
    counts = messages.counts(conn)
    return {
        "waiting": counts.get(messages.WAITING, 0),
        "refused": counts.get(messages.REFUSED, 0),
        "refused_incoming": None if refused is None else json.loads(refused),
        "cards_to_confirm": [peer.partner for peer in peers.everyone(conn) if peer.offered is not None],
        "own_card_replaced_since": facts.get(conn, OWN_CARD_DOUBT),
        "contact_desk_missing": facts.get(conn, CONTACT_MISSING) is not None,
    }
