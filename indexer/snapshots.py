"""Snapshots of a gallery: which segments it has and which of their records are withdrawn, verified before any search.

    folder/snapshot-<sequence, 20 digits>/manifest.json, withdrawn.bin
    folder/segment-<digest>/...                                            see segment_files

A snapshot writes what is new: one segment for all rows that came since the last one, small segments merged into it. The
database is the truth: whatever is in doubt about a snapshot, the gallery is built again from there.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.compacting import merged
from indexer.durable import alone_in, discard, made, publish, remove_leftovers, sync, unfinished
from indexer.manifest import FORMAT, Manifest, SegmentEntry, manifest_from_json, manifest_to_json, space_of, space_text
from indexer.segment import Segment
from indexer.segment_files import (
    MANIFEST,
    check_file,
    is_whole,
    map_segment,
    segments_in,
    verify_files,
    write_array,
    write_manifest,
    write_segment,
)
from indexer.segmented import Frozen, SegmentedGallery
from matcher.errors import MilapError, OutputError
from matcher.profile import EncodingProfile

WITHDRAWN = "withdrawn.bin"

_NAME = re.compile(r"snapshot-(\d{20})")
Int32 = npt.NDArray[np.int32]
Begin = Callable[[], tuple[int, Int32]]
"""Says, at the moment of which a snapshot is made, the sequence number and the records erased since the last one."""


class SnapshotError(MilapError):
    """A snapshot cannot be trusted; build the gallery again from the database."""


def save_snapshot(
    gallery: SegmentedGallery, folder: Path, begin: Begin, lock: AbstractContextManager[object] | None = None
) -> Path:
    """Write a snapshot of the present state; gives its folder. Returns when everything is on the disk.

    Args:
        gallery: may be searched and changed meanwhile by whoever holds `lock`. Its rows stand elsewhere afterwards.
        folder: of all snapshots and segments; made when it is not there.
        begin: called under the lock; segments that held the records that it names are written anew.
        lock: held for moments only.

    Raises:
        OutputError: the disk refuses; nothing half-written is left, and the gallery can be saved again.
    """
    lock = lock or nullcontext()
    try:
        with alone_in(made(folder)):
            remove_leftovers(folder)
            lost = [segment.name for segment in gallery.segments if not is_whole(folder / segment.name)]
            with lock:
                sequence, erased = begin()
                name = snapshot_name(sequence)
                frozen = gallery.freeze(erased, lost)
            segment = _write_merged(frozen, folder)
            with lock:
                gallery.adopt(frozen, segment)
            _write(frozen, folder / name, sequence, segment)
    except OSError as error:
        raise OutputError(f"A snapshot could not be written ({error.strerror}); see to the disk it goes to.") from error
    return folder / name


def map_snapshot(path: Path, profile: EncodingProfile, *, verify: bool = True) -> tuple[SegmentedGallery, int]:
    """The gallery of a snapshot, pinned or not, and the sequence number of the last change that is in it.

    Segments are mapped: processes share their memory, and none of them changes a file. Without `verify` only what
    another process has just verified should be opened: manifests and sizes are checked then, contents are not.

    Raises:
        SnapshotError: anything at all does not fit.
    """
    manifest = read_manifest(path)
    if manifest.profile_digest != profile.digest.hex():
        raise _in_doubt(path, f"it was made under {manifest.profile}, not {profile.name}")
    try:
        segments = [map_segment(path.parent / entry.name, profile, verify=verify) for entry in manifest.segments]
        if any((segment.key_check or b"").hex() != manifest.key_check for segment in segments):
            raise ValueError("a segment was made under another key")
        if any(segment.photo_space not in (None, space_of(manifest)) for segment in segments):
            raise ValueError("the photos of a segment are of another space")
        gallery = gallery_of(profile, manifest, segments, read_withdrawn(path, manifest))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        reason = str(error) if isinstance(error, ValueError) else "its files are not all there"
        raise _in_doubt(path, reason) from error
    return gallery, manifest.sequence


def gallery_of(
    profile: EncodingProfile, manifest: Manifest, segments: Sequence[Segment], withdrawn: Int32
) -> SegmentedGallery:
    """The gallery of a snapshot's segments, in its order; ValueError when they do not have the rows that it states."""
    ends = np.cumsum([entry.withdrawn for entry in manifest.segments], dtype=np.int64)
    if len(withdrawn) != (ends[-1] if len(ends) else 0):
        raise ValueError("its withdrawn records are of another number than it should be")
    for segment, entry, end in zip(segments, manifest.segments, ends.tolist(), strict=True):
        segment.withdraw(withdrawn[end - entry.withdrawn : end])
        if len(segment) != entry.rows:
            raise ValueError("its rows do not add up")
    return SegmentedGallery(profile, segments, bytes.fromhex(manifest.key_check) or None, space_of(manifest))


def read_manifest(path: Path) -> Manifest:
    """The manifest alone, verified against its own digest and its folder's name; SnapshotError when in doubt."""
    try:
        manifest = manifest_from_json((path / MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise _in_doubt(path, "its manifest cannot be read") from error
    except ValueError as error:
        raise _in_doubt(path, "its manifest is damaged or of another version") from error
    if path.name != f"snapshot-{manifest.sequence:020d}":
        raise _in_doubt(path, "its folder was renamed")
    return manifest


def read_withdrawn(path: Path, manifest: Manifest) -> Int32:
    """The withdrawn record numbers of all segments, int32 (n,), verified; ValueError or OSError when in doubt."""
    entry = manifest.withdrawn
    check_file(path / WITHDRAWN, entry, "<i4", (sum(each.withdrawn for each in manifest.segments),))
    verify_files({path / WITHDRAWN: entry})
    return np.fromfile(path / WITHDRAWN, dtype="<i4")


def snapshots(folder: Path) -> list[Path]:
    """All snapshots, newest first, none of them verified; half-written ones are not among them."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()), reverse=True)


def remove_snapshots(folder: Path, keep: int) -> None:
    """Remove all snapshots but the newest `keep`, segments that none of these names, and what a crash left behind.

    Raises:
        OutputError: the disk refuses.
    """
    _remove(folder, lambda: snapshots(folder)[max(keep, 0) :])


def remove_snapshot(path: Path) -> None:
    """Remove one snapshot, if it is there, and the segments that no other one names; OutputError as above."""
    _remove(path.parent, lambda: [each for each in snapshots(path.parent) if each == path])


def snapshot_name(sequence: int) -> str:
    """Name of the snapshot's folder; OutputError for a number that no change can have."""
    if not 0 <= sequence < 10**20:
        raise OutputError("A snapshot's sequence number is zero or more, of 20 digits at most.")
    return f"snapshot-{sequence:020d}"


def _in_doubt(path: Path, reason: str) -> SnapshotError:
    return SnapshotError(f"Snapshot {path.name} cannot be trusted: {reason}; build the gallery from the database.")


def _write_merged(frozen: Frozen, folder: Path) -> Segment | None:
    """The new segment of a frozen state, mapped from where it was written; None when there is nothing for one."""
    columns = merged(frozen.profile, frozen.merging)
    if columns is None:
        return None
    name = write_segment(frozen.profile, frozen.key_check, frozen.photo_space, columns, folder)
    # Its digests were made of the very memory that was written; the next start holds the files against them.
    return map_segment(folder / name, frozen.profile, verify=False)


def _write(frozen: Frozen, path: Path, sequence: int, segment: Segment | None) -> None:
    """Write the snapshot itself under a temporary name and rename it, unless it stands there just so."""
    entries = [SegmentEntry(kept.segment.name, kept.rows, len(kept.withdrawn)) for kept in frozen.kept]
    if segment is not None:
        entries.append(SegmentEntry(segment.name, segment.rows_written(), 0))
    with unfinished(path.parent, path.name) as temporary:
        withdrawn = np.concatenate([np.zeros(0, np.int32), *(kept.withdrawn for kept in frozen.kept)])
        manifest = Manifest(
            FORMAT, sequence, frozen.profile.name, frozen.profile.digest.hex(), (frozen.key_check or b"").hex(),
            space_text(frozen.photo_space), tuple(entries), write_array(temporary / WITHDRAWN, withdrawn),
        )  # fmt: skip
        write_manifest(temporary, manifest_to_json(manifest))
        publish(temporary, path)


def _remove(folder: Path, which: Callable[[], list[Path]]) -> None:
    if not folder.is_dir():
        return
    try:
        with alone_in(folder):
            remove_leftovers(folder)
            for path in which():
                discard(path)
            sync(folder)
            named = _named(folder)
            for path in segments_in(folder):
                if path.name not in named:
                    discard(path)
            sync(folder)
    except OSError as error:
        raise OutputError(f"Old snapshots could not be removed ({error.strerror}); remove them by hand.") from error


def _named(folder: Path) -> set[str]:
    """Names of the segments of all snapshots; one that cannot be read is not believed at the next start either."""
    names = set()
    for path in snapshots(folder):
        try:
            names |= {entry.name for entry in read_manifest(path).segments}
        except SnapshotError:
            continue
    return names
