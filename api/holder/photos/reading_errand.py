"""The errand of photos: those that nothing has read, or another embedder than today's, are read a few at a time."""

import structlog
from sqlalchemy import Connection

from api.holder.intake.writing import Author
from api.holder.photos.content import PhotoName, open_part
from api.holder.photos.embedders import known_embedder, remember_embedder
from api.holder.photos.reader import Read, SharedReader, identity_digest
from api.holder.photos.refusing import REFUSED
from api.holder.photos.writing import PhotoWriter
from api.holder.storage import facts, photos, records
from api.holder.storage.photos import ORIGINAL, PhotoRow
from api.holder.storage.records import ACTIVE
from api.holder.sync.client import HubClient
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.clock import Clock
from api.service.database import Database
from encoder.faces.interface import EmbedderIdentity, PhotoReason
from encoder.faces.space import FaceSpace
from matcher.errors import SpaceMismatchError

A_TURN = 10
_BY = "gateway:photos"


class ReadingErrand:
    """Reads photos; killed at any moment, it goes on with those that are left.

    Args:
        database: the gateway's.
        vault: the gateway's.
        reader: what reads.
        clock: the gateway's clock.
        space: the one of the settings' file, None for the uncentred one.
    """

    def __init__(
        self, database: Database, vault: Vault, reader: SharedReader, clock: Clock, space: FaceSpace | None = None
    ) -> None:
        self._database, self._vault, self._reader, self._clock = database, vault, reader, clock
        self._space = space
        self._writer, self._after = PhotoWriter(vault), 0
        self._identity: EmbedderIdentity | None = None

    def run(self, client: HubClient) -> bool:
        """Read some photos; see Errand.run. The hub is asked nothing."""
        more = self._reader.is_on and self._read_some()
        self._note_problem()
        return more

    def _read_some(self) -> bool:
        with self._database.read() as conn:
            if not photos.any_photo(conn):
                return False
        # Asked once: it starts the embedder, which a gateway without new photos need not have running.
        self._identity = self._identity or self._reader.identity()
        if self._identity is None:
            return False
        identity, digest = self._identity, identity_digest(self._identity)
        with self._database.read() as conn:
            known, rows = known_embedder(conn), photos.to_read(conn, digest, self._after, A_TURN)
        if known != identity:
            self._database.retrying(lambda conn: remember_embedder(conn, identity, self._clock()))
        for row, record in rows:
            if not self._read(record, row):
                return False
        self._after = rows[-1][0].id if len(rows) == A_TURN else 0
        return len(rows) == A_TURN

    def _read(self, record: str, row: PhotoRow) -> bool:
        """Read one photo; False when nothing can be read now."""
        try:
            name = PhotoName(record, row.ref)
            with self._database.read() as conn:
                sealed = photos.part_of(conn, row.id, ORIGINAL)
            if sealed is None:
                raise DamagedSealError
            box = self._writer.details_of(record, row).chosen_box
            read = self._reader.read(open_part(self._vault, name, row.revision, ORIGINAL, sealed), box)
            if read is None:
                return False
            self._database.retrying(lambda conn: self._store(conn, record, row, read))
        except DamagedSealError as error:
            structlog.get_logger().error("a photo does not open", exc_info=error)
            self._database.retrying(lambda conn: self._give_up(conn, row))
        return True

    def _store(self, conn: Connection, record_ref: str, row: PhotoRow, read: Read) -> None:
        record = records.by_ref(conn, record_ref, lock=True)
        now = photos.by_ref(conn, row.record_id, row.ref)
        if record is None or record.state != ACTIVE or now is None or now.revision != row.revision:
            return
        author = Author(_BY, self._clock())
        if read.reading.reason in REFUSED:
            # What an earlier reading found stays to be looked at.
            self._give_up(conn, row, read.reading.reason)
        else:
            self._writer.read_again(conn, record_ref, row, read, author)
        if row.reason is None or read.reading.reason is None:
            self._writer.follow_quietly(conn, record, author)

    def _give_up(self, conn: Connection, row: PhotoRow, reason: PhotoReason = PhotoReason.UNREADABLE) -> None:
        assert self._identity is not None
        known = {"reason": reason.value, "read_by": identity_digest(self._identity)}
        photos.change(conn, row.id, known)

    def _mismatch(self) -> str | None:
        """Why what is read gives no codes: the face space is another embedder's."""
        if self._space is None or self._identity is None:
            return None
        try:
            self._space.require(self._identity)
        except SpaceMismatchError as error:
            return str(error)
        return None

    def _note_problem(self) -> None:
        problem = self._reader.problem or self._mismatch()
        with self._database.read() as conn:
            known = facts.get(conn, facts.PHOTOS_PROBLEM)
        if problem == known:
            return
        with self._database.write() as conn:
            if problem is None:
                facts.remove(conn, facts.PHOTOS_PROBLEM)
            else:
                facts.put(conn, facts.PHOTOS_PROBLEM, problem, self._clock())
