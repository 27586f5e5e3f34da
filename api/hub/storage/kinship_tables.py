"""Tables of records of one kind that look like one child: what probing and clusters are seen by."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from api.hub.storage.metadata import metadata
from api.service.columns import UtcDateTime

# Pairs of records of one kind that look like one child: for clusters and alarms, never candidates.
kindred = Table(
    "kindred", metadata,
    # The lower number first.
    Column("first_id", ForeignKey("records.id"), primary_key=True),
    Column("second_id", ForeignKey("records.id"), primary_key=True, index=True),
    Column("first_version", Integer, nullable=False),
    Column("second_version", Integer, nullable=False),
    # Thousandths of a bit.
    Column("weight", Integer, nullable=False),
    Column("levels", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
)

# Near-duplicate records of one partner, by ref, so that they count over epochs and after the records are gone.
variants = Table(
    "variants", metadata,
    Column("partner_id", ForeignKey("partners.id"), primary_key=True),
    # The lower ref first.
    Column("ref", String(22), primary_key=True),
    Column("other_ref", String(22), primary_key=True),
    Column("kind", SmallInteger, nullable=False),
    # When the content of the earlier of the two came.
    Column("seen_at", UtcDateTime, nullable=False, index=True),
    Index(None, "partner_id", "other_ref"),
)

alarms = Table(
    "alarms", metadata,
    Column("id", Integer, primary_key=True),
    # What it is about, so that one thing raises one alarm: kind, partner, subject and day.
    Column("subject", String(200), nullable=False, unique=True),
    Column("partner_id", ForeignKey("partners.id"), nullable=False, index=True),
    # variants, quota_officer, quota_office, quota_holder, burst, odd_hours
    Column("kind", String(16), nullable=False),
    # stop, slow, note
    Column("effect", String(8), nullable=False),
    # open, cleared, upheld
    Column("state", String(16), nullable=False),
    Column("records", Integer, nullable=False),
    # Of `slow`: until when.
    Column("until", UtcDateTime),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

alarm_records = Table(
    "alarm_records", metadata,
    Column("alarm_id", ForeignKey("alarms.id"), primary_key=True),
    Column("partner_id", ForeignKey("partners.id"), primary_key=True),
    Column("ref", String(22), primary_key=True),
    Index(None, "partner_id", "ref"),
)

# What a partner may enter a day before it is looked at, where it differs from the settings.
quotas = Table(
    "quotas", metadata,
    Column("partner_id", ForeignKey("partners.id"), primary_key=True),
    Column("officer_day", Integer),
    Column("office_day", Integer),
    Column("holder_day", Integer),
    Column("changed_at", UtcDateTime, nullable=False),
)

# Two records of one kind that people take for one child, or not.
links = Table(
    "links", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(22), nullable=False, unique=True),
    # A Kind, of both records.
    Column("kind", SmallInteger, nullable=False),
    # As in kindred, the lower number first.
    Column("first_id", ForeignKey("records.id"), nullable=False),
    Column("second_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("first_partner_id", ForeignKey("partners.id"), nullable=False),
    Column("second_partner_id", ForeignKey("partners.id"), nullable=False),
    Column("first_version", Integer, nullable=False),
    Column("second_version", Integer, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("levels", Text, nullable=False),
    # proposed, joined, separated, withdrawn
    Column("state", String(16), nullable=False),
    # What the side of each record said: same, different, or nothing yet.
    Column("first_word", String(16)),
    Column("second_word", String(16)),
    # What a separation was judged on: it holds until a later version weighs more.
    Column("judged_weight", Integer),
    Column("judged_first_version", Integer),
    Column("judged_second_version", Integer),
    Column("revision", Integer, nullable=False, default=1),
    Column("sequence", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("first_id", "second_id"),
    Index(None, "first_partner_id", "sequence"),
    Index(None, "second_partner_id", "sequence"),
    Index(None, "sequence"),
)

# Words on links, each taken once; a repetition gets the answer of then.
link_words = Table(
    "link_words", metadata,
    Column("partner_id", ForeignKey("partners.id"), primary_key=True),
    # Random; the gateway's name for it.
    Column("name", String(22), primary_key=True),
    Column("link_id", ForeignKey("links.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False),
    # The state and revision that it brought.
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
)
