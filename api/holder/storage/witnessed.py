"""Checkpoints of audit logs that this gateway was shown: the hub's, and other partners' by way of the hub."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from api.holder.storage.tables import witnessed
from api.service.statements import insert
from api.wire.audit import Checkpoint


def keep(conn: Connection, checkpoint: Checkpoint, now: datetime) -> Checkpoint:
    """Keep a checkpoint; the one of its log and size that is kept, which may be an earlier one."""
    values = {
        "origin": checkpoint.origin, "size": checkpoint.size, "checkpoint": checkpoint.model_dump_json(),
        "seen_at": now,
    }  # fmt: skip
    conn.execute(insert(conn, witnessed).values(values).on_conflict_do_nothing())
    return of_size(conn, checkpoint.origin, checkpoint.size) or checkpoint


def of_size(conn: Connection, origin: str, size: int) -> Checkpoint | None:
    """The kept checkpoint of a log at a size, or None."""
    key = (witnessed.c.origin == origin) & (witnessed.c.size == size)
    text = conn.execute(select(witnessed.c.checkpoint).where(key)).scalar_one_or_none()
    return None if text is None else Checkpoint.model_validate_json(text)


def largest(conn: Connection, origin: str) -> Checkpoint | None:
    """The largest checkpoint that is kept of a log, or None."""
    wanted = select(witnessed.c.checkpoint).where(witnessed.c.origin == origin)
    text = conn.execute(wanted.order_by(witnessed.c.size.desc()).limit(1)).scalar_one_or_none()
    return None if text is None else Checkpoint.model_validate_json(text)


def everything(conn: Connection) -> list[Checkpoint]:
    """All that is kept, by log and size."""
    wanted = select(witnessed.c.checkpoint).order_by(witnessed.c.origin, witnessed.c.size)
    return [Checkpoint.model_validate_json(text) for text in conn.execute(wanted).scalars()]


def forget(conn: Connection, origin: str) -> None:
    """Keep nothing more of a log."""
    conn.execute(delete(witnessed).where(witnessed.c.origin == origin))
