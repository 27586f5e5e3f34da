"""Comparing checkpoints with the tree that is rebuilt from the leaves: those that are stored, and witnessed ones."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from api.service.audit.checkpoints import checkpoint_of
from api.service.audit.doubtful import is_stored_moment, readable, stored_moment
from api.service.audit.faults import Faults
from api.service.audit.merkle import Frontier
from api.service.audit.tables import AuditTables
from api.wire.audit import Checkpoint, verify_checkpoint
from api.wire.request_keys import PublicKey


class CheckpointCheck:
    """The checkpoints of one log, each compared when the growing tree has its size.

    Args:
        conn: the transaction of the verification.
        tables: the log.
        origin: the name that its checkpoints carry.
        key: what they are signed with.
        witnesses: checkpoints of this log that others kept.
        faults: where findings go.
    """

    def __init__(
        self,
        conn: Connection,
        tables: AuditTables,
        origin: str,
        key: PublicKey,
        witnesses: Iterable[Checkpoint],
        faults: Faults,
    ) -> None:
        self._conn, self._tables, self._origin, self._key, self._faults = conn, tables, origin, key, faults
        self._stored: dict[int, Row[Any]] = {}
        self._witnessed: defaultdict[int, list[Checkpoint]] = defaultdict(list)
        for witness in witnesses:
            self._witnessed[witness.size].append(witness)
        self.checkpoints_compared = self.witnesses_compared = 0

    def load(self, first: int, last: int) -> None:
        """Read the stored checkpoints of sizes from `first` up to, but not including, `last`, in place of others."""
        checkpoints = self._tables.checkpoints.c
        moment = stored_moment(checkpoints.at, self._conn).label("moment")
        statement = select(checkpoints.size, checkpoints.root, moment, checkpoints.signature)
        rows, unreadable = readable(self._conn, statement, checkpoints.size, first, last)
        self._stored = {row.size: row for row in rows}
        for size in unreadable:
            self._faults.add("checkpoints", f"The checkpoint of size {size} cannot be read.")

    def compare(self, tree: Frontier) -> None:
        """Compare what there is of the tree's size with the tree."""
        row, witnesses = self._stored.get(tree.size), self._witnessed.get(tree.size, [])
        if row is None and not witnesses:
            return
        head = tree.head()
        if row is not None:
            self.checkpoints_compared += 1
            self._judge_stored(row, head)
        for witness in witnesses:
            self.witnesses_compared += 1
            self._judge_witness(witness, head)

    def judge_uncovered(self, size: int, largest_stored: int) -> None:
        """Find checkpoints of more leaves than the `size` that are there."""
        if largest_stored > size:
            self._faults.add("checkpoints", f"A checkpoint covers {largest_stored} leaves, and only {size} are there.")
        largest = max(self._witnessed, default=0)
        if largest > size:
            self._faults.add("witnesses", f"A witnessed checkpoint covers {largest} leaves, and only {size} are there.")

    def _judge_stored(self, row: Row[Any], head: bytes) -> None:
        which = f"checkpoint of size {row.size}"
        try:
            moment = _moment(row.moment)
            checkpoint = checkpoint_of(row.size, row.root, moment, row.signature, self._origin)
        except (ValueError, TypeError, AttributeError):
            self._faults.add("checkpoints", f"The {which} is not in the form of one.")
            return
        if not verify_checkpoint(checkpoint, self._key) or not is_stored_moment(row.moment, moment, self._conn):
            self._faults.add("checkpoints", f"The {which} is not as it was signed with the log's key.")
        if checkpoint.root_bytes != head:
            self._faults.add("checkpoints", f"The {which} has another root than the leaves that it covers.")

    def _judge_witness(self, witness: Checkpoint, head: bytes) -> None:
        which = f"witnessed checkpoint of size {witness.size}"
        if witness.origin != self._origin or not verify_checkpoint(witness, self._key):
            self._faults.add("witnesses", f"The {which} is not one that was signed with this log's key and name.")
        elif witness.root_bytes != head:
            self._faults.add("witnesses", f"The {which} has another root than the leaves: the log was rewritten.")


def _moment(stored: Any) -> datetime:
    return (datetime.fromisoformat(stored) if isinstance(stored, str) else stored).astimezone(UTC)
