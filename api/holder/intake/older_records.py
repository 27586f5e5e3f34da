"""Records from before offices had a blind index: without one, nobody of an office would find them."""

from sqlalchemy import Connection

from api.holder.intake.content import open_content
from api.holder.staff.offices import office_index
from api.holder.storage import facts, records
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.clock import Clock
from api.service.database import Database

_AT_ONCE = 200


def index_offices(database: Database, vault: Vault, clock: Clock) -> None:
    """Give every record the index of its office, once in the life of a database; interrupted, it begins again.

    Raises:
        StorageError: the database failed; what was done so far is stored.
    """
    with database.read() as conn:
        if facts.get(conn, facts.OFFICES_INDEXED) is not None:
            return
    after: int | None = 0
    while after is not None:
        last = after
        after = database.retrying(lambda conn: _index_some(conn, vault, last))  # noqa: B023 - it runs at once
    with database.write() as conn:
        facts.put(conn, facts.OFFICES_INDEXED, "yes", clock())


def _index_some(conn: Connection, vault: Vault, after: int) -> int | None:
    """Take the next records above an id; gives the last of them, None when there are no more."""
    rows = records.without_office(conn, after, _AT_ONCE)
    for row in rows:
        assert row.sealed is not None
        try:
            office = open_content(vault, row.ref, row.version, row.sealed).office
        except DamagedSealError:
            # Its office is lost with the rest of it; whoever sees all offices still finds that it is damaged.
            continue
        if office is not None:
            records.change(conn, row.id, {"office_index": office_index(vault, office)})
    return rows[-1].id if rows else None
