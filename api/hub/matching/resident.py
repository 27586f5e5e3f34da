"""The resident index of one partition: a gallery that follows the database, mapped but for what came last."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from api.hub.matching.past import PastRecords
from api.hub.matching.rows import HeldBatch, batch_of_records, batches_of_holders
from api.hub.storage.matching import ACTIVE, ERASED, StoredRecord, changes_after
from api.hub.storage.partitions import Partition, by_id
from indexer.photo_lane import PhotoLane
from indexer.search import KernelSearch
from indexer.segmented import SegmentedGallery
from indexer.snapshots import remove_snapshots, save_snapshot, snapshots
from matcher.batch import EncodedBatch
from matcher.errors import SpaceMismatchError
from matcher.profile import EncodingProfile
from matcher.views import Kind, View

TAIL_CHUNK = 5_000
KEPT_SNAPSHOTS = 2


class _Begun(NamedTuple):
    """What a snapshot takes care of: so many unsaved changes, and so many records without codes."""

    unsaved: int
    bare: int


class Follower(Protocol):
    """Something that goes along with the gallery."""

    def add(self, batch: EncodedBatch, numbers: npt.NDArray[np.int32], holder: int) -> None:
        """See Gallery.add."""

    def withdraw(self, numbers: npt.NDArray[np.int32]) -> object:
        """See Gallery.withdraw."""


class ResidentIndex:
    """Gallery and search of one partition, and the number of the last change that they hold.

    `lock` is held by whoever changes the gallery or needs it unchanged; between two holds, rows may stand elsewhere.
    Records are known by their database numbers.

    sequence      every change of the partition's records up to this one is in the gallery, and none after it
    unsaved       changes since the last snapshot
    last_erasure  sequence number of the last erasure; snapshots from before it still hold the erased codes
    online        the search for records that are new: `search` itself, or one that is approximate
    lane          the search by photo alone; None where the profile has no photos
    followers     told of every change of the gallery, the lane among them
    past          records that are matched no longer, for the same-kind lane; it follows the database by itself
    """

    def __init__(
        self, partition_id: int, gallery: SegmentedGallery, sequence: int, folder: Path, threads: int | None = None
    ) -> None:
        """An index over a gallery that stands as the database did at `sequence`; snapshots go to `folder`."""
        self.partition_id, self.gallery, self.sequence, self.folder = partition_id, gallery, sequence, folder
        self.search = KernelSearch(gallery, threads)
        self.online: KernelSearch = self.search
        self.lane = PhotoLane(gallery, threads) if View.PHOTO in gallery.profile else None
        self.followers: list[Follower] = [] if self.lane is None else [self.lane]
        self.past = PastRecords(partition_id, gallery.profile, threads)
        self.lock = threading.RLock()
        self.unsaved = 0
        self.last_erasure = 0
        self._saving = threading.Lock()
        # Records that lost their codes since the last snapshot: its segments may still have them.
        self._bare: list[int] = []

    @property
    def profile(self) -> EncodingProfile:
        """Profile of all records."""
        return self.gallery.profile

    def catch_up(self, conn: Connection) -> int:
        """Apply all changes since `sequence`, oldest first; gives their number.

        Raises:
            BatchError, KeyMismatchError: a record does not fit the partition; the index stands before its chunk.
            SpaceMismatchError: the partition's photo space was reset, and the index has to be loaded anew.
        """
        applied = 0
        with self.lock:
            while changes := changes_after(conn, self.partition_id, self.sequence, TAIL_CHUNK):
                self._apply(changes, by_id(conn, self.partition_id))
                self.sequence = changes[-1].sequence
                applied += len(changes)
        return applied

    def save(self) -> Path:
        """Write a snapshot of the present state; the index can be used meanwhile. Only what is new is written.

        Two are kept, but none that still holds codes which were erased since.

        Raises:
            OutputError: the snapshot cannot be written; older ones stay.
        """
        begun: list[_Begun] = []

        def begin() -> tuple[int, npt.NDArray[np.int32]]:
            begun.append(_Begun(self.unsaved, len(self._bare)))
            return self.sequence, np.array(self._bare, dtype=np.int32)

        with self._saving:
            path = save_snapshot(self.gallery, self.folder, begin, self.lock)
            with self.lock:
                self.unsaved -= begun[0].unsaved
                del self._bare[: begun[0].bare]
        remove_snapshots(self.folder, KEPT_SNAPSHOTS)
        if self.holds_erased():
            remove_snapshots(self.folder, 1)
        return path

    def holds_erased(self) -> bool:
        """Whether a snapshot on disk is older than the last erasure."""
        return any(sequence_of(path) < self.last_erasure for path in snapshots(self.folder))

    def held(self, records: Sequence[StoredRecord], kind: Kind) -> HeldBatch:
        """Records of one kind as a batch to compare with what the index holds: call `catch_up` before."""
        key_check = self.gallery.key_check or b""
        return batch_of_records(records, kind, self.profile, key_check, self.gallery.photo_space)

    def _apply(self, changes: list[StoredRecord], partition: Partition | None) -> None:
        space = partition.space if partition is not None else None
        if self.gallery.photo_space not in (None, space):
            raise SpaceMismatchError("The photo space was reset; the index of the partition is being loaded anew.")
        active = [record for record in changes if record.state == ACTIVE]
        # Batches are made before anything changes, so that a bad record leaves the gallery as it was.
        batches = list(batches_of_holders(active, self.profile, _key_check(partition), space))
        gone = [record.id for record in changes if record.state != ACTIVE]
        everybody: list[Follower] = [self.gallery, *self.followers]
        for changed in everybody:
            changed.withdraw(np.array(gone, dtype=np.int32))
            for held in batches:
                changed.add(held.batch, held.numbers, int(held.holders[0]))
        self.unsaved += len(changes)
        self._bare += [record.id for record in changes if not record.codes]
        erased = [record.sequence for record in changes if record.state == ERASED]
        self.last_erasure = max([self.last_erasure, *erased])


def sequence_of(snapshot: Path) -> int:
    """The sequence number in the name of a snapshot's folder."""
    return int(snapshot.name.rpartition("-")[2])


def _key_check(partition: Partition | None) -> bytes:
    return bytes.fromhex(partition.key_check or "") if partition is not None else b""
