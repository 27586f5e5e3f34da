"""Verifying a whole audit log: every leaf, every stored hash, every checkpoint, and those that others have witnessed.

What this finds without witnesses is damage, and changes by whoever has the database but not the signing key. Whoever
has both can write another log: the checkpoints that others keep are what shows that.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from api.service.audit.checking import CheckpointCheck
from api.service.audit.doubtful import Readable, is_stored_moment, readable, stored_moment
from api.service.audit.entries import read_content
from api.service.audit.extent import Extent, extent_of
from api.service.audit.faults import Faults
from api.service.audit.merkle import Frontier, Node, leaf_hash
from api.service.audit.tables import AuditTables
from api.wire.audit import Checkpoint
from api.wire.request_keys import PublicKey

BLOCK = 1024
"""Leaves read at once; a power of two."""

Progress = Callable[[int, int], None]
"""Called with the number of leaves done, and of all leaves."""


@dataclass(frozen=True)
class Verification:
    """What verifying a log came to.

    Attributes:
        size: number of leaves whose content was read, without a gap from the first.
        root: head of these leaves, recomputed, bytes (32,).
        checkpoints: number of stored checkpoints that were compared.
        witnesses: number of witnessed checkpoints that were compared.
        faults: one sentence for the first fault of each kind: state, leaves, stored hashes, checkpoints, witnesses.
    """

    size: int
    root: bytes
    checkpoints: int
    witnesses: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify(
    conn: Connection,
    tables: AuditTables,
    origin: str,
    key: PublicKey,
    *,
    witnesses: Iterable[Checkpoint] = (),
    progress: Progress = lambda done, total: None,
) -> Verification:
    """Recompute everything that a log claims. Entries may be added meanwhile; they are not looked at.

    Args:
        conn: a transaction, reading or writing.
        tables: the log.
        origin: the name that its checkpoints carry.
        key: what its checkpoints are signed with.
        witnesses: checkpoints of this log that others were shown and kept.
        progress: called after each block of leaves.

    Raises:
        StorageError: the database went away, or cannot even be counted.
    """
    faults = Faults()
    extent = extent_of(conn, tables)
    extent.judge(faults)
    checking = CheckpointCheck(conn, tables, origin, key, list(witnesses), faults)
    frontier = _Leaves(conn, tables, extent, checking, faults).walk(progress)
    checking.judge_uncovered(frontier.size, extent.largest_checkpoint)
    return Verification(
        frontier.size, frontier.head(), checking.checkpoints_compared, checking.witnesses_compared, faults.sentences
    )


class _Leaves:
    """The walk over the leaves, which rebuilds the tree as it goes: memory for one block and one path."""

    def __init__(
        self, conn: Connection, tables: AuditTables, extent: Extent, checking: CheckpointCheck, faults: Faults
    ) -> None:
        self._conn, self._tables, self._extent = conn, tables, extent
        self._checking, self._faults = checking, faults
        self._frontier = Frontier()

    def walk(self, progress: Progress) -> Frontier:
        """Go over all leaves up to the first that is missing; the right edge of the tree up to there."""
        total = self._extent.leaves
        self._checking.load(0, 1)
        self._checking.compare(self._frontier)
        for first in range(0, total, BLOCK):
            last = min(first + BLOCK, total)
            self._checking.load(first + 1, last + 1)
            self._judge_nodes(first, self._take(first, last))
            if self._frontier.size < last:
                break
            progress(last, total)
        return self._frontier

    def _take(self, first: int, last: int) -> dict[Node, bytes]:
        """Take the leaves of a block; the inner nodes that they complete."""
        made: dict[Node, bytes] = {}
        rows, _ = self._read_leaves(first, last)
        for number, row in enumerate(rows, first):
            if row.number != number or not isinstance(row.content, str):
                break
            made.update(self._frontier.append(self._judge_leaf(row)))
            self._checking.compare(self._frontier)
        if self._frontier.size < last:
            self._faults.add("leaves", f"Leaf {self._frontier.size} is missing or cannot be read.")
        return made

    def _read_leaves(self, first: int, last: int) -> Readable:
        leaves = self._tables.leaves.c
        moment = stored_moment(leaves.at, self._conn).label("moment")
        statement = select(leaves.number, moment, leaves.content, leaves.hash)
        return readable(self._conn, statement, leaves.number, first, last)

    def _judge_leaf(self, row: Row[Any]) -> bytes:
        """The leaf's hash, from its content."""
        hashed = leaf_hash(row.content.encode())
        if row.hash != hashed:
            self._faults.add("leaves", f"The content and the hash of leaf {row.number} do not belong together.")
        try:
            number, entry = read_content(row.content)
        except ValueError:
            self._faults.add("leaves", f"The content of leaf {row.number} is not in the form of an audit entry.")
            return hashed
        if number != row.number:
            self._faults.add("leaves", f"Leaf {row.number} holds the content of leaf {number}.")
        if not is_stored_moment(row.moment, entry.at, self._conn):
            self._faults.add("leaves", f"The moment stored beside leaf {row.number} is not that of its content.")
        return hashed

    def _judge_nodes(self, first: int, made: dict[Node, bytes]) -> None:
        """Compare the inner nodes that leaves from `first` on completed with the stored ones."""
        stored: dict[Node, bytes] = {}
        for level in range(1, self._frontier.size.bit_length()):
            rows, _ = self._read_nodes(level, first >> level, self._frontier.size >> level)
            stored.update({(level, row.number): row.hash for row in rows})
        for node, hashed in made.items():
            if stored.get(node) != hashed:
                level, number = node
                leaves = f"{number << level} to {((number + 1) << level) - 1}"
                self._faults.add("nodes", f"The stored hash over leaves {leaves} is missing or not theirs.")

    def _read_nodes(self, level: int, first: int, last: int) -> Readable:
        nodes = self._tables.nodes.c
        if first >= last:
            return [], []
        statement = select(nodes.number, nodes.hash).where(nodes.level == level)
        return readable(self._conn, statement, nodes.number, first, last)
