"""Tables of the gateway. What names a person is sealed: columns called `sealed` and `…_index` come from the vault."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
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

records = Table(
    "records", metadata,
    Column("id", Integer, primary_key=True),
    # Random; what the hub knows the record by.
    Column("ref", String(22), nullable=False, unique=True),
    # missing, found
    Column("kind", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    # active, withdrawn, erased
    Column("state", String(16), nullable=False),
    # HMAC of kind and case number; null once erased.
    Column("case_index", LargeBinary, unique=True),
    # The raw record as given, the source's details and the reporter, sealed under ref and version; null once erased.
    Column("sealed", LargeBinary),
    # police, shelter, helpline, child_welfare_committee, ngo, border_post, hospital, railway, family, public, other
    Column("source", String(32), nullable=False),
    # Why the hub must not have it: sealed_by_court, no_consent, expired; null when it is shared.
    Column("kept_because", String(32)),
    # Days since 1970-01-01, when the gateway withdraws it by itself.
    Column("expires_on", Integer),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String(80), nullable=False),
    Index(None, "kind", "state", "id"),
    Index(None, "state", "expires_on"),
)

# HMACs of the canonical words of names, so that a clerk finds a record by name in any script.
search_terms = Table(
    "search_terms", metadata,
    Column("term_index", LargeBinary, primary_key=True),
    Column("record_id", ForeignKey("records.id"), primary_key=True, index=True),
)

# Who changed what, and when; never what it said.
changes = Table(
    "changes", metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    # created, updated, withdrawn, erased
    Column("what", String(16), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# One row for each record that the hub has to hear of; a later version replaces an earlier one that still waits.
outbox = Table(
    "outbox", metadata,
    Column("record_id", ForeignKey("records.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    # put, withdraw, erase
    Column("action", String(16), nullable=False),
    # waiting, arrived, refused
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("arrived_at", UtcDateTime),
    # Of a receipt that refused it.
    Column("reason", String(64)),
    Column("detail", String(300)),
    # Whether the hub has ever been sent this record, so that one never sent need not be withdrawn.
    Column("ever_sent", Boolean, nullable=False, default=False),
    Index(None, "state", "queued_at"),
)

inbox = Table(
    "inbox", metadata,
    Column("id", Integer, primary_key=True),
    # The hub's name for the candidate pair.
    Column("candidate", String(22), nullable=False, unique=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("found_version", Integer, nullable=False),
    Column("partner", String(63), nullable=False),
    Column("verdict", String(16), nullable=False),
    # JSON list of [what, level word].
    Column("levels", Text, nullable=False),
    # proposed, withdrawn
    Column("state", String(16), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("notified_at", UtcDateTime),
    Index(None, "state", "id"),
)

# Facts about the hub and this gateway, one row a name: hub identity, partner name, cursors, last contact, last error.
facts = Table(
    "facts", metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

staff = Table(
    "staff", metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(80), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    # Comma-separated roles.
    Column("roles", String(200), nullable=False),
    # argon2id, encoded form.
    Column("password_hash", String(200), nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
)

# Sessions of staff and tokens of systems: of either, the SHA-256 of a random secret.
tokens = Table(
    "tokens", metadata,
    Column("id", Integer, primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    # session, system
    Column("kind", String(16), nullable=False),
    Column("name", String(80), nullable=False),
    Column("staff_id", ForeignKey("staff.id")),
    Column("scopes", String(400), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)

# Answers to requests that carried an Idempotency-Key, stored with the write itself; the answer is sealed.
idempotency = Table(
    "idempotency", metadata,
    Column("token_id", Integer, primary_key=True),
    # HMAC of the key, since clients make keys of case numbers; hex.
    Column("key", String(64), primary_key=True),
    # What it was about, so that it goes when the record is erased.
    Column("record_id", ForeignKey("records.id"), index=True),
    Column("request_digest", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)

imports = Table(
    "imports", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(22), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("source", String(32), nullable=False),
    # queued, running, done, failed
    Column("state", String(16), nullable=False),
    # .csv or .xlsx; the file itself, sealed, is gone once the job has ended.
    Column("suffix", String(8), nullable=False),
    Column("sealed", LargeBinary),
    Column("rows_total", Integer),
    Column("rows_done", Integer, nullable=False, default=0),
    Column("created_records", Integer, nullable=False, default=0),
    Column("updated_records", Integer, nullable=False, default=0),
    Column("unchanged_records", Integer, nullable=False, default=0),
    Column("rejected_rows", Integer, nullable=False, default=0),
    Column("detail", String(300)),
    Column("by", String(80), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

import_rows = Table(
    "import_rows", metadata,
    Column("import_id", ForeignKey("imports.id"), primary_key=True),
    # As a spreadsheet numbers it; 0 holds notes about the file.
    Column("row", Integer, primary_key=True),
    # created, updated, unchanged, rejected, note
    Column("outcome", String(16), nullable=False),
    Column("ref", String(22), index=True),
    # JSON list of [field or null, severity, message]; never a value.
    Column("problems", Text, nullable=False),
)

# Nonces of the hub's knocks.
nonces = Table(
    "nonces", metadata,
    Column("key_id", String(64), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
