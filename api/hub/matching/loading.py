"""An index from disk: the newest snapshot that holds true, or the database itself, and then the tail of changes."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np
import structlog
from sqlalchemy import Connection

from api.hub.matching.resident import ResidentIndex, sequence_of
from api.hub.matching.rows import batches_of_holders
from api.hub.storage.matching import (
    StoredRecord,
    active_counts,
    active_records,
    history,
    last_erasure,
    last_sequence,
)
from api.hub.storage.partitions import Partition, by_id
from api.service.database import Database
from indexer.segmented import SegmentedGallery
from indexer.snapshots import SnapshotError, map_snapshot, remove_snapshot, snapshots
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.defaults import default_model
from matcher.errors import OutputError
from matcher.photos import PhotoSpace
from matcher.profile import EncodingProfile, profile_named
from matcher.views import Kind

REBUILD_CHUNK = 100_000
"""Records laid out together in a rebuild: the more, the better sorted the tiles, and the more memory."""


def load(database: Database, folder: Path, partition: Partition, threads: int | None = None) -> ResidentIndex:
    """The index of a partition as the database stands now.

    Whatever is wrong with a snapshot is logged, the snapshot removed, and the next one or the database taken.

    Raises:
        InputError: this release does not have the partition's profile.
        StorageError: the database failed.
    """
    profile = profile_named(partition.profile)
    with database.read() as conn:
        kept = snapshot_folder(conn, folder, partition.id)
        index = _from_snapshots(conn, kept, partition, profile, threads)
        if index is None:
            index = _rebuilt(conn, kept, partition, profile, threads)
        index.last_erasure = last_erasure(conn, partition.id)
    warm_up(index)
    return index


def snapshot_folder(conn: Connection, folder: Path, partition_id: int) -> Path:
    """Where a partition's snapshots are: those of another database's history are never met."""
    return folder / f"{partition_id}-{history(conn):016x}"


def remove_closed(folder: Path, partition_id: int) -> None:
    """Remove all snapshots of a partition, of whichever history."""
    for path in folder.glob(f"{partition_id}-*"):
        shutil.rmtree(path, ignore_errors=True)


def discard_foreign(conn: Connection, folder: Path, partition_id: int) -> None:
    """Remove snapshots that know changes which the database does not, and those of another history.

    Do this before the hub takes new records: their numbers would soon hide that the database was put back to an
    earlier state.
    """
    own, last = snapshot_folder(conn, folder, partition_id), last_sequence(conn)
    for path in folder.glob(f"{partition_id}-*"):
        if path != own:
            shutil.rmtree(path, ignore_errors=True)
    for path in snapshots(own):
        if sequence_of(path) > last:
            _refuse(path, partition_id, "the database is older")


def warm_up(index: ResidentIndex) -> None:
    """Have the search compiled now, and not when the first report waits."""
    probes = _nobody(index.profile, index.gallery.key_check or b"")
    index.search.top_k_records(probes, default_model(index.profile).tables(), 1)


def _nobody(profile: EncodingProfile, key_check: bytes) -> EncodedBatch:
    """A batch of one missing record of which nothing is known."""
    return EncodedBatch(
        profile, key_check, Kind.MISSING, ("0",), np.zeros(1, np.int32), np.zeros((1, profile.words), np.uint64),
        np.zeros(1, np.uint16), np.zeros(1, np.uint8), np.full((1, 2), UNKNOWN_DAY), np.full(1, UNKNOWN_DAY),
    )  # fmt: skip


def _from_snapshots(
    conn: Connection, folder: Path, partition: Partition, profile: EncodingProfile, threads: int | None
) -> ResidentIndex | None:
    for path in snapshots(folder):
        try:
            gallery, sequence = map_snapshot(path, profile)
        except SnapshotError as error:
            _refuse(path, partition.id, type(error).__name__)
            continue
        if sequence > last_sequence(conn) or gallery.key_check not in (None, bytes.fromhex(partition.key_check or "")):
            _refuse(path, partition.id, "another database or key")
            continue
        if gallery.photo_space not in (None, _space(conn, partition.id)):
            _refuse(path, partition.id, "another photo space")
            continue
        index = ResidentIndex(partition.id, gallery, sequence, folder, threads)
        index.catch_up(conn)
        if all(gallery.record_count(kind) == count for kind, count in active_counts(conn, partition.id).items()):
            return index
        _refuse(path, partition.id, "not the records of the database")
    return None


def _rebuilt(
    conn: Connection, folder: Path, partition: Partition, profile: EncodingProfile, threads: int | None
) -> ResidentIndex:
    """Records that change while they are read come again with the tail: their numbers are above `sequence`."""
    index = ResidentIndex(partition.id, SegmentedGallery(profile), last_sequence(conn), folder, threads)
    key_check = bytes.fromhex(partition.key_check or "")
    for chunk in _chunks(active_records(conn, partition.id)):
        for held in batches_of_holders(chunk, profile, key_check, _space(conn, partition.id)):
            index.gallery.add(held.batch, held.numbers, int(held.holders[0]))
        index.unsaved += len(chunk)
    index.catch_up(conn)
    structlog.get_logger().info("index rebuilt", partition=partition.id, count=index.unsaved)
    return index


def _space(conn: Connection, partition_id: int) -> PhotoSpace | None:
    """As it stands now: whoever gives the partition may have read it before its first photo."""
    found = by_id(conn, partition_id)
    return None if found is None else found.space


def _chunks(records: Iterator[StoredRecord]) -> Iterator[list[StoredRecord]]:
    while chunk := list(islice(records, REBUILD_CHUNK)):
        yield chunk


def _refuse(path: Path, partition_id: int, reason: str) -> None:
    structlog.get_logger().warning("snapshot refused", snapshot=path.name, partition=partition_id, reason=reason)
    with suppress(OutputError):
        remove_snapshot(path)
