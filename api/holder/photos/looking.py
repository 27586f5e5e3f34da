"""Photos as they are shown: to whoever may see the record, and the file itself only with a line in the audit log."""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from api.holder.intake.content import open_content
from api.holder.intake.service import erased_record, no_such_record
from api.holder.intake.sight import Sight
from api.holder.intake.withholding import is_protected
from api.holder.intake.writing import ErasedRecordError
from api.holder.photos.content import PhotoDetails, PhotoName, open_details, open_part
from api.holder.storage import audit, photos, records
from api.holder.storage.photos import ORIGINAL, THUMBNAIL, UNREAD, PhotoRow
from api.holder.storage.records import RecordRow
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.problems import ProblemError
from encoder.faces.decoding.kinds import Kind, kind_of
from encoder.faces.interface import FaceSeen, PhotoReason

_MEDIA_TYPES: Final = {Kind.JPEG: "image/jpeg", Kind.PNG: "image/png", Kind.WEBP: "image/webp"}
_HEIC: Final = "image/heic"
_UNREAD_SENTENCE: Final = "The photo was not read yet; it is as soon as the gateway can, and no code is made before."
_WITHHELD: Final = (
    "The file of a photo may say where it was taken, and the location of this child is protected; ask somebody who may"
    " read locations."
)


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """The file of a photo, as it came in."""

    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class PhotoPage:
    """Some photos of a record in the order in which they came; `next` is None on the last page."""

    items: list[dict[str, Any]] = field(repr=False)
    next: int | None


class PhotoViewer:
    """Reads of photos, each within what somebody may know.

    Args:
        database: where they are.
        vault: opens them.
        clock: the present moment.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database, self._vault, self._clock = database, vault, clock

    def listed(self, ref: str, after: int | None, limit: int, sight: Sight) -> PhotoPage:
        """Photos of a record; ProblemError `no-such-resource`, for a record outside of the sight as well."""
        with self._database.read() as conn:
            record = record_within(conn, ref, self._vault, sight)
            rows = photos.of_record(conn, record.id, after or 0, limit + 1)
            pictured = photos.with_thumbnail(conn, [row.id for row in rows])
        items = [self._listed(record.ref, row, row.id in pictured) for row in rows[:limit]]
        return PhotoPage(items, rows[limit - 1].id if len(rows) > limit else None)

    def show(self, ref: str, photo: str, sight: Sight) -> dict[str, Any]:
        """One photo; ProblemError `no-such-resource`."""
        with self._database.read() as conn:
            record = record_within(conn, ref, self._vault, sight)
            return self.shown(conn, record.ref, photo_of(conn, record, photo))

    def thumbnail(self, ref: str, photo: str, sight: Sight) -> bytes:
        """JPEG, without metadata; ProblemError `no-such-resource` when the photo was not read yet."""
        with self._database.read() as conn:
            record = record_within(conn, ref, self._vault, sight)
            row = photo_of(conn, record, photo)
            sealed = photos.part_of(conn, row.id, THUMBNAIL)
        if sealed is None:
            raise ProblemError("no-such-resource", "There is no thumbnail of this photo; it may not be read yet.")
        return open_part(self._vault, PhotoName(record.ref, row.ref), row.revision, THUMBNAIL, sealed)

    def original(self, ref: str, photo: str, by: str, sight: Sight) -> PhotoFile:
        """The file as it came in; who looked at it is noted first.

        Raises:
            ProblemError: `no-such-resource`, or `not-allowed` for whoever may not read the location of a protected
                child, since a camera writes it into the file.
        """

        def work(conn: Connection) -> PhotoFile:
            record = record_within(conn, ref, self._vault, sight)
            row = photo_of(conn, record, photo)
            self._require_location(record, sight)
            sealed = photos.part_of(conn, row.id, ORIGINAL)
            if sealed is None:
                raise DamagedSealError
            content = open_part(self._vault, PhotoName(record.ref, row.ref), row.revision, ORIGINAL, sealed)
            audit.note(conn, Entry("photo-opened", by, self._clock(), about=ref, facts={"photo": photo}))
            return PhotoFile(content, _media_type(content))

        return self._database.retrying(work)

    def shown(self, conn: Connection, record: str, row: PhotoRow) -> dict[str, Any]:
        """A photo as the API gives it; DamagedSealError."""
        details = open_details(self._vault, PhotoName(record, row.ref), row.revision, row.sealed)
        return _shown(row, details, bool(photos.with_thumbnail(conn, [row.id])))

    def _listed(self, record: str, row: PhotoRow, pictured: bool) -> dict[str, Any]:
        try:
            details = open_details(self._vault, PhotoName(record, row.ref), row.revision, row.sealed)
        except DamagedSealError:
            return {"photo": row.ref, "damaged": True}
        return _shown(row, details, pictured)

    def _require_location(self, record: RecordRow, sight: Sight) -> None:
        if sight.locations or record.sealed is None:
            return
        content = open_content(self._vault, record.ref, record.version, record.sealed)
        if is_protected(record.kind, content.cells):
            raise ProblemError("not-allowed", _WITHHELD)


def record_within(conn: Connection, ref: str, vault: Vault, sight: Sight, *, lock: bool = False) -> RecordRow:
    """A record that somebody may see; ProblemError `no-such-resource`, and `record-withdrawn` for an erased one."""
    row = records.by_ref(conn, ref, lock=lock)
    if row is None or not sight.bounds(vault).hold(row):
        raise no_such_record()
    if row.sealed is None:
        raise erased_record(ErasedRecordError())
    return row


def photo_of(conn: Connection, record: RecordRow, photo: str) -> PhotoRow:
    """A photo of a record; ProblemError `no-such-resource`."""
    row = photos.by_ref(conn, record.id, photo)
    if row is None:
        raise ProblemError("no-such-resource", "The record has no photo of this ref; check it.")
    return row


def _shown(row: PhotoRow, details: PhotoDetails, pictured: bool) -> dict[str, Any]:
    return {
        "photo": row.ref, "usable": row.reason is None, "reason": row.reason, "sentence": sentence_of(row.reason),
        "faces": [_face(face) for face in details.faces], "chosen": details.chosen, "turns": details.turns,
        "taken": details.taken, "progressed": details.progressed, "has_thumbnail": pictured,
        "created_at": row.created_at.isoformat(),
    }  # fmt: skip


def _face(face: FaceSeen) -> dict[str, Any]:
    box = {name: round(share, 4) for name, share in face.box._asdict().items()}
    return {"box": box, "quality": round(face.quality, 3), "good": face.good}


def sentence_of(reason: str | None) -> str | None:
    """What is wrong with a photo and what to do, for a person."""
    if reason is None:
        return None
    return _UNREAD_SENTENCE if reason == UNREAD else PhotoReason(reason).sentence


def _media_type(content: bytes) -> str:
    kind = kind_of(content)
    return "application/octet-stream" if kind is None else _MEDIA_TYPES.get(kind, _HEIC)
