"""Photos of records: rows, and their large parts apart from them. Runs on SQLite and PostgreSQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from api.holder.storage.tables import photo_parts, photos, records
from api.service.statements import insert as upsert

UNREAD: Final = "unread"
"""Reason of a photo that nothing has read yet."""
ORIGINAL, THUMBNAIL, EMBEDDING = "original", "thumbnail", "embedding"


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """One photo without its parts; `reason` says why it gives no code, None when it is usable."""

    id: int
    ref: str
    record_id: int
    revision: int
    reason: str | None
    read_by: str | None
    created_at: datetime
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class EmbeddingRow:
    """What a code is made of: a usable photo and its embedding, as the vault sealed both."""

    record_id: int
    ref: str
    revision: int
    sealed: bytes = field(repr=False)
    embedding: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SharedRecord:
    """A record with photos that the hub may have."""

    id: int
    ref: str
    version: int
    sealed: bytes | None = field(repr=False)


_ROWS = select(*(photos.c[name] for name in PhotoRow.__dataclass_fields__))


def add(conn: Connection, values: dict[str, Any]) -> int:
    """Insert a photo, and give its id; IntegrityError when the record has the same file already."""
    key = conn.execute(insert(photos).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def change(conn: Connection, photo_id: int, values: dict[str, Any]) -> None:
    """Change columns of a photo whose record the transaction has locked."""
    conn.execute(update(photos).where(photos.c.id == photo_id).values(**values))


def by_ref(conn: Connection, record_id: int, ref: str) -> PhotoRow | None:
    """The photo of a ref, if it is that record's."""
    row = conn.execute(_ROWS.where(photos.c.ref == ref, photos.c.record_id == record_id)).mappings().first()
    return None if row is None else PhotoRow(**row)


def by_content(conn: Connection, record_id: int, content_index: bytes) -> PhotoRow | None:
    """The photo of a record that has this content."""
    wanted = _ROWS.where(photos.c.record_id == record_id, photos.c.content_index == content_index)
    row = conn.execute(wanted).mappings().first()
    return None if row is None else PhotoRow(**row)


def of_record(conn: Connection, record_id: int, after: int = 0, limit: int | None = None) -> Sequence[PhotoRow]:
    """Photos of a record in the order in which they came, from above an id on."""
    wanted = _ROWS.where(photos.c.record_id == record_id, photos.c.id > after).order_by(photos.c.id)
    return [PhotoRow(**row) for row in conn.execute(wanted.limit(limit)).mappings()]


def count_of(conn: Connection, record_id: int) -> int:
    """How many photos a record has."""
    return conn.execute(select(func.count()).where(photos.c.record_id == record_id)).scalar_one()


def put_part(conn: Connection, photo_id: int, part: str, sealed: bytes | None) -> None:
    """Keep a part in the place of an earlier one; None for none."""
    if sealed is None:
        conn.execute(delete(photo_parts).where(photo_parts.c.photo_id == photo_id, photo_parts.c.part == part))
        return
    statement = upsert(conn, photo_parts).values(photo_id=photo_id, part=part, sealed=sealed)
    keys = [photo_parts.c.photo_id, photo_parts.c.part]
    conn.execute(statement.on_conflict_do_update(index_elements=keys, set_={"sealed": sealed}))


def part_of(conn: Connection, photo_id: int, part: str) -> bytes | None:
    """A part as the vault sealed it, None when there is none."""
    wanted = select(photo_parts.c.sealed).where(photo_parts.c.photo_id == photo_id, photo_parts.c.part == part)
    return conn.execute(wanted).scalar()


def with_thumbnail(conn: Connection, photo_ids: Sequence[int]) -> frozenset[int]:
    """Which of these photos have a thumbnail."""
    wanted = select(photo_parts.c.photo_id)
    found = wanted.where(photo_parts.c.photo_id.in_(photo_ids), photo_parts.c.part == THUMBNAIL)
    return frozenset(conn.execute(found).scalars())


def remove(conn: Connection, photo_id: int) -> None:
    """Leave nothing of a photo."""
    conn.execute(delete(photo_parts).where(photo_parts.c.photo_id == photo_id))
    conn.execute(delete(photos).where(photos.c.id == photo_id))


def remove_all(conn: Connection, record_id: int) -> None:
    """Leave nothing of any photo of a record."""
    own = select(photos.c.id).where(photos.c.record_id == record_id)
    conn.execute(delete(photo_parts).where(photo_parts.c.photo_id.in_(own)))
    conn.execute(delete(photos).where(photos.c.record_id == record_id))


def to_read(conn: Connection, read_by: str, after: int, limit: int) -> Sequence[tuple[PhotoRow, str]]:
    """Photos of active records that an embedder has not read, with the refs of these, by id from above one on."""
    others = or_(photos.c.read_by < read_by, photos.c.read_by > read_by)
    wanted = (
        select(*(photos.c[name] for name in PhotoRow.__dataclass_fields__), records.c.ref.label("of_ref"))
        .join(records, records.c.id == photos.c.record_id)
        .where(records.c.state == "active", or_(photos.c.reason == UNREAD, others), photos.c.id > after)
        .order_by(photos.c.id)
        .limit(limit)
    )
    found = [dict(row) for row in conn.execute(wanted).mappings()]
    return [(PhotoRow(**{name: row[name] for name in row if name != "of_ref"}), row["of_ref"]) for row in found]


def embeddings(conn: Connection, record_ids: Iterable[int], read_by: str) -> Sequence[EmbeddingRow]:
    """Usable photos of records with their embeddings by one embedder, in the order in which the photos came."""
    wanted = (
        select(
            photos.c.record_id, photos.c.ref, photos.c.revision, photos.c.sealed,
            photo_parts.c.sealed.label("embedding"),
        )
        .join(photo_parts, photo_parts.c.photo_id == photos.c.id)
        .where(photos.c.record_id.in_(list(record_ids)), photos.c.reason.is_(None), photos.c.read_by == read_by)
        .where(photo_parts.c.part == EMBEDDING)
        .order_by(photos.c.id)
    )  # fmt: skip
    return [EmbeddingRow(**row) for row in conn.execute(wanted).mappings()]


def shared_records(conn: Connection, after: int, limit: int) -> Sequence[SharedRecord]:
    """Records with usable photos that the hub may have, by id from above one on, locked by the transaction."""
    having = select(photos.c.record_id).where(photos.c.reason.is_(None))
    wanted = (
        select(records.c.id, records.c.ref, records.c.version, records.c.sealed)
        .where(records.c.state == "active", records.c.kept_because.is_(None))
        .where(records.c.id > after, records.c.id.in_(having))
        .order_by(records.c.id)
        .limit(limit)
    )
    return [SharedRecord(**row) for row in conn.execute(wanted.with_for_update()).mappings()]


def any_photo(conn: Connection) -> bool:
    """Whether there is any photo."""
    return conn.execute(select(photos.c.id).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many photos there are, how many give codes, and how many nothing has read."""

    photos: int
    usable: int
    unread: int


def counts(conn: Connection) -> Counts:
    """Count all photos."""
    wanted = select(photos.c.reason, func.count()).group_by(photos.c.reason)
    found: dict[str | None, int] = {row[0]: row[1] for row in conn.execute(wanted)}
    return Counts(sum(found.values()), found.get(None, 0), found.get(UNREAD, 0))
