"""Tables of the hub. They hold codes, open attributes and partners; nothing here names a child or a family."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from api.service.columns import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The row of a counter is locked until its transaction ends, so numbers become visible in their order: whoever has seen
# number n has seen all before it. A database sequence promises no such thing.
counters = Table(
    "counters", metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

partners = Table(
    "partners", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("country", String(2), nullable=False),
    # invited, pending (has brought a key), active, suspended, revoked
    Column("state", String(16), nullable=False),
    Column("public_key", String(43), unique=True),
    Column("callback_url", String(500)),
    Column("code_hash", String(64)),
    Column("code_expires_at", UtcDateTime),
    Column("code_attempts", Integer, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

agreements = Table(
    "agreements", metadata,
    Column("id", Integer, primary_key=True),
    Column("first_id", ForeignKey("partners.id"), nullable=False),
    Column("second_id", ForeignKey("partners.id"), nullable=False),
    Column("document", String(200), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("ended_at", UtcDateTime),
    # Whether the records of both have been queued for matching since it came into force.
    Column("applied", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
)

partitions = Table(
    "partitions", metadata,
    Column("id", Integer, primary_key=True),
    Column("domain", String(128), nullable=False),
    Column("epoch", String(128), nullable=False),
    Column("profile", String(64), nullable=False),
    Column("profile_digest", String(64), nullable=False),
    # Fixed by the operator, or by the first upload of the key steward.
    Column("key_check", String(16)),
    Column("steward_id", ForeignKey("partners.id")),
    Column("model_id", ForeignKey("models.id")),
    # open, closed
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("domain", "epoch", "profile"),
)

models = Table(
    "models", metadata,
    Column("id", Integer, primary_key=True),
    Column("profile_digest", String(64), nullable=False),
    Column("origin", String(32), nullable=False),
    Column("content", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

records = Table(
    "records", metadata,
    # Also the record's number in the gallery.
    Column("id", Integer, primary_key=True),
    Column("partition_id", ForeignKey("partitions.id"), nullable=False),
    Column("partner_id", ForeignKey("partners.id"), nullable=False),
    Column("ref", String(22), nullable=False),
    # A Kind; unknown of a record that was withdrawn or erased before it was ever sent.
    Column("kind", SmallInteger),
    Column("version", Integer, nullable=False),
    # active, withdrawn, expired, erased
    Column("state", String(16), nullable=False),
    # SHA-256 of the item, to tell a repetition from a contradiction.
    Column("digest", LargeBinary),
    Column("sex", SmallInteger),
    Column("birth_first", Integer),
    Column("birth_last", Integer),
    Column("event", Integer),
    Column("expires_on", Integer),
    # uint16 little-endian per row; uint64 little-endian words per row, views in profile order.
    Column("presence", LargeBinary),
    Column("codes", LargeBinary),
    # Of its last change: what the index replays.
    Column("sequence", BigInteger, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("partition_id", "partner_id", "ref"),
    Index(None, "partner_id", "ref"),
    Index(None, "partition_id", "sequence"),
    Index(None, "state", "expires_on"),
)

# Records that wait for their match; a row goes away in the transaction that stores its candidates.
pending = Table(
    "pending", metadata,
    Column("record_id", ForeignKey("records.id"), primary_key=True),
    Column("partition_id", ForeignKey("partitions.id"), nullable=False),
    # The record's sequence when it was queued, and so its place in the queue.
    Column("sequence", BigInteger, nullable=False),
    Index(None, "partition_id", "sequence"),
)

candidates = Table(
    "candidates", metadata,
    Column("id", Integer, primary_key=True),
    # Random; what gateways know the pair by.
    Column("name", String(22), nullable=False, unique=True),
    Column("partition_id", ForeignKey("partitions.id"), nullable=False),
    Column("missing_id", ForeignKey("records.id"), nullable=False),
    Column("found_id", ForeignKey("records.id"), nullable=False),
    Column("missing_version", Integer, nullable=False),
    Column("found_version", Integer, nullable=False),
    # Thousandths of a bit.
    Column("weight", Integer, nullable=False),
    Column("probability", Float, nullable=False),
    # probable, possible, weak
    Column("verdict", String(16), nullable=False),
    # JSON list of [what, level word], in the order of the model's columns.
    Column("levels", Text, nullable=False),
    Column("model_id", ForeignKey("models.id"), nullable=False),
    # proposed, withdrawn
    Column("state", String(16), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("missing_id", "found_id"),
    Index(None, "found_id", "sequence"),
    Index(None, "sequence"),
)

runs = Table(
    "runs", metadata,
    Column("id", Integer, primary_key=True),
    Column("partition_id", ForeignKey("partitions.id"), nullable=False),
    Column("model_id", ForeignKey("models.id"), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    # JSON: counts and seconds.
    Column("summary", Text),
)

# Nonces of requests that were taken, for as long as a replay could still pass the time window.
nonces = Table(
    "nonces", metadata,
    Column("key_id", String(64), primary_key=True),
    Column("nonce", String(128), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
