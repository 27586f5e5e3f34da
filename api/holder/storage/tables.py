"""Tables of the gateway. What names a person is sealed: columns called `sealed` and `…_index` come from the vault."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from api.holder.storage.masking_tables import masked_answers as masked_answers
from api.holder.storage.metadata import metadata as metadata
from api.holder.storage.photo_tables import photo_parts as photo_parts
from api.holder.storage.photo_tables import photos as photos
from api.service.audit.tables import audit_tables
from api.service.columns import UtcDateTime

# Tables of photos and of masks stand in files of their own and are known from here, as all tables of the database are.

_BEHIND = text("next_version <> version")

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
    # HMAC of the office that entered it; null when none was named.
    Column("office_index", LargeBinary, index=True),
    # Since when a legal hold keeps it from being erased; the order is sealed under ref and version 0.
    Column("held_since", UtcDateTime),
    Column("hold_sealed", LargeBinary),
    # Of an erased record: JSON of the hub's receipt and its place in the audit log.
    Column("erasure_proof", Text),
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
    # Under the next linkage key: the version that was settled last, what became of it, and of a refusal why. Of a row
    # that is no put it is always the version.
    Column("next_version", Integer, nullable=False, server_default="0"),
    Column("next_state", String(16)),
    Column("next_reason", String(64)),
    Column("next_detail", String(300)),
    Index(None, "state", "queued_at"),
    # Of those that have yet to go.
    Index("ix_outbox_next", "queued_at", sqlite_where=_BEHIND, postgresql_where=_BEHIND),
)

inbox = Table(
    "inbox", metadata,
    Column("id", Integer, primary_key=True),
    # The hub's name for the candidate pair.
    Column("candidate", String(22), nullable=False, unique=True),
    # custodian or reporter: whether the own record is the found or the missing one.
    Column("side", String(10), nullable=False),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    # The own record's version that was compared.
    Column("own_version", Integer, nullable=False),
    Column("partner", String(63), nullable=False),
    Column("verdict", String(16), nullable=False),
    # JSON list of [what, level word].
    Column("levels", Text, nullable=False),
    # A CandidateState of api.wire.life, with what the hub counts and expects (see its candidates).
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    # Whether the hub stops a release for now; custodians only.
    Column("stopped", Boolean, nullable=False, default=False),
    # One name for all reports of what seems one missing child.
    Column("same_child", String(22)),
    # How often it was brought up after it was due.
    Column("escalated", Integer, nullable=False, default=0),
    Column("received_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("notified_at", UtcDateTime),
    Index(None, "state", "id"),
    Index(None, "state", "due_at"),
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
    # The office whose children this person works for; null for the whole organisation.
    Column("office", String(80)),
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
    # What whoever handed it in may see: their office, null for all, and locations:read, sealed:read.
    Column("office", String(80)),
    Column("rights", String(80)),
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

# Offices of the organisation: how much of the worklist each can do a day, and whom to remind.
offices = Table(
    "offices", metadata,
    Column("name", String(80), primary_key=True),
    Column("capacity", Integer, nullable=False),
    Column("email", String(200)),
    Column("changed_at", UtcDateTime, nullable=False),
)

# Decisions on candidates, on their way to the hub.
decisions = Table(
    "decisions", metadata,
    Column("id", Integer, primary_key=True),
    # Random; what the hub knows it by.
    Column("name", String(22), nullable=False, unique=True),
    Column("candidate", ForeignKey("inbox.candidate"), nullable=False, index=True),
    # A DecisionWord of api.wire.life.
    Column("decision", String(16), nullable=False),
    Column("reason", String(32)),
    # The revision it was made on.
    Column("revision", Integer, nullable=False),
    # Free text, and of a release the order; sealed under the decision's name, and never sent.
    Column("sealed", LargeBinary),
    Column("order_mark", String(43)),
    # JSON of the officers' signatures.
    Column("signatures", Text, nullable=False),
    # unsigned (waits for a second officer), waiting, taken, refused, dropped
    Column("state", String(16), nullable=False),
    # Of a refusal.
    Column("detail", String(300)),
    Column("by", String(80), nullable=False),
    Column("second_by", String(80)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "state", "id"),
)

# Personal keys for signing releases; the private half opens with a passphrase that only the officer knows.
officers = Table(
    "officers", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(22), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("public_key", String(43), nullable=False, unique=True),
    Column("sealed_key", LargeBinary, nullable=False),
    # new (the hub has not heard of it), pending (its operator has to confirm), active, revoking (the hub has not
    # heard of that yet), revoked
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

# Other partners, as this gateway knows them; only a confirmed card is written to or believed.
peers = Table(
    "peers", metadata,
    Column("partner", String(63), primary_key=True),
    # JSON of the card that a person confirmed; null before.
    Column("card", Text),
    # JSON of another card that the hub shows; traffic stops until a person has compared fingerprints.
    Column("offered", Text),
    Column("changed_at", UtcDateTime, nullable=False),
)

# Sealed messages, in and out.
messages = Table(
    "messages", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(22), nullable=False),
    # in, out
    Column("direction", String(3), nullable=False),
    Column("candidate", String(22), nullable=False, index=True),
    Column("partner", String(63), nullable=False),
    # contact, note
    Column("kind", String(16), nullable=False),
    # out: waiting, sent, delivered, refused; in: opened (its receipt has yet to reach the hub), received
    Column("state", String(16), nullable=False),
    # The clear content, sealed by the vault under the message's name.
    Column("sealed", LargeBinary, nullable=False),
    # out: JSON of what is sent, fixed before it is first sent; in: digest of the sealed part, for its receipt.
    Column("envelope", Text),
    # out: fingerprints of the two cards that it was sealed between.
    Column("cards", String(80)),
    Column("detail", String(300)),
    Column("by", String(80)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("direction", "partner", "name"),
    Index(None, "state", "id"),
)

# Records of other organisations that may be of the same child as an own found record.
links = Table(
    "links", metadata,
    Column("id", Integer, primary_key=True),
    # The hub's name for it.
    Column("name", String(22), nullable=False, unique=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    # The own record's version that was compared.
    Column("own_version", Integer, nullable=False),
    # The other side: a partner, or this gateway itself with its own record.
    Column("partner", String(63), nullable=False),
    Column("other_record_id", ForeignKey("records.id"), index=True),
    Column("levels", Text, nullable=False),
    # proposed, joined, separated, withdrawn
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    # What this side says (same, different), as the hub knows it.
    Column("own_word", String(16)),
    # What was said here last, by whom, on which revision, and whether the hub has answered; it goes by a random name.
    Column("word", String(16)),
    Column("word_by", String(80)),
    Column("word_name", String(22)),
    Column("word_revision", Integer),
    Column("word_sent", Boolean, nullable=False, default=True),
    # Of a word that the hub refused.
    Column("detail", String(300)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "word_sent", "id"),
)

# The stays of a child across organisations, as the hub last told them for an own found record.
timelines = Table(
    "timelines", metadata,
    Column("record_id", ForeignKey("records.id"), primary_key=True),
    # JSON of api.wire.links.Timeline; null before the first was told.
    Column("content", Text),
    # Whether a link of it has changed since.
    Column("due", Boolean, nullable=False, index=True),
    Column("as_of", UtcDateTime, index=True),
)

# Checkpoints of audit logs that this gateway was shown: the hub's and other partners'.
witnessed = Table(
    "witnessed", metadata,
    Column("origin", String(63), primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("checkpoint", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

audit = audit_tables(metadata)
