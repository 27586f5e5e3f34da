"""Other partners, as this gateway knows them: the card that a person confirmed, and another that the hub shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from api.holder.storage.tables import peers
from api.service.statements import insert
from api.wire.cards import PartnerCard


@dataclass(frozen=True, slots=True)
class Peer:
    """One partner. Only a confirmed card is used, and none while another one is offered."""

    partner: str
    card: PartnerCard | None
    offered: PartnerCard | None
    changed_at: datetime

    @property
    def usable(self) -> PartnerCard | None:
        """The card to seal for and to believe; None until a person has compared fingerprints."""
        return self.card if self.offered is None else None


_ROWS = select(peers.c.partner, peers.c.card, peers.c.offered, peers.c.changed_at)


def get(conn: Connection, partner: str) -> Peer | None:
    """What is known of a partner, or None."""
    row = conn.execute(_ROWS.where(peers.c.partner == partner)).first()
    return None if row is None else _peer(row)


def everyone(conn: Connection) -> list[Peer]:
    """All known partners by name."""
    return [_peer(row) for row in conn.execute(_ROWS.order_by(peers.c.partner))]


def put(conn: Connection, partner: str, card: PartnerCard | None, offered: PartnerCard | None, now: datetime) -> None:
    """Note what is known of a partner, in place of what was."""
    values = {"card": _text(card), "offered": _text(offered), "changed_at": now}
    statement = insert(conn, peers).values(partner=partner, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=[peers.c.partner], set_=values))


def forget(conn: Connection, partner: str) -> bool:
    """Forget a partner; whether it was known."""
    return conn.execute(delete(peers).where(peers.c.partner == partner)).rowcount > 0


def _text(card: PartnerCard | None) -> str | None:
    return None if card is None else card.model_dump_json()


def _card(text: str | None) -> PartnerCard | None:
    return None if text is None else PartnerCard.model_validate_json(text)


def _peer(row: Any) -> Peer:
    return Peer(row.partner, _card(row.card), _card(row.offered), row.changed_at)
