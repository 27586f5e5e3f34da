"""Appending to an audit log, and its heads and proofs; each reads and writes a number of rows logarithmic in its size.

Everything happens in the caller's transaction: an entry and what it tells are committed together or not at all. The
state's row stays locked until that transaction ends. **It is the last lock that a transaction takes**: append after
every other change, or two transactions wait for each other for ever.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, select

from api.service.audit.entries import Entry, content
from api.service.audit.merkle import EMPTY_HEAD, Frontier, Node, joined, leaf_hash
from api.service.audit.queries import queries
from api.service.audit.ranges import Range, consistency_path, inclusion_path, peaks
from api.service.audit.tables import AuditTables
from api.service.statements import insert
from api.service.storage_errors import StorageError
from matcher.errors import InputError

STATE = "log"
"""Name of the state's row."""

_INCOMPLETE = "The audit log lacks stored hashes, so it cannot be used; verify it, and restore it from a backup."


def append(conn: Connection, tables: AuditTables, entry: Entry) -> int:
    """Add one entry; its leaf number, from 0.

    Raises:
        StorageError: the log lacks a stored hash that the new leaf builds on.
    """
    return append_all(conn, tables, [entry])[0]


def append_all(conn: Connection, tables: AuditTables, entries: Sequence[Entry]) -> list[int]:
    """Add entries in their order; their leaf numbers, without gaps.

    Raises:
        StorageError: the log lacks a stored hash that the new leaves build on.
    """
    if not entries:
        return []
    first = _take(conn, tables, len(entries))
    frontier = Frontier(first, _edge(conn, tables, first, first + len(entries)))
    leaves, nodes = list[dict[str, Any]](), list[dict[str, Any]]()
    for number, entry in enumerate(entries, first):
        text = content(entry, number)
        hashed = leaf_hash(text.encode())
        leaves.append({"number": number, "at": entry.at, "content": text, "hash": hashed})
        nodes += [{"level": at[0], "number": at[1], "hash": made} for at, made in frontier.append(hashed)]
    conn.execute(queries(tables).leaf, leaves)
    if nodes:
        conn.execute(queries(tables).node, nodes)
    return list(range(first, first + len(entries)))


def size(conn: Connection, tables: AuditTables) -> int:
    """Number of leaves."""
    state = tables.state.c
    return conn.execute(select(state.size).where(state.name == STATE)).scalar_one_or_none() or 0


def root(conn: Connection, tables: AuditTables, size: int | None = None) -> bytes:
    """Head of the tree when it had `size` leaves, bytes (32,); of the whole tree when none is given.

    Raises:
        InputError: the log never had so many leaves.
        StorageError: the log lacks a stored hash.
    """
    covered = _covered(conn, tables, size)
    return _hashes_of(conn, tables, [(0, covered)])[0] if covered else EMPTY_HEAD


def inclusion_proof(conn: Connection, tables: AuditTables, number: int, size: int) -> list[bytes]:
    """Hashes that lead from leaf `number` to the head of the first `size` leaves (RFC 6962, section 2.1.1).

    Raises:
        InputError: there is no such leaf among them, or the log never had so many.
        StorageError: the log lacks a stored hash.
    """
    if not 0 <= number < _covered(conn, tables, size):
        raise InputError("The audit log has no leaf of that number at that size; ask for a smaller number.")
    return _hashes_of(conn, tables, inclusion_path(number, size))


def consistency_proof(conn: Connection, tables: AuditTables, first: int, second: int) -> list[bytes]:
    """Hashes that prove that the first `second` leaves begin with the first `first` (RFC 6962, section 2.1.2).

    Raises:
        InputError: `first` is more than `second`, or the log never had so many leaves.
        StorageError: the log lacks a stored hash.
    """
    if not 0 <= first <= _covered(conn, tables, second):
        raise InputError("A consistency proof leads from a size to a larger one; exchange them.")
    return _hashes_of(conn, tables, consistency_path(first, second))


def _take(conn: Connection, tables: AuditTables, count: int) -> int:
    """Lock the state and count the new leaves in; the number of the first of them."""
    last = conn.execute(queries(tables).take, {"state": STATE, "count": count}).scalar_one_or_none()
    if last is None:
        state = tables.state.c
        begin = insert(conn, tables.state).values(name=STATE, size=count)
        # Another's first entry may have come in between.
        begin = begin.on_conflict_do_update(index_elements=[state.name], set_={"size": state.size + count})
        last = conn.execute(begin.returning(state.size)).scalar_one()
    return int(last) - count


def _edge(conn: Connection, tables: AuditTables, old: int, new: int) -> dict[int, bytes]:
    """Hash by level of those complete subtrees of `old` leaves that growing to `new` leaves builds on."""
    reached = (old ^ new).bit_length() - 1
    wanted = [node for node in peaks((0, old)) if node[0] < reached]
    return {node[0]: made for node, made in _stored(conn, tables, wanted).items()}


def _covered(conn: Connection, tables: AuditTables, wanted: int | None) -> int:
    most = size(conn, tables)
    if wanted is None:
        return most
    if not 0 <= wanted <= most:
        raise InputError(f"The audit log has {most} leaves and never had {wanted}; ask for no more than there are.")
    return wanted


def _hashes_of(conn: Connection, tables: AuditTables, parts: Sequence[Range]) -> list[bytes]:
    """Heads of ranges, each not empty and made up of complete subtrees."""
    nodes = [peaks(part) for part in parts]
    stored = _stored(conn, tables, chain.from_iterable(nodes))
    return [joined(stored[node] for node in some) for some in nodes]


def _stored(conn: Connection, tables: AuditTables, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of complete subtrees, in one statement for each level; leaves have theirs in their own rows."""
    by_level: dict[int, list[int]] = {}
    for level, number in set(wanted):
        by_level.setdefault(level, []).append(number)
    found = dict[Node, bytes]()
    for level, numbers in by_level.items():
        statement = queries(tables).nodes_at if level else queries(tables).leaves_at
        rows = conn.execute(statement, {"level": level, "numbers": numbers} if level else {"numbers": numbers})
        found.update({(level, number): made for number, made in rows})
    if len(found) < sum(map(len, by_level.values())):
        raise StorageError(_INCOMPLETE)
    return found
