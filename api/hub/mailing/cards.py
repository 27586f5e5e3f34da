"""Taking and giving cards of partners. The hub checks them, and nobody has to believe that it did."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage import cards
from api.hub.storage.partners import Partner
from api.wire.cards import PartnerCard, is_signed
from api.wire.problems import ProblemError

_NO_CARD = "There is no card of an active partner of this name; it has to enrol, or come back to the hub."


def bring(conn: Connection, card: PartnerCard, partner: Partner, now: datetime) -> PartnerCard:
    """Keep a partner's own card; a second time changes nothing.

    Raises:
        ProblemError: `invalid-body`, another's name or key; `bad-seal`, its signature does not hold.
    """
    if card.partner != partner.name or card.request_key != partner.public_key:
        detail = "A card carries its partner's name and the key that its requests are signed with; make it anew."
        raise ProblemError("invalid-body", detail)
    if not is_signed(card):
        raise ProblemError("bad-seal", "The card's signature does not hold; make the card anew.")
    cards.put(conn, partner.id, card, now)
    return card


def card_of(conn: Connection, partner: str) -> PartnerCard:
    """The card of an active partner; ProblemError `no-such-resource`, the same for unknown partners and no card."""
    found = cards.of_active(conn, partner)
    if found is None:
        raise ProblemError("no-such-resource", _NO_CARD)
    return found
