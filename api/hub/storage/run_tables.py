"""Tables of the cross-match: its runs, and the ledger of their blocks."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, Table, Text

from api.hub.storage.metadata import metadata
from api.service.columns import UtcDateTime

runs = Table(
    "runs", metadata,
    Column("id", Integer, primary_key=True),
    Column("partition_id", ForeignKey("partitions.id"), nullable=False),
    Column("model_id", ForeignKey("models.id"), nullable=False),
    # The last change of a record that the run knows.
    Column("sequence", BigInteger, nullable=False),
    # incremental, full; null of a run before there were two.
    Column("mode", String(16)),
    # running, ended, abandoned; null of a run before these were told apart.
    Column("state", String(16)),
    # JSON: all else that the outcome depends on, and digests of the files in the run's folder.
    Column("pinned", Text),
    # SHA-256 of the lists that the run brought, hexadecimal: the outcome.
    Column("lists_digest", String(64)),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    # JSON: counts and seconds.
    Column("summary", Text),
    Index(None, "partition_id", "state"),
)

# The ledger: a row is written in the transaction that commits what its block found or changed.
run_blocks = Table(
    "run_blocks", metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    # 0 searches missing records, 1 found records, 2 brings lists into candidates, 3 searches a sample.
    Column("stage", SmallInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    # SHA-256 of the result, hexadecimal; the result itself goes away when the run ends.
    Column("digest", String(64), nullable=False),
    Column("result", LargeBinary),
    # JSON: counts.
    Column("counts", Text, nullable=False),
    Column("done_at", UtcDateTime, nullable=False),
)
