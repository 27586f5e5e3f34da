"""Statements that every append runs, put together once for each log: building one costs more than running it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Insert, Select, Update, bindparam, select

from api.service.audit.tables import AuditTables


@dataclass(frozen=True)
class Queries:
    """Statements over one log's tables.

    Attributes:
        take: count `count` leaves into the state `name`, and tell the sum.
        leaf: add leaves.
        node: add inner nodes.
        leaves_at: number and hash of the leaves `numbers`.
        nodes_at: number and hash of the inner nodes `numbers` of one level; for pairs of level and number SQLite would
            read the whole table.
    """

    take: Update
    leaf: Insert
    node: Insert
    leaves_at: Select[Any]
    nodes_at: Select[Any]


@lru_cache(maxsize=16)
def queries(tables: AuditTables) -> Queries:
    """The statements of a log."""
    state, leaves, nodes = tables.state.c, tables.leaves.c, tables.nodes.c
    count = bindparam("count", type_=BigInteger)
    take = tables.state.update().where(state.name == bindparam("state")).values(size=state.size + count)
    numbers: BindParameter[Any] = bindparam("numbers", expanding=True)
    return Queries(
        take=take.returning(state.size),
        leaf=tables.leaves.insert(),
        node=tables.nodes.insert(),
        leaves_at=select(leaves.number, leaves.hash).where(leaves.number.in_(numbers)),
        nodes_at=select(nodes.number, nodes.hash).where(nodes.level == bindparam("level"), nodes.number.in_(numbers)),
    )
