"""The steps of a photo's write inside a transaction: row, parts, the record's version, what the hub has to hear."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from api.holder.intake.writing import Author
from api.holder.photos.content import (
    PhotoDetails,
    PhotoName,
    content_index,
    embedding_bytes,
    open_details,
    seal_details,
    seal_part,
)
from api.holder.photos.embedders import remember_embedder
from api.holder.photos.reader import Read, identity_digest
from api.holder.photos.taken import Said
from api.holder.storage import outbox, own_records, photos, records
from api.holder.storage.photos import EMBEDDING, ORIGINAL, THUMBNAIL, UNREAD, PhotoRow
from api.holder.storage.records import ChangeRow, RecordRow
from api.holder.sync.resealing import resealed
from api.holder.vault.vault import Vault
from api.wire.names import new_ref

ADDED, REMOVED, FACE_CHOSEN, TAKEN_CHANGED = "photo-added", "photo-removed", "face-chosen", "photo-dated"


class PhotoWriter:
    """Writes photos in transactions of the caller's, who has locked the record."""

    def __init__(self, vault: Vault) -> None:
        """With the vault that seals."""
        self._vault = vault

    def details_of(self, record: str, row: PhotoRow) -> PhotoDetails:
        """What is known of a photo; DamagedSealError."""
        return open_details(self._vault, PhotoName(record, row.ref), row.revision, row.sealed)

    def insert(
        self, conn: Connection, record: RecordRow, content: bytes, said: Said, read: Read | None, author: Author
    ) -> str:
        """Store a new photo, and give its ref; IntegrityError when a rival stored the same file first."""
        name, revision = PhotoName(record.ref, new_ref()), 1
        details = PhotoDetails(said.taken, progressed=bool(said.progressed))
        values = self._columns(name, revision, _read_details(details, read), read)
        photo_id = photos.add(conn, values | {
            "ref": name.photo, "record_id": record.id, "created_at": author.now, "created_by": author.by,
            "content_index": content_index(self._vault, record.ref, content),
        })  # fmt: skip
        photos.put_part(conn, photo_id, ORIGINAL, seal_part(self._vault, name, revision, ORIGINAL, content))
        self._put_parts(conn, photo_id, name, revision, read, author)
        return name.photo

    def read_again(self, conn: Connection, record: str, row: PhotoRow, read: Read, author: Author) -> None:
        """Put a reading in the place of the one before."""
        name, revision = PhotoName(record, row.ref), row.revision + 1
        details = _read_details(self.details_of(record, row), read)
        photos.change(conn, row.id, self._columns(name, revision, details, read))
        self._put_parts(conn, row.id, name, revision, read, author)

    def say(self, conn: Connection, record: str, row: PhotoRow, said: Said) -> bool:
        """Put what is said of a photo in the place of what was; whether that is anything else.

        All that was read of it stays, sealed under the same revision.
        """
        known = self.details_of(record, row)
        progressed = known.progressed if said.progressed is None else said.progressed
        details = replace(known, taken=said.taken or known.taken, progressed=progressed)
        if details == known:
            return False
        sealed = seal_details(self._vault, PhotoName(record, row.ref), row.revision, details)
        photos.change(conn, row.id, {"sealed": sealed})
        return True

    def follow(self, conn: Connection, record: RecordRow, what: str, author: Author) -> int:
        """Raise the version of a record whose photos a person changed, since its codes change with them."""
        version = record.version + 1
        sealed = resealed(self._vault, record.ref, record.version, version, record.sealed)
        values = {"version": version, "sealed": sealed, "changed_at": author.now, "changed_by": author.by}
        records.change(conn, record.id, values)
        records.note_change(conn, record.id, ChangeRow(version, what, author.by, author.now))
        if record.kept_because is None:
            outbox.queue(conn, record.id, version, "put", author.now)
        return version

    def follow_quietly(self, conn: Connection, record: RecordRow, author: Author) -> None:
        """The same for what nobody did: who changed the record last, and what the hub is told of them, stays."""
        version = record.version + 1
        sealed = resealed(self._vault, record.ref, record.version, version, record.sealed)
        own_records.raise_version(conn, record.id, version, sealed)
        if record.kept_because is None:
            outbox.queue(conn, record.id, version, "put", author.now)

    def _columns(self, name: PhotoName, revision: int, details: PhotoDetails, read: Read | None) -> dict[str, Any]:
        known: Mapping[str, str | None] = {"reason": UNREAD, "read_by": None}
        if read is not None:
            reason = read.reading.reason
            known = {"reason": None if reason is None else reason.value, "read_by": identity_digest(read.by)}
        return {"revision": revision, "sealed": seal_details(self._vault, name, revision, details), **known}

    def _put_parts(
        self, conn: Connection, photo_id: int, name: PhotoName, revision: int, read: Read | None, author: Author
    ) -> None:
        if read is None:
            return
        face = read.reading.face
        parts = {THUMBNAIL: read.reading.thumbnail, EMBEDDING: b"" if face is None else embedding_bytes(face.embedding)}
        for part, content in parts.items():
            sealed = seal_part(self._vault, name, revision, part, content) if content else None
            photos.put_part(conn, photo_id, part, sealed)
        remember_embedder(conn, read.by, author.now)


def _read_details(known: PhotoDetails, read: Read | None) -> PhotoDetails:
    if read is None:
        return known
    reading = read.reading
    good = reading.face is not None and reading.face.good
    return replace(known, faces=reading.faces, chosen=read.chosen, turns=reading.turns, good=good)
