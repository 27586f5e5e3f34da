"""Writers that die, disks that are full, and processes beside this one."""

import fcntl
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from indexer.search import KernelSearch
from indexer.segment_files import segments_in
from indexer.segmented import SegmentedGallery
from indexer.snapshots import (
    map_snapshot,
    read_manifest,
    remove_snapshots,
    snapshots,
)
from matcher.errors import OutputError
from matcher.views import Kind
from tests.indexer.segments import (
    PROFILE,
    batch_of,
    bytes_of,
    content,
    filled,
    names_in,
    no_sync,
    numbered,
    save,
)
from tests.matcher.builders import random_tables


def save_until(snapshot: Path, steps: int) -> int:
    """Load, change and save in a process that dies after so many steps; gives its exit status, 9 when it died."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = [steps]

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            if left[0] == 0:
                os._exit(9)
            left[0] -= 1
            return real(*arguments, **named)

        return call

    try:
        gallery = map_snapshot(snapshot, PROFILE)[0]
        gallery.add(batch_of(Kind.FOUND, 30, 8), np.arange(800, 830, dtype=np.int32))
        gallery.withdraw(numbered(12))
        renaming = patch.multiple(Path, rename=dying(Path.rename), mkdir=dying(Path.mkdir))
        with renaming, patch("os.fsync", dying(lambda handle: None)), patch("os.unlink", dying(os.unlink)):
            save(gallery, snapshot.parent, 50, [14])
            remove_snapshots(snapshot.parent, 1)
        os._exit(0)
    finally:
        os._exit(3)


def test_a_writer_killed_at_any_step_leaves_a_snapshot_that_can_be_read(written: Path) -> None:
    folder, kept = written.parent, written.parent.with_name("kept")
    shutil.copytree(folder, kept)
    sound, newest = content(map_snapshot(written, PROFILE)[0]), []
    for step in range(200):
        status = save_until(written, step)
        with no_sync():
            gallery, sequence = map_snapshot(snapshots(folder)[0], PROFILE)
            newest.append(sequence)
            assert sequence == 50 or content(gallery) == sound
            later = save(gallery, folder, 60)
            remove_snapshots(folder, 1)
        assert set(names_in(folder)) == {later.name, *(entry.name for entry in read_manifest(later).segments)}
        if status == 0:
            break
        assert status == 9
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
    assert newest == sorted(newest)
    assert newest.count(41) > 15
    assert newest.count(50) > 15


def test_leftovers_are_ignored_and_removed(written: Path) -> None:
    before = names_in(written.parent)
    for name in (f".temporary-snapshot-{60:020d}", ".temporary-segment"):
        (written.parent / name).mkdir()
        (written.parent / name / "codes.bin").write_bytes(b"half")
    assert snapshots(written.parent) == [written]
    remove_snapshots(written.parent, 3)
    assert names_in(written.parent) == before


@pytest.mark.parametrize("room", [0, 5, 13, 15, 17])
def test_a_full_disk_leaves_nothing_behind_and_the_gallery_can_be_saved_later(tmp_path: Path, room: int) -> None:
    gallery, real, left = filled(), os.fsync, [room]

    def full(handle: int) -> None:
        if left[0] == 0:
            raise OSError(28, "No space left on device")
        left[0] -= 1
        real(handle)

    with patch("os.fsync", full), pytest.raises(OutputError, match="disk"):
        save(gallery, tmp_path, 3)
    assert snapshots(tmp_path) == []
    assert not any(path.name.startswith(".") for path in tmp_path.iterdir())
    assert content(gallery) == content(filled())
    gallery.withdraw(numbered(8))
    assert content(map_snapshot(save(gallery, tmp_path, 4), PROFILE)[0]) == content(gallery)
    remove_snapshots(tmp_path, 1)
    assert len(segments_in(tmp_path)) == 1


@pytest.mark.parametrize("sequence", [-1, 10**20])
def test_a_sequence_that_no_change_can_have(tmp_path: Path, sequence: int) -> None:
    with pytest.raises(OutputError, match="sequence"):
        save(filled(), tmp_path, sequence)
    assert names_in(tmp_path) == []


def test_a_writer_waits_for_whoever_removes(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    writer = threading.Thread(target=save, args=(filled(2), tmp_path, 1))
    writer.start()
    writer.join(0.2)
    assert writer.is_alive()
    assert names_in(tmp_path) == []
    os.close(handle)
    writer.join(30)
    assert len(snapshots(tmp_path)) == 1


def in_another_process(run: Callable[[], None]) -> None:
    """Run it in a fork, which must end well."""
    child = os.fork()
    if child:
        assert os.waitpid(child, 0)[1] == 0
        return
    try:
        run()
        os._exit(0)
    finally:
        os._exit(3)


def test_processes_that_share_a_segment_do_not_see_each_other_withdraw(written: Path, tmp_path: Path) -> None:
    tables, out = random_tables(np.random.default_rng(1), PROFILE), tmp_path / "hits"

    def hits(gallery: SegmentedGallery) -> bytes:
        return b"".join(bytes_of(KernelSearch(gallery, 1).top_k(batch_of(Kind.MISSING, 9, 5), tables, 4)))

    def there(withdrawn: int) -> bytes:
        def run() -> None:
            other = map_snapshot(written, PROFILE, verify=False)[0]
            other.withdraw(np.arange(withdrawn, dtype=np.int32))
            out.write_bytes(hits(other))

        in_another_process(run)
        return out.read_bytes()

    gallery = map_snapshot(written, PROFILE)[0]
    before, after = hits(gallery), there(60)
    assert after != before == hits(gallery)
    gallery.withdraw(np.arange(60, dtype=np.int32))
    assert hits(gallery) == after
    assert there(0) == before
