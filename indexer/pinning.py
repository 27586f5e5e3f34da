"""Pin a snapshot: keep its files for a run, whatever becomes of the folder that it was saved to."""

import os
import shutil
from pathlib import Path

from indexer.durable import alone_in, made, publish, remove_leftovers, sync, unfinished
from indexer.snapshots import SnapshotError, read_manifest
from matcher.errors import OutputError


def pin_snapshot(snapshot: Path, target: Path) -> None:
    """Have `target / snapshot.name` be this snapshot, its segments beside it, durably; map_snapshot opens it.

    Files are linked, or copied where links are impossible. What stands there already is kept, so a pin that was
    interrupted can be made again. Whoever pins removes the folder when the run is over: erased records stay in it.

    Raises:
        OutputError: the disk refuses.
        SnapshotError: the snapshot is not there any more, or is damaged.
    """
    try:
        with alone_in(made(target)):
            remove_leftovers(target)
            if not (target / snapshot.name).is_dir():
                with alone_in(snapshot.parent):
                    _pin(snapshot, target)
    except FileNotFoundError as error:
        raise SnapshotError("The snapshot is not there any more; save the index and pin it anew.") from error
    except OSError as error:
        raise OutputError(f"A snapshot could not be pinned ({error.strerror}); see to the disk.") from error


def _pin(snapshot: Path, target: Path) -> None:
    """The snapshot itself comes last: where it stands, everything stands."""
    for entry in read_manifest(snapshot).segments:
        if not (target / entry.name).is_dir():
            _link_folder(snapshot.parent / entry.name, target)
    _link_folder(snapshot, target)


def _link_folder(source: Path, target: Path) -> None:
    with unfinished(target, source.name) as temporary:
        for file in source.iterdir():
            _link(file, temporary / file.name)
        publish(temporary, target / source.name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        target.chmod(0o600)
        sync(target)
