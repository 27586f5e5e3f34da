"""Adding photos to records, choosing the child's face, and removing photos: each in one transaction with all of it.

Reading takes as long as it takes and is done before the transaction; what changed meanwhile is looked at again in it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.holder.intake.sight import Sight
from api.holder.intake.writing import Author
from api.holder.photos.content import PhotoName, content_index, open_part
from api.holder.photos.looking import PhotoViewer, photo_of, record_within
from api.holder.photos.reader import Read, SharedReader
from api.holder.photos.refusing import REFUSED, photo_refused, require_picture
from api.holder.photos.taken import Said
from api.holder.photos.writing import ADDED, FACE_CHOSEN, REMOVED, TAKEN_CHANGED, PhotoWriter
from api.holder.storage import photos
from api.holder.storage.photos import ORIGINAL, PhotoRow
from api.holder.storage.records import ACTIVE, RecordRow
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.clock import Clock
from api.service.database import Database
from api.wire.problems import ProblemError
from encoder.faces.interface import FaceBox

T = TypeVar("T")

_TOO_MANY = "The record has {most} photos, which is as many as it may; remove one of them first."
_WITHDRAWN = "The record is withdrawn and takes no photos; report the child again under a new case number."
_NO_SUCH_FACE = "The photo has no face of this number; `faces` lists them, from 0."
_CANNOT_READ = "Photos cannot be read here just now, so no face can be chosen; `milap holder status` says why."


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """The most photos of a record, and the most bytes of one."""

    photos: int = 10
    bytes: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """What a write came to: whether it made a new photo, the photo as it is shown, and its record's version."""

    is_new: bool
    shown: dict[str, Any] = field(repr=False)
    version: int

    @property
    def body(self) -> dict[str, Any]:
        """As the API answers it."""
        return self.shown | {"version": self.version}


class PhotoService:
    """The writes of photos. Nobody writes to what they may not see: it does not exist for them.

    Args:
        database: where records and photos are.
        vault: seals them.
        reader: reads them.
        clock: the present moment.
        changed: called after each write, so that the outbox is looked at.
        limits: what a record may have.
    """

    def __init__(
        self, database: Database, vault: Vault, reader: SharedReader, clock: Clock, changed: Callable[[], None],
        limits: PhotoLimits,
    ) -> None:  # fmt: skip
        self._database, self._vault, self._reader, self._clock = database, vault, reader, clock
        self._changed, self._limits = changed, limits
        self._writer, self._viewer = PhotoWriter(vault), PhotoViewer(database, vault, clock)

    def add(self, ref: str, content: bytes, said: Said, by: str, sight: Sight) -> Written:
        """Store a photo with what it shows; the file that is there already changes nothing but what is said of it.

        A picture that cannot be used is stored with the reason; what is no picture is refused, and nothing is stored.

        Args:
            ref: of the record.
            content: of the file.
            said: when it was taken, and whether somebody has aged it.
            by: who adds it.
            sight: what they may know.

        Raises:
            ProblemError: `no-such-resource`, `record-withdrawn`, `photo-refused` (its reason with it),
                `too-many-photos`.
            StorageError: the database failed; nothing was stored.
        """
        require_picture(content, self._limits.bytes)
        with self._database.read() as conn:
            known = self._known(conn, self._open_record(conn, ref, sight), content)
        read = None if known else self._read(content)

        def work(conn: Connection) -> Written:
            record, author = self._open_record(conn, ref, sight, lock=True), Author(by, self._clock())
            row = self._known(conn, record, content)
            if row is not None:
                return self._told(conn, record, row, said, author)
            name = self._writer.insert(conn, record, content, said, read, author)
            version = self._writer.follow(conn, record, ADDED, author)
            return self._written(conn, record, photo_of(conn, record, name), version, is_new=True)

        return self._write(work)

    def choose_face(self, ref: str, photo: str, face: int, by: str, sight: Sight) -> Written:
        """Say which face of a photo is the child's; chosen already, nothing changes.

        Raises:
            ProblemError: `no-such-resource`, `record-withdrawn`, `invalid-body` when there is no such face,
                `not-ready` when photos cannot be read now.
            StorageError: the database failed; nothing was stored.
        """
        with self._database.read() as conn:
            record = self._open_record(conn, ref, sight)
            row = photo_of(conn, record, photo)
            box = self._box(record, row, face)
            sealed = photos.part_of(conn, row.id, ORIGINAL)
        if sealed is None:
            raise DamagedSealError
        content = open_part(self._vault, PhotoName(record.ref, row.ref), row.revision, ORIGINAL, sealed)
        read = self._read(content, box)
        if read is None:
            raise ProblemError("not-ready", _CANNOT_READ)

        def work(conn: Connection) -> Written:
            record, author = self._open_record(conn, ref, sight, lock=True), Author(by, self._clock())
            row = photo_of(conn, record, photo)
            if self._writer.details_of(record.ref, row).chosen_box == box:
                return self._written(conn, record, row, record.version)
            self._writer.read_again(conn, record.ref, row, read, author)
            version = self._writer.follow(conn, record, FACE_CHOSEN, author)
            return self._written(conn, record, photo_of(conn, record, photo), version)

        return self._write(work)

    def remove(self, ref: str, photo: str, by: str, sight: Sight) -> None:
        """Leave nothing of a photo; the hub is sent the record without it.

        Raises:
            ProblemError: `no-such-resource`, `record-withdrawn`.
            StorageError: the database failed; nothing was removed.
        """

        def work(conn: Connection) -> None:
            record = self._open_record(conn, ref, sight, lock=True)
            photos.remove(conn, photo_of(conn, record, photo).id)
            self._writer.follow(conn, record, REMOVED, Author(by, self._clock()))

        self._write(work)

    def _read(self, content: bytes, box: FaceBox | None = None) -> Read | None:
        """What a photo shows; None when nothing can read it now, ProblemError `photo-refused` when it is no picture."""
        read = self._reader.read(content, box)
        if read is not None and read.reading.reason in REFUSED:
            raise photo_refused(read.reading.reason)
        return read

    def _known(self, conn: Connection, record: RecordRow, content: bytes) -> PhotoRow | None:
        """The photo of this file, if the record has it; ProblemError when it has room for no other."""
        known = photos.by_content(conn, record.id, content_index(self._vault, record.ref, content))
        if known is None and photos.count_of(conn, record.id) >= self._limits.photos:
            raise ProblemError("too-many-photos", _TOO_MANY.format(most=self._limits.photos))
        return known

    def _told(self, conn: Connection, record: RecordRow, row: PhotoRow, said: Said, author: Author) -> Written:
        if not self._writer.say(conn, record.ref, row, said):
            return self._written(conn, record, row, record.version)
        version = self._writer.follow(conn, record, TAKEN_CHANGED, author)
        return self._written(conn, record, photo_of(conn, record, row.ref), version)

    def _box(self, record: RecordRow, row: PhotoRow, face: int) -> FaceBox:
        faces = self._writer.details_of(record.ref, row).faces
        if not 0 <= face < len(faces):
            raise ProblemError("invalid-body", _NO_SUCH_FACE, faces=len(faces))
        return faces[face].box

    def _open_record(self, conn: Connection, ref: str, sight: Sight, *, lock: bool = False) -> RecordRow:
        row = record_within(conn, ref, self._vault, sight, lock=lock)
        if row.state != ACTIVE:
            raise ProblemError("record-withdrawn", _WITHDRAWN)
        return row

    def _written(
        self, conn: Connection, record: RecordRow, row: PhotoRow, version: int, *, is_new: bool = False
    ) -> Written:
        return Written(is_new, self._viewer.shown(conn, record.ref, row), version)

    def _write(self, work: Callable[[Connection], T]) -> T:
        try:
            done = self._database.retrying(work)
        except IntegrityError:
            # A rival stored the same file in between; this time it is there to be seen.
            done = self._database.retrying(work)
        self._changed()
        return done
