"""Own records as a comparison with the hub needs them."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, select, update

from api.holder.storage.outbox import Action
from api.holder.storage.tables import records


@dataclass(frozen=True)
class OwnRecord:
    """One record of this gateway; `sealed` is the vault's, None once erased."""

    id: int
    ref: str
    version: int
    state: str
    kept_because: str | None
    sealed: bytes | None = field(repr=False)

    @property
    def wanted(self) -> Action:
        """What the hub should have heard of it last, if it knows it at all."""
        if self.state == "erased":
            return "erase"
        return "put" if self.state == "active" and self.kept_because is None else "withdraw"


def own_records(conn: Connection, after_id: int, limit: int) -> list[OwnRecord]:
    """Records with ids above one, by id. In a write transaction nobody changes them before it ends."""
    columns = [records.c[name] for name in OwnRecord.__dataclass_fields__]
    wanted = select(*columns).where(records.c.id > after_id).order_by(records.c.id).limit(limit)
    return [OwnRecord(**row) for row in conn.execute(wanted.with_for_update()).mappings()]


def raise_version(conn: Connection, record_id: int, version: int, sealed: bytes | None) -> None:
    """Give a record a later version, and its content as sealed for it."""
    conn.execute(update(records).where(records.c.id == record_id).values(version=version, sealed=sealed))
