"""Tables of photos; `sealed` and `content_index` come from the vault."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from api.holder.storage.metadata import metadata
from api.service.archive_format import ROWS_AT_ONCE
from api.service.columns import UtcDateTime

# Photos of records. Everything of a photo is here, so that backup, erasure and a crash meet all of it or nothing.
photos = Table(
    "photos", metadata,
    Column("id", Integer, primary_key=True),
    # Random; what the API calls it.
    Column("ref", String(22), nullable=False, unique=True),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    # HMAC of the record and the file's content: the same file of one record is one photo.
    Column("content_index", LargeBinary, nullable=False),
    # Counts the readings; everything but the original is sealed under it.
    Column("revision", Integer, nullable=False),
    # Why it gives no code: a PhotoReason, or unread; null when it is usable.
    Column("reason", String(32)),
    # Digest of the embedder that read it, hex; null while nothing has.
    Column("read_by", String(32)),
    # Faces, quality, turns, which face was chosen, when it was taken.
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(80), nullable=False),
    UniqueConstraint("record_id", "content_index"),
    Index(None, "reason", "id"),
    Index(None, "read_by", "id"),
)

# What is large of a photo, or secret beyond the rest, apart from it: a list reads none of it.
photo_parts = Table(
    "photo_parts", metadata,
    Column("photo_id", ForeignKey("photos.id"), primary_key=True),
    # original, thumbnail, embedding
    Column("part", String(16), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    # Megabytes a row: an archive holds few of them in memory at once.
    info={ROWS_AT_ONCE: 4},
)
