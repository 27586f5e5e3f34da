"""Tables of an audit log. The hub's and a gateway's databases each have one."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, SmallInteger, String, Table, Text

from api.service.columns import UtcDateTime

# On SQLite an INTEGER key is the row's own number, and a table without row ids is its key's index: so nothing of the
# log is stored twice there, where one copy could be changed and the other be read.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


@dataclass(frozen=True)
class AuditTables:
    """The four tables of one audit log.

    Attributes:
        leaves: one row an entry: number from 0 without gaps, moment, canonical JSON, leaf hash.
        nodes: hashes of complete subtrees: node (level, number) covers the leaves from `number << level` up to, but not
            including, `(number + 1) << level`; level 1 and above.
        state: one row, the number of leaves; its lock orders appends.
        checkpoints: signed tree heads, at most one for each size.
    """

    leaves: Table
    nodes: Table
    state: Table
    checkpoints: Table


def audit_tables(metadata: MetaData) -> AuditTables:
    """Declare an audit log's tables, `audit_leaves` and so on, in a service's metadata."""
    return AuditTables(_leaves(metadata), _nodes(metadata), _state(metadata), _checkpoints(metadata))


def _leaves(metadata: MetaData) -> Table:
    return Table(
        "audit_leaves", metadata,
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        Column("at", UtcDateTime, nullable=False),
        Column("content", Text, nullable=False),
        Column("hash", LargeBinary(32), nullable=False),
    )  # fmt: skip


def _nodes(metadata: MetaData) -> Table:
    return Table(
        "audit_nodes", metadata,
        Column("level", SmallInteger, primary_key=True, autoincrement=False),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("hash", LargeBinary(32), nullable=False),
        sqlite_with_rowid=False,
    )  # fmt: skip


def _state(metadata: MetaData) -> Table:
    return Table(
        "audit_state", metadata,
        Column("name", String(32), primary_key=True),
        Column("size", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )  # fmt: skip


def _checkpoints(metadata: MetaData) -> Table:
    return Table(
        "audit_checkpoints", metadata,
        Column("size", _NUMBER, primary_key=True, autoincrement=False),
        Column("root", LargeBinary(32), nullable=False),
        Column("at", UtcDateTime, nullable=False),
        Column("signature", String(86), nullable=False),
    )  # fmt: skip
