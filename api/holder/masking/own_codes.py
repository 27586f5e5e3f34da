"""Own records in the masked profile: encoded when they are first asked about, and kept while there is room.

These codes show far more than those at the hub. They stay in this process, and leave it under masks only.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import structlog

from api.holder.storage.outbox import DueRow
from api.holder.sync.encoding import RecordOf, UnencodableError
from api.holder.sync.photo_codes import PhotoCodes
from api.wire.photo_fields import has_photo
from encoder.encode import RecordEncoder
from encoder.faces.record_face import RecordFace
from encoder.keys import LinkageKey
from encoder.record import RawRecord
from matcher.batch import EncodedBatch
from matcher.profile import EncodingProfile
from matcher.views import Kind

MOST_KEPT = 20_000
"""Records kept encoded, of some kilobyte each."""


@dataclass(frozen=True, eq=False, repr=False)
class OwnCode:
    """One record.

    codes        uint64 (rows, words)
    presence     uint16 (rows,)
    photo_age    band of the child's age in the photo
    photo_space  text of the space of the photo code, None without one
    """

    codes: npt.NDArray[np.uint64] = field(repr=False)
    presence: npt.NDArray[np.uint16]
    photo_age: int
    photo_space: str | None


@dataclass(frozen=True)
class Encoded:
    """Codes by the ids of their records; `gone` have nothing to encode, `failed` may be encoded another time."""

    codes: Mapping[int, OwnCode]
    gone: frozenset[int]
    failed: frozenset[int]


class OwnCodes:
    """Codes of own records under one linkage key and masked profile. Not for several threads at once.

    Args:
        key: the linkage key.
        profile: the masked profile.
        record_of: opens the vault for one row.
        photos: what the photos of a record give.
        most: records kept.

    Raises:
        ProfileMismatchError: the profile needs another normaliser or face space than there is.
    """

    def __init__(
        self, key: LinkageKey, profile: EncodingProfile, record_of: RecordOf, photos: PhotoCodes, most: int = MOST_KEPT
    ) -> None:
        self._key, self._profile, self._record_of, self._photos, self._most = key, profile, record_of, photos, most
        self._space = photos.known_space()
        self._encoder = RecordEncoder(key, profile, self._space)
        self._kept = OrderedDict[tuple[int, int], OwnCode]()

    def of(self, rows: Sequence[DueRow]) -> Encoded:
        """The codes of records at the versions of their rows; a record that cannot be encoded holds up no other."""
        self._follow_space()
        found, gone, failed = dict[int, OwnCode](), set[int](), set[int]()
        fresh: dict[Kind, list[tuple[DueRow, RawRecord]]] = {kind: [] for kind in Kind}
        for row in rows:
            kept = self._kept.get((row.record_id, row.version))
            if kept is not None:
                self._kept.move_to_end((row.record_id, row.version))
                found[row.record_id] = kept
                continue
            try:
                fresh[Kind[row.kind.upper()]].append((row, self._record_of(row).record))
            except UnencodableError:
                gone.add(row.record_id)
        for kind, opened in fresh.items():
            found |= self._encode(opened, kind, self._faces(opened), failed)
        self._forget_oldest()
        return Encoded(found, frozenset(gone), frozenset(failed))

    def _follow_space(self) -> None:
        """Once photos have been read, or are read by another embedder, there is another space."""
        space = self._photos.known_space()
        if space != self._space:
            self._encoder, self._space = RecordEncoder(self._key, self._profile, space), space
            self._kept.clear()

    def _faces(self, opened: Sequence[tuple[DueRow, RawRecord]]) -> Mapping[int, RecordFace]:
        return {} if self._space is None or not opened else self._photos.faces(opened, self._space)

    def _encode(
        self, opened: Sequence[tuple[DueRow, RawRecord]], kind: Kind, faces: Mapping[int, RecordFace],
        failed: set[int],
    ) -> dict[int, OwnCode]:  # fmt: skip
        if not opened:
            return {}
        try:
            shown = [faces.get(row.record_id) for row, _ in opened]
            records, refs = [record for _, record in opened], [row.ref for row, _ in opened]
            batch = self._encoder.encode(records, kind, refs, faces=shown)
            made = {row.record_id: _own_code(batch, place) for place, (row, _) in enumerate(opened)}
        except Exception as error:
            # Whatever went wrong with one record must not hold up the others; the text may quote it, so it stays here.
            if len(opened) > 1:
                alone = [self._encode([each], kind, faces, failed) for each in opened]
                return {number: code for made in alone for number, code in made.items()}
            if opened[0][0].record_id in faces:
                structlog.get_logger().error("a record is compared without its photos", error=type(error).__name__)
                return self._encode(opened, kind, {}, failed)
            structlog.get_logger().error("a record cannot be encoded", error=type(error).__name__)
            failed.add(opened[0][0].record_id)
            return {}
        self._kept.update({(row.record_id, row.version): made[row.record_id] for row, _ in opened})
        return made

    def _forget_oldest(self) -> None:
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


def _own_code(batch: EncodedBatch, place: int) -> OwnCode:
    rows = np.flatnonzero(batch.record == place)
    pictured = bool(has_photo(batch.presence[rows], batch.profile).any())
    space = batch.photo_space.text if pictured and batch.photo_space is not None else None
    age = int(batch.photo_age[rows[0]]) if pictured else 0
    return OwnCode(batch.codes[rows], batch.presence[rows], age, space)
