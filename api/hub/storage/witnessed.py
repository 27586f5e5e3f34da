"""Checkpoints of partners' audit logs that this hub was shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from api.hub.storage.partner_tables import witnessed
from api.hub.storage.tables import partners
from api.service.statements import insert
from api.wire.audit import Checkpoint
from api.wire.witnesses import WitnessedCheckpoint


def keep(conn: Connection, partner_id: int, checkpoint: Checkpoint, now: datetime) -> Checkpoint:
    """Keep a checkpoint; the one of its size that is kept, which may be an earlier one."""
    values = {
        "partner_id": partner_id, "size": checkpoint.size, "checkpoint": checkpoint.model_dump_json(), "seen_at": now,
    }  # fmt: skip
    conn.execute(insert(conn, witnessed).values(values).on_conflict_do_nothing())
    return of_size(conn, partner_id, checkpoint.size) or checkpoint


def of_size(conn: Connection, partner_id: int, size: int) -> Checkpoint | None:
    """The kept checkpoint of a partner's log at a size, or None."""
    key = (witnessed.c.partner_id == partner_id) & (witnessed.c.size == size)
    text = conn.execute(select(witnessed.c.checkpoint).where(key)).scalar_one_or_none()
    return None if text is None else Checkpoint.model_validate_json(text)


def largest(conn: Connection, partner_id: int) -> int:
    """The largest size that a partner's log was seen at; 0 before."""
    wanted = select(func.max(witnessed.c.size)).where(witnessed.c.partner_id == partner_id)
    return conn.execute(wanted).scalar_one() or 0


def last_of_everyone(conn: Connection) -> list[WitnessedCheckpoint]:
    """The largest checkpoint of each partner that has shown one, by name."""
    sizes = select(witnessed.c.partner_id, func.max(witnessed.c.size).label("size")).group_by(witnessed.c.partner_id)
    last = sizes.subquery()
    same = (witnessed.c.partner_id == last.c.partner_id) & (witnessed.c.size == last.c.size)
    return [_message(row) for row in conn.execute(_rows().join(last, same).order_by(partners.c.name))]


def of_partner(conn: Connection, name: str, after: int, limit: int) -> list[WitnessedCheckpoint]:
    """Checkpoints of one partner's log that are larger than `after`, by size."""
    wanted = _rows().where(partners.c.name == name, witnessed.c.size > after).order_by(witnessed.c.size)
    return [_message(row) for row in conn.execute(wanted.limit(limit))]


def everything(conn: Connection) -> list[Checkpoint]:
    """All that is kept, by partner and size."""
    wanted = select(witnessed.c.checkpoint).order_by(witnessed.c.partner_id, witnessed.c.size)
    return [Checkpoint.model_validate_json(text) for text in conn.execute(wanted).scalars()]


def _rows() -> Select[Any]:
    columns = (partners.c.name, witnessed.c.seen_at, witnessed.c.checkpoint)
    return select(*columns).join(partners, partners.c.id == witnessed.c.partner_id)


def _message(row: Row[Any]) -> WitnessedCheckpoint:
    kept = Checkpoint.model_validate_json(row.checkpoint)
    return WitnessedCheckpoint(partner=row.name, seen_at=row.seen_at, checkpoint=kept)
