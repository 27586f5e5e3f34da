"""Tables of partitions that are compared under masks: what gateways are asked for, and which records were planned."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, Table, text

from api.hub.storage.metadata import metadata
from api.service.columns import UtcDateTime

_NO_MISSING_PART, _NO_FOUND_PART = text("missing_codes IS NULL"), text("found_codes IS NULL")
_BOTH_PARTS = text("missing_codes IS NOT NULL AND found_codes IS NOT NULL")

# Pairs of records that wait for masked codes; a row goes away in the transaction that stores what came of it.
comparisons = Table(
    "comparisons", metadata,
    # Of a counter, so that no number comes twice: an answer that comes late must not meet another pair.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("partition_id", ForeignKey("partitions.id"), nullable=False),
    Column("missing_id", ForeignKey("records.id"), nullable=False),
    Column("found_id", ForeignKey("records.id"), nullable=False),
    Column("missing_version", Integer, nullable=False),
    Column("found_version", Integer, nullable=False),
    # The partners of the two records, here once more so that the feed of each is one range of an index.
    Column("reporter_id", Integer, nullable=False),
    Column("custodian_id", Integer, nullable=False),
    Column("missing_rows", SmallInteger, nullable=False),
    Column("found_rows", SmallInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # The part of each gateway. Codes: uint64 little-endian words, (missing rows * found rows, words of the masked
    # profile). Presence: uint16 little-endian of each own row.
    Column("missing_codes", LargeBinary),
    Column("missing_presence", LargeBinary),
    Column("missing_age", SmallInteger),
    Column("missing_space", String(80)),
    Column("found_codes", LargeBinary),
    Column("found_presence", LargeBinary),
    Column("found_age", SmallInteger),
    Column("found_space", String(80)),
    Index("uq_comparisons_pair", "missing_id", "found_id", unique=True),
    Index(None, "found_id"),
    Index(
        "ix_comparisons_of_reporter", "reporter_id", "id",
        sqlite_where=_NO_MISSING_PART, postgresql_where=_NO_MISSING_PART,
    ),
    Index(
        "ix_comparisons_of_custodian", "custodian_id", "id",
        sqlite_where=_NO_FOUND_PART, postgresql_where=_NO_FOUND_PART,
    ),
    Index(
        "ix_comparisons_ready", "partition_id", "id", sqlite_where=_BOTH_PARTS, postgresql_where=_BOTH_PARTS,
    ),
)

# Which version of a record its comparisons were last planned for.
plans = Table(
    "plans", metadata,
    Column("record_id", ForeignKey("records.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("planned_at", UtcDateTime, nullable=False),
)
