"""Reading an audit log's entries, page by page, without those that only fill it up."""

from typing import Any

from sqlalchemy import Connection, select

from api.service.audit.entries import Entry, read_content
from api.service.audit.publishing import FILLER
from api.service.audit.tables import AuditTables
from api.service.storage_errors import StorageError

_DAMAGED = "Leaf {number} of the audit log is damaged; verify the whole log, and restore it from a backup."
# The end of a filler's canonical text. Quotation marks in a value are escaped, so no other entry can end like this.
_END_OF_FILLER = f'","what":"{FILLER}","why":null}}'


def entries(conn: Connection, tables: AuditTables, after: int | None, limit: int) -> list[tuple[int, Entry]]:
    """Numbers and entries, oldest first, from the one after leaf `after`, or from the first.

    Raises:
        StorageError: a leaf is not in the form of one.
    """
    leaves = tables.leaves.c
    wanted = select(leaves.number, leaves.content).where(leaves.number > (-1 if after is None else after))
    wanted = wanted.where(leaves.content.not_like(f"%{_END_OF_FILLER}"))
    rows = conn.execute(wanted.order_by(leaves.number).limit(limit))
    return [_read(row.number, row.content) for row in rows]


def _read(number: int, text: Any) -> tuple[int, Entry]:
    try:
        return read_content(text)
    except (ValueError, TypeError):
        raise StorageError(_DAMAGED.format(number=number)) from None
