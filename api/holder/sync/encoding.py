"""Rows of the outbox to items on the wire. Here records become codes; nothing raw goes beyond."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from api.holder.storage.outbox import DueRow, Settlement
from api.holder.sync.client import PartitionName
from api.holder.sync.photo_codes import NO_PHOTOS, PhotoCodes, Sending
from api.wire.batches import Marks, put_items
from api.wire.grains import coarse_expiry
from api.wire.items import EraseItem, PutItem, WithdrawItem
from api.wire.submissions import Submission
from encoder.encode import RecordEncoder
from encoder.faces.record_face import RecordFace
from encoder.keys import LinkageKey
from encoder.record import RawRecord
from matcher.batch import EncodedBatch
from matcher.errors import MilapError
from matcher.profile import EncodingProfile
from matcher.views import Kind

WireItem = PutItem | WithdrawItem | EraseItem
Faces = Mapping[int, RecordFace]
"""Faces of records by their ids."""


@dataclass(frozen=True)
class OpenedRecord:
    """A raw record, and the marks that go to the hub beside its codes."""

    record: RawRecord = field(repr=False)
    marks: Marks


RecordOf = Callable[[DueRow], OpenedRecord]
"""Opens the vault for one row; UnencodableError when nothing can be made of it."""


class UnencodableError(MilapError):
    """A record that cannot go to the hub as it is: a word for programs, a sentence for the clerk who can mend it."""

    def __init__(self, reason: str, detail: str) -> None:
        """Only this record is held back."""
        super().__init__(detail)
        self.reason, self.detail = reason, detail


_EMPTY = UnencodableError(
    "nothing-to-compare",
    "The record holds nothing that could be compared; add a name, an age, a home, a relative or a mark.",
)
_FAILED = UnencodableError(
    "cannot-encode", "The record could not be encoded; check its fields, or report its ref to Milap's maintainers."
)


@dataclass(frozen=True)
class Prepared:
    """Items in the order of their rows, and the rows that cannot be sent."""

    items: list[tuple[DueRow, WireItem]] = field(default_factory=list)
    refused: list[Settlement] = field(default_factory=list)


class ItemMaker:
    """Makes items under one linkage key and profile; keeps one encoder, whose vocabulary grows with use.

    Not for several threads at once.
    """

    def __init__(
        self, key: LinkageKey, profile: EncodingProfile, record_of: RecordOf, photos: PhotoCodes | None = None
    ) -> None:
        """ProfileMismatchError when the profile needs another normaliser than is installed.

        Without `photos` no photo code is made.
        """
        self._encoder, self._record_of = RecordEncoder(key, profile), record_of
        self._key, self.photos, self._sending = key, photos, NO_PHOTOS
        self.profile, self._domain, self._epoch = profile, key.domain, key.epoch
        self._key_check = key.key_check(profile).hex()

    @property
    def key(self) -> LinkageKey:
        """The linkage key."""
        return self._key

    @property
    def partition(self) -> str:
        """What the codes are made under, to notice that it has changed."""
        return partition_text(self._key, self.profile)

    @property
    def named(self) -> PartitionName:
        """The partition of the hub that the codes go into."""
        return PartitionName(self._domain, self._epoch, self.profile.name)

    def send_photos(self, sending: Sending) -> None:
        """From now on, make photo codes so; the vocabulary is only drawn again when the space is another one."""
        if sending.space is not None and sending.space != self._sending.space:
            self._encoder = RecordEncoder(self._key, self.profile, sending.space)
        self._sending = sending

    def submission(self, items: Sequence[WireItem]) -> Submission:
        """A submission of these items."""
        return Submission(
            format=1, domain=self._domain, epoch=self._epoch, profile=self.profile.name,
            profile_digest=self.profile.digest.hex(), key_check=self._key_check,
            items=[item.model_dump(mode="json") for item in items],
        )  # fmt: skip

    def prepare(self, rows: Sequence[DueRow], without_photo: Container[int] = ()) -> Prepared:
        """Items of all rows that can be sent; a record that cannot be encoded holds up no other.

        Args:
            rows: of the outbox.
            without_photo: ids of the records of which no photo code is to be made.
        """
        prepared, made = Prepared(), dict[int, WireItem]()
        for kind in Kind:
            opened = []
            for row in rows:
                if row.action == "put" and row.kind == kind.name.lower():
                    try:
                        opened.append((row, self._record_of(row)))
                    except UnencodableError as error:
                        prepared.refused.append(_refused(row, error))
            made |= self._encode(opened, kind, prepared.refused, self._faces(opened, without_photo))
        for row in rows:
            if row.action == "withdraw":
                made[row.record_id] = WithdrawItem(action="withdraw", ref=row.ref, version=row.version)
            elif row.action == "erase":
                made[row.record_id] = EraseItem(action="erase", ref=row.ref, version=row.version)
        prepared.items.extend((row, made[row.record_id]) for row in rows if row.record_id in made)
        return prepared

    def _faces(self, opened: list[tuple[DueRow, OpenedRecord]], without: Container[int]) -> Faces:
        if self.photos is None or self._sending.space is None:
            return {}
        wanted = [(row, each.record) for row, each in opened if row.record_id not in without]
        return self.photos.faces(wanted, self._sending.space)

    def _encode(
        self, opened: list[tuple[DueRow, OpenedRecord]], kind: Kind, refused: list[Settlement], faces: Faces
    ) -> dict[int, WireItem]:
        if not opened:
            return {}
        try:
            shown = [faces.get(row.record_id) for row, _ in opened]
            records, refs = [each.record for _, each in opened], [row.ref for row, _ in opened]
            return self._items(self._encoder.encode(records, kind, refs, faces=shown), opened, refused)
        except Exception as error:
            # Whatever went wrong with one record must not hold up the others; the text may quote it, so it stays here.
            if len(opened) == 1 and opened[0][0].record_id in faces:
                structlog.get_logger().error("a record goes without its photos", error=type(error).__name__)
                return self._encode(opened, kind, refused, {})
            if len(opened) == 1:
                structlog.get_logger().error("a record cannot be encoded", error=type(error).__name__)
                refused.append(_refused(opened[0][0], _FAILED))
                return {}
        return {
            record_id: item
            for each in opened
            for record_id, item in self._encode([each], kind, refused, faces).items()
        }

    def _items(
        self, batch: EncodedBatch, opened: list[tuple[DueRow, OpenedRecord]], refused: list[Settlement]
    ) -> dict[int, WireItem]:
        grain, rows = self.profile.event_grain, [row for row, _ in opened]
        # A record is shared on its last day still; the hub is told of the first day on which it is not.
        expiry = [None if row.expires_on is None else coarse_expiry(row.expires_on + 1, grain) for row in rows]
        items = put_items(batch, [row.version for row in rows], expiry, [each.marks for _, each in opened])
        made: dict[int, WireItem] = {}
        for row, item in zip(rows, items, strict=True):
            if any(each.presence for each in item.rows):
                made[row.record_id] = item
            else:
                refused.append(_refused(row, _EMPTY))
        return made


def partition_text(key: LinkageKey, profile: EncodingProfile) -> str:
    """What tells the codes of one linkage key and profile from others, as it is noted when they are sent."""
    return f"{key.domain} {key.epoch} {profile.digest.hex()} {key.key_check(profile).hex()}"


def _refused(row: DueRow, error: UnencodableError) -> Settlement:
    return Settlement(row.record_id, row.version, row.action, arrived=False, reason=error.reason, detail=error.detail)
