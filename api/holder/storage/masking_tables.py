"""The table of masked answers: what a mask was used for, so that it is never used for anything else."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from api.holder.storage.metadata import metadata
from api.service.columns import UtcDateTime

# One row a comparison that this gateway answered. Neither codes nor masks are here.
masked_answers = Table(
    "masked_answers", metadata,
    # Digest of all that the masks of the comparison are made of, 16 bytes.
    Column("pair", LargeBinary, primary_key=True),
    # Digest of what was answered, 16 bytes.
    Column("answer", LargeBinary, nullable=False),
    # Of the own record.
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("version", Integer, nullable=False),
    # Digest of domain, epoch and masked profile, 8 bytes.
    Column("scope", LargeBinary, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    Index(None, "scope", "record_id", "version"),
)
