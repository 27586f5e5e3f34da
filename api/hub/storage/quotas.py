"""What a partner may enter a day, where it differs from the settings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from api.hub.storage.kinship_tables import quotas
from api.hub.storage.tables import partners
from api.service.statements import insert


@dataclass(frozen=True)
class Quota:
    """Records a day; None leaves it to the settings."""

    officer_day: int | None = None
    office_day: int | None = None
    holder_day: int | None = None


_QUOTA = [quotas.c[name] for name in Quota.__dataclass_fields__]


def of_partners(conn: Connection, partner_ids: Collection[int]) -> dict[int, Quota]:
    """The quotas of these partners that have one of their own, by partner number."""
    query = select(quotas.c.partner_id, *_QUOTA).where(quotas.c.partner_id.in_(partner_ids))
    return {row.partner_id: Quota(*row[1:]) for row in conn.execute(query)}


def by_partner_name(conn: Connection) -> Mapping[str, Quota]:
    """All quotas, by partner name."""
    query = select(partners.c.name, *_QUOTA).join(partners, quotas.c.partner_id == partners.c.id)
    return {row.name: Quota(*row[1:]) for row in conn.execute(query.order_by(partners.c.name))}


def put(conn: Connection, partner_id: int, quota: Quota, now: datetime) -> None:
    """Set a partner's quota, in place of what it had."""
    values = {**vars(quota), "changed_at": now}
    statement = insert(conn, quotas).values(partner_id=partner_id, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=[quotas.c.partner_id], set_=values))
