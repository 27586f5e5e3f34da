"""Tables of records, partners and candidates. They hold codes and open attributes; nothing here names a child."""

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
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from api.hub.storage.metadata import metadata
from api.service.columns import UtcDateTime

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
    # Text of a matcher.photos.PhotoSpace, fixed by the first record with a photo code.
    Column("photo_space", String(80)),
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
    # Of an estimate: the partition and the run it was estimated after, and what differs from the model of that run
    # (JSON). A default model has none of them.
    Column("partition_id", Integer),
    Column("run_id", Integer),
    Column("report", Text),
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
    # Band of the child's age in the photo (matcher.photos); 0 also of a record without one.
    Column("photo_age", SmallInteger, nullable=False, server_default="0"),
    # HMACs under a key of the gateway: of the case number, and of who and which office entered the record.
    Column("case_mark", String(22)),
    Column("officer_mark", String(22)),
    Column("office_mark", String(22)),
    # Of an erased record: the number of the audit leaf that tells so.
    Column("erased_leaf", BigInteger),
    # Of its last change: what the index replays.
    Column("sequence", BigInteger, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    # When this version of its content first came, in whichever epoch; a withdrawal does not change it.
    Column("entered_at", UtcDateTime),
    UniqueConstraint("partition_id", "partner_id", "ref"),
    Index(None, "partner_id", "ref"),
    Index(None, "partition_id", "sequence"),
    Index(None, "state", "expires_on"),
    # All that the quotas ask for: the rows themselves hold codes, and are long.
    Index("ix_entries", "partner_id", "entered_at", "officer_mark", "office_mark"),
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
    # The partners of the two records, here once more so that the feed of each is one range of an index.
    Column("reporter_id", Integer, nullable=False),
    Column("custodian_id", Integer, nullable=False),
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
    # A CandidateState of api.wire.life.
    Column("state", String(16), nullable=False),
    # Counts every change that a partner is told of; a decision names the one that it was made on.
    Column("revision", Integer, nullable=False, default=1),
    # When it came into its state, and when somebody should have acted.
    Column("since", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    # Of the last decision: a word of the short list.
    Column("reason", String(32)),
    # Set by a release: from then on the reporter knows of it, until the pair is proposed anew.
    Column("released_at", UtcDateTime),
    # What a rejection was judged on: it holds until a later version weighs more.
    Column("judged_weight", Integer),
    Column("judged_missing_version", Integer),
    Column("judged_found_version", Integer),
    Column("sequence", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("missing_id", "found_id"),
    Index(None, "found_id", "sequence"),
    Index(None, "sequence"),
    Index(None, "custodian_id", "sequence"),
    # A reporter's question must not take longer for candidates that it does not know of.
    Index(
        "ix_candidates_released", "reporter_id", "sequence",
        sqlite_where=text("released_at IS NOT NULL"), postgresql_where=text("released_at IS NOT NULL"),
    ),
)

# Nonces of requests that were taken, for as long as a replay could still pass the time window.
nonces = Table(
    "nonces", metadata,
    Column("key_id", String(64), primary_key=True),
    Column("nonce", String(128), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

# Decisions of gateways on candidates, each taken once; a repetition gets the answer of then.
decisions = Table(
    "decisions", metadata,
    Column("id", Integer, primary_key=True),
    Column("partner_id", ForeignKey("partners.id"), nullable=False),
    # Random; the gateway's name for it.
    Column("name", String(22), nullable=False),
    Column("candidate_id", ForeignKey("candidates.id"), nullable=False, index=True),
    # A DecisionWord of api.wire.life.
    Column("decision", String(16), nullable=False),
    Column("reason", String(32)),
    Column("digest", LargeBinary, nullable=False),
    # The state and revision that it brought.
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("order_mark", String(43)),
    # Names of the officers who signed, with a space between them.
    Column("officers", String(80)),
    Column("decided_at", UtcDateTime, nullable=False),
    UniqueConstraint("partner_id", "name"),
)

# People who may sign a release, by a name that says nothing and their public key.
officers = Table(
    "officers", metadata,
    Column("id", Integer, primary_key=True),
    Column("partner_id", ForeignKey("partners.id"), nullable=False),
    Column("name", String(22), nullable=False),
    Column("public_key", String(43), nullable=False, unique=True),
    # pending, active, revoked
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("partner_id", "name"),
)
