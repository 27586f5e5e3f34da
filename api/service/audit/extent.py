"""How much there is in an audit log's tables, counted in one statement, so that appends in between do not disturb."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Table, func, select

from api.service.audit.faults import Faults
from api.service.audit.log import STATE
from api.service.audit.tables import AuditTables


@dataclass(frozen=True)
class Extent:
    """Numbers of rows.

    Attributes:
        states: rows of state.
        size: the number of leaves according to the state; None without one.
        lowest: the least number of a leaf; None without leaves.
        leaves: one more than the largest number of a leaf.
        nodes: stored inner nodes.
        smallest_checkpoint: the least size that a checkpoint has; 0 without one.
        largest_checkpoint: the largest; 0 without one.
    """

    states: int
    size: Any
    lowest: int | None
    leaves: int
    nodes: int
    smallest_checkpoint: int
    largest_checkpoint: int

    def judge(self, faults: Faults) -> None:
        """Find rows that are too many, and a state that does not count the leaves."""
        if self.states > 1 or (self.leaves and not self.states):
            faults.add("state", f"The audit log has {self.states} rows of state, and not one.")
        elif self.states and self.size != self.leaves:
            faults.add("state", f"The state counts another number of leaves than the {self.leaves} up to the last one.")
        if self.lowest is not None and self.lowest < 0:
            faults.add("leaves", f"There is a leaf of number {self.lowest}.")
        if self.nodes != self.leaves - self.leaves.bit_count():
            faults.add("nodes", f"There are {self.nodes} stored hashes, which is not what {self.leaves} leaves have.")
        if self.smallest_checkpoint < 0:
            faults.add("checkpoints", f"There is a checkpoint of size {self.smallest_checkpoint}.")


def extent_of(conn: Connection, tables: AuditTables) -> Extent:
    """Count a log's rows."""
    state, leaves, nodes, checkpoints = tables.state, tables.leaves, tables.nodes, tables.checkpoints

    def only(value: ColumnElement[Any], of: Table) -> ScalarSelect[Any]:
        return select(value).select_from(of).scalar_subquery()

    row = conn.execute(
        select(
            only(func.count(), state),
            select(state.c.size).where(state.c.name == STATE).scalar_subquery(),
            only(func.min(leaves.c.number), leaves),
            only(func.coalesce(func.max(leaves.c.number) + 1, 0), leaves),
            only(func.count(), nodes),
            only(func.coalesce(func.min(checkpoints.c.size), 0), checkpoints),
            only(func.coalesce(func.max(checkpoints.c.size), 0), checkpoints),
        )
    ).one()
    return Extent(*row)
