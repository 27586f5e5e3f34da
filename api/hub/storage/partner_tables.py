"""Tables of what partners exchange, say of themselves and have put on record; and the audit log."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from api.hub.storage.metadata import metadata
from api.service.audit.tables import audit_tables
from api.service.columns import UtcDateTime

# Who a partner is to other partners: its keys, signed by itself.
cards = Table(
    "cards", metadata,
    Column("partner_id", ForeignKey("partners.id"), primary_key=True),
    Column("content", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

# Sealed messages between gateways; the content goes once its receipt is there.
messages = Table(
    "messages", metadata,
    Column("id", Integer, primary_key=True),
    # Random; the sender's name for it.
    Column("name", String(22), nullable=False),
    Column("candidate_id", ForeignKey("candidates.id"), nullable=False, index=True),
    Column("sender_id", ForeignKey("partners.id"), nullable=False),
    Column("recipient_id", ForeignKey("partners.id"), nullable=False),
    # contact, note
    Column("kind", String(16), nullable=False),
    Column("envelope", Text),
    Column("digest", LargeBinary, nullable=False),
    # The recipient's, signed; JSON.
    Column("receipt", Text),
    # Of its last change, for both feeds.
    Column("sequence", BigInteger, nullable=False, index=True),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    UniqueConstraint("sender_id", "name"),
    Index(None, "recipient_id", "sequence"),
)

# What partners say of themselves: services, districts, contact desk.
directory = Table(
    "directory", metadata,
    Column("partner_id", ForeignKey("partners.id"), primary_key=True),
    Column("content", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

# Records that must be kept whatever their age, such as evidence.
holds = Table(
    "holds", metadata,
    Column("partner_id", ForeignKey("partners.id"), primary_key=True),
    Column("ref", String(22), primary_key=True),
    Column("order_mark", String(43), nullable=False),
    Column("placed_at", UtcDateTime, nullable=False),
    Column("lifted_at", UtcDateTime),
)

# All that stays of cases that are over.
closed_cases = Table(
    "closed_cases", metadata,
    # rejected, disproved, reunited, withdrawn, closed
    Column("outcome", String(16), primary_key=True),
    # As 2026-4.
    Column("quarter", String(8), primary_key=True),
    # Countries of reporter and custodian.
    Column("missing_country", String(2), primary_key=True),
    Column("found_country", String(2), primary_key=True),
    Column("cases", Integer, nullable=False),
)

# Checkpoints of partners' audit logs that this hub was shown.
witnessed = Table(
    "witnessed", metadata,
    Column("partner_id", ForeignKey("partners.id"), primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("checkpoint", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

audit = audit_tables(metadata)
