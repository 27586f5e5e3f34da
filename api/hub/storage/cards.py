"""Cards of partners, as they signed them."""

from datetime import datetime

from sqlalchemy import Connection, select

from api.hub.storage.partner_tables import cards
from api.hub.storage.tables import partners
from api.service.statements import insert
from api.wire.cards import PartnerCard


def put(conn: Connection, partner_id: int, card: PartnerCard, now: datetime) -> None:
    """Keep a partner's card in place of an earlier one."""
    content = card.model_dump_json()
    statement = insert(conn, cards).values(partner_id=partner_id, content=content, changed_at=now)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[cards.c.partner_id],
            set_={"content": content, "changed_at": now},
            where=cards.c.content != content,
        )
    )


def of_active(conn: Connection, partner: str) -> PartnerCard | None:
    """The card of an active partner, None when there is no such partner or it has brought none."""
    wanted = (
        select(cards.c.content)
        .join_from(cards, partners, cards.c.partner_id == partners.c.id)
        .where(partners.c.name == partner, partners.c.state == "active")
    )
    content = conn.execute(wanted).scalar()
    return None if content is None else PartnerCard.model_validate_json(content)
