"""From photos in the vault to what the encoder makes photo codes of; nothing of them goes beyond it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import structlog

from api.holder.photos.content import PhotoName, embedding_of, open_details, open_part
from api.holder.photos.embedders import known_embedder
from api.holder.photos.reader import identity_digest
from api.holder.photos.taken import years_in
from api.holder.storage import photos
from api.holder.storage.outbox import DueRow
from api.holder.storage.photos import EMBEDDING, EmbeddingRow
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.database import Database
from api.wire.partners import PartitionPolicy, Policy
from encoder.faces.interface import FaceVector
from encoder.faces.record_face import RecordFace, record_face
from encoder.faces.space import EmbeddingError, FaceSpace, uncentred
from encoder.field_errors import FieldError
from encoder.keys import LinkageKey
from encoder.record import RawRecord
from matcher.profile import EncodingProfile
from matcher.views import View


class _Opened(NamedTuple):
    """A photo: its face, the child's age in it in years, and whether somebody has aged it."""

    vector: FaceVector
    years: float | None
    progressed: bool


@dataclass(frozen=True)
class Sending:
    """How photo codes go out now.

    space   to make them in; None when there are none to make, or none that the hub would take
    own     text of the own space in this epoch, None before anything has read a photo
    theirs  text of the space that the hub compares in, None when it has not settled on one
    """

    space: FaceSpace | None
    own: str | None
    theirs: str | None

    @property
    def text(self) -> str | None:
        """What codes are sent under, None when they are not."""
        return None if self.space is None else self.own


NO_PHOTOS = Sending(None, None, None)


class PhotoCodes:
    """What one linkage key and profile make of photos. For several threads.

    Args:
        database: holds them.
        vault: opens them.
        key: its domain and epoch say which of the hub's partitions counts.
        profile: without the view `photo`, nothing is opened and nothing is sent.
        space: from the file that all holders use; None for the uncentred one of whichever embedder reads here.
    """

    def __init__(
        self, database: Database, vault: Vault, key: LinkageKey, profile: EncodingProfile, space: FaceSpace | None
    ) -> None:
        self._database, self._vault, self._space, self._profile = database, vault, space, profile
        self._domain, self._epoch = key.domain, key.epoch

    def sending(self, policy: Policy) -> Sending:
        """How photo codes go out under a policy of the hub."""
        if View.PHOTO not in self._profile:
            return NO_PHOTOS
        space, theirs = self.known_space(), self._theirs(policy)
        own = None if space is None else space.photo_space(self._epoch).text
        return Sending(space if theirs in (None, own) else None, own, theirs)

    def faces(self, opened: Sequence[tuple[DueRow, RawRecord]], space: FaceSpace) -> Mapping[int, RecordFace]:
        """The faces of records by their ids; those without a usable photo by the embedder of the space are left out."""
        digest = identity_digest(space.identity)
        of_id = {row.record_id: (row, record) for row, record in opened}
        with self._database.read() as conn:
            found = photos.embeddings(conn, of_id, digest)
        of_record: dict[int, list[EmbeddingRow]] = {}
        for each in found:
            of_record.setdefault(each.record_id, []).append(each)
        made = {number: self._face(*of_id[number], rows) for number, rows in of_record.items()}
        return {number: face for number, face in made.items() if face is not None}

    def known_space(self) -> FaceSpace | None:
        """The own space; None before anything has read a photo, when no file says which it is."""
        if self._space is not None:
            return self._space
        with self._database.read() as conn:
            identity = known_embedder(conn)
        bits = self._profile.views[self._profile.position(View.PHOTO)].bits
        return None if identity is None else uncentred(identity, bits)

    def _theirs(self, policy: Policy) -> str | None:
        return next((each.photo_space for each in policy.partitions if self._is_ours(each)), None)

    def _is_ours(self, each: PartitionPolicy) -> bool:
        named = (each.domain, each.epoch, each.profile_digest)
        return named == (self._domain, self._epoch, self._profile.digest.hex())

    def _face(self, row: DueRow, record: RawRecord, found: Sequence[EmbeddingRow]) -> RecordFace | None:
        """The face of a record; a photo that does not open, or fits no other, costs itself and not the record.

        A picture that somebody has aged counts where there is no photo, and then as one of unknown age: no curve was
        measured on such pictures.
        """
        opened = list[_Opened]()
        for each in found:
            try:
                opened.append(self._opened(row, record, each))
            except (DamagedSealError, FieldError) as error:
                structlog.get_logger().error("a photo does not open", exc_info=error)
        counted = [each for each in opened if not each.progressed] or opened
        try:
            return record_face([each.vector for each in counted], [each.years for each in counted]) if counted else None
        except EmbeddingError as error:
            structlog.get_logger().error("the photos of a record do not fit each other", error=type(error).__name__)
            return None

    def _opened(self, row: DueRow, record: RawRecord, each: EmbeddingRow) -> _Opened:
        name = PhotoName(row.ref, each.ref)
        details = open_details(self._vault, name, each.revision, each.sealed)
        embedding = embedding_of(open_part(self._vault, name, each.revision, EMBEDDING, each.embedding))
        if details.progressed:
            return _Opened(FaceVector(embedding, good=False), None, progressed=True)
        return _Opened(FaceVector(embedding, details.good), years_in(details.taken, record), progressed=False)
