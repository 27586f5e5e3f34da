"""Numbers that become visible in their order."""

from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, select

from api.hub.storage.prepared import Prepared
from api.hub.storage.tables import counters
from api.service.statements import insert

RECORDS = "records"
"""Counts changes of records: `records.sequence`, and so the place in the queue of pending matches."""
CANDIDATES = "candidates"
"""Counts changes of candidates: `candidates.sequence`."""
LINKS = "links"
"""Counts changes of links: `links.sequence`."""
MESSAGES = "messages"
"""Counts changes of sealed messages: `messages.sequence`."""
COMPARISONS = "comparisons"
"""Counts comparisons under masks: `comparisons.id`."""


def _take(conn: Connection) -> Any:
    count = bindparam("count", type_=BigInteger)
    statement = insert(conn, counters).values(name=bindparam("name"), value=count)
    statement = statement.on_conflict_do_update(
        index_elements=[counters.c.name], set_={"value": counters.c.value + count}
    )
    return statement.returning(counters.c.value)


_TAKE = Prepared(_take)


def next_numbers(conn: Connection, name: str, count: int) -> int:
    """Take `count` numbers that nobody had; the first of them, from 1.

    The counter's row stays locked until the transaction ends: whoever has seen number n has seen all before it. A
    transaction that takes several takes RECORDS, CANDIDATES, LINKS, MESSAGES, COMPARISONS and last the audit log, in
    this order, or two of them wait for each other for ever.
    """
    last = conn.execute(_TAKE(conn), {"name": name, "count": count}).scalar_one()
    return int(last) - count + 1


def last_number(conn: Connection, name: str) -> int:
    """The last number that was taken, 0 before the first."""
    return int(conn.execute(select(counters.c.value).where(counters.c.name == name)).scalar() or 0)


def hold(conn: Connection, name: str) -> None:
    """Keep everybody else from taking numbers until this transaction ends.

    Who holds RECORDS sees records that nobody changes meanwhile: every change of a record takes a number first.
    """
    next_numbers(conn, name, 0)
