"""Snapshots: what comes back is what was written, and anything damaged, foreign or half-written is refused."""

import fcntl
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import snapshots as module
from indexer.gallery import Gallery
from indexer.manifest import Manifest, manifest_to_json
from indexer.search import KernelSearch
from indexer.snapshots import (
    MANIFEST,
    SnapshotError,
    read_manifest,
    read_snapshot,
    remove_snapshots,
    snapshots,
    write_snapshot,
)
from indexer.vectors import TILE
from matcher.errors import OutputError
from matcher.views import Kind, View
from tests.matcher.builders import code_pool, plain_batch, profile_of, random_batch, random_tables

PROFILE = profile_of({View.CHILD: 64, View.BIRTH: 64, View.HOME: 128})
NUMBERS = st.lists(st.integers(0, 40), unique=True, max_size=12)
STEPS = st.one_of(
    st.tuples(st.sampled_from(list(Kind)), NUMBERS, st.integers(0, 2**20)),
    st.tuples(st.just("withdraw"), NUMBERS),
    st.just(("save",)),
)


def numbered(*numbers: int) -> np.ndarray:
    """Record numbers."""
    return np.array(numbers, dtype=np.int32)


def gallery_of(seed: int = 3, records: int = 60) -> Gallery:
    """A gallery of both kinds with free places."""
    rng = np.random.default_rng(seed)
    pool, gallery = code_pool(rng, PROFILE), Gallery(PROFILE)
    for first, kind in enumerate((Kind.FOUND, Kind.MISSING)):
        numbers = np.arange(records, dtype=np.int32) * 2 + first
        gallery.add(random_batch(rng, pool, PROFILE, kind, records), numbers, 5)
    gallery.withdraw(np.arange(0, records, 7, dtype=np.int32))
    return gallery


def same(one: Gallery, other: Gallery) -> bool:
    """Whether nothing tells one gallery from the other, free places and their order included."""
    there, back = one.state(), other.state()
    arrays = all(array.tobytes() == back[name].tobytes() for name, array in there.items())
    arrays &= all(array.dtype == back[name].dtype and array.shape == back[name].shape for name, array in there.items())
    numbers = all(one.numbers(k).tolist() == other.numbers(k).tolist() for k in Kind)
    counts = all(one.record_count(k) == other.record_count(k) for k in Kind)
    return arrays and numbers and counts and (len(one), one.key_check) == (len(other), other.key_check)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A sound snapshot."""
    return write_snapshot(gallery_of(), tmp_path / "hub", 41)


def stated_anew(path: Path, **changes: object) -> None:
    """Change the manifest, with a digest that fits."""
    manifest = replace(read_manifest(path), **changes)  # type: ignore[arg-type]
    (path / MANIFEST).write_text(manifest_to_json(manifest))


@pytest.mark.parametrize("piece", [1, 5000, 2**26])
def test_what_is_read_is_what_was_written(tmp_path: Path, piece: int) -> None:
    gallery = gallery_of()
    with patch.object(module, "PIECE_BYTES", piece):
        path = write_snapshot(gallery, tmp_path, 12)
        back, sequence = read_snapshot(path, PROFILE)
    assert path.name == f"snapshot-{12:020d}"
    assert sequence == 12
    assert same(gallery, back)


def test_an_empty_gallery_comes_back(tmp_path: Path) -> None:
    back, sequence = read_snapshot(write_snapshot(Gallery(PROFILE), tmp_path, 0), PROFILE)
    assert (len(back), back.key_check, sequence) == (0, None, 0)
    back.add(plain_batch(PROFILE, Kind.FOUND, np.zeros((3, 4), dtype=np.uint64)), numbered(0, 1, 2))
    assert len(back) == 3


def test_searches_after_reading_are_the_same(written: Path) -> None:
    rng = np.random.default_rng(1)
    tables, back = random_tables(rng, PROFILE), read_snapshot(written, PROFILE)[0]
    for kind in Kind:
        probes = random_batch(rng, code_pool(np.random.default_rng(3), PROFILE), PROFILE, kind, 20)
        hits = [KernelSearch(g, 1).top_k_records(probes, tables, 9) for g in (gallery_of(), back)]
        assert len(hits[0]) > 100
        for name in ("probe", "record", "gallery_row", "weight", "rank"):
            assert getattr(hits[0], name).tobytes() == getattr(hits[1], name).tobytes()


@given(st.lists(STEPS, max_size=8))
@settings(max_examples=25, deadline=None)
def test_a_gallery_saved_between_changes_is_one_that_never_was(steps: list[tuple[object, ...]]) -> None:
    gallery, saved = Gallery(PROFILE), Gallery(PROFILE)
    pool = code_pool(np.random.default_rng(0), PROFILE)
    with TemporaryDirectory() as folder:
        for i, step in enumerate(steps):
            if step[0] == "save":
                saved = read_snapshot(write_snapshot(saved.copy(), Path(folder), i), PROFILE)[0]
                continue
            numbers = numbered(*step[1])  # type: ignore[misc]
            for each in (gallery, saved):
                if step[0] == "withdraw":
                    each.withdraw(numbers)
                else:
                    rng = np.random.default_rng(step[2])  # type: ignore[call-overload]
                    each.add(random_batch(rng, pool, PROFILE, Kind(step[0]), len(numbers)), numbers)  # type: ignore[call-overload]
        saved = read_snapshot(write_snapshot(saved, Path(folder), 99), PROFILE)[0]
    assert same(gallery, saved)


def test_whole_free_tiles_are_used_again_after_reading(tmp_path: Path) -> None:
    gallery, codes = Gallery(PROFILE), np.zeros((3 * TILE, 4), dtype=np.uint64)
    numbers = np.arange(3 * TILE, dtype=np.int32)
    gallery.add(plain_batch(PROFILE, Kind.FOUND, codes), numbers)
    gallery.withdraw(numbers)
    back = read_snapshot(write_snapshot(gallery, tmp_path, 1), PROFILE)[0]
    back.add(plain_batch(PROFILE, Kind.FOUND, codes), numbers)
    assert back.tiles == 3


def files_of(path: Path) -> list[str]:
    """Names of all files."""
    return sorted(file.name for file in path.iterdir())


def test_one_flipped_bit_in_any_file_is_noticed(written: Path) -> None:
    assert len(files_of(written)) == 15
    for name in files_of(written):
        data = (written / name).read_bytes()
        for place in {0, len(data) // 2, len(data) - 1}:
            broken = bytearray(data)
            broken[place] ^= 1
            (written / name).write_bytes(broken)
            with pytest.raises(SnapshotError, match="build the gallery from the database"):
                read_snapshot(written, PROFILE)
        (written / name).write_bytes(data)
    read_snapshot(written, PROFILE)


def test_a_file_that_is_shorter_longer_or_gone_is_noticed(written: Path) -> None:
    for name in files_of(written):
        data = (written / name).read_bytes()
        for other in (data[:-2], b"", data + b"x"):
            (written / name).write_bytes(other)
            with pytest.raises(SnapshotError):
                read_snapshot(written, PROFILE)
        (written / name).unlink()
        with pytest.raises(SnapshotError):
            read_snapshot(written, PROFILE)
        (written / name).write_bytes(data)


@pytest.mark.parametrize("name", ["sequence", "rows", "tiles", "profile_digest", "key_check", "format", "sha256"])
def test_a_changed_manifest_is_noticed(written: Path, name: str) -> None:
    content = json.loads((written / MANIFEST).read_text())
    content[name] = content[name] + 1 if isinstance(content[name], int) else "00" + content[name][2:]
    (written / MANIFEST).write_text(json.dumps(content))
    with pytest.raises(SnapshotError, match="manifest"):
        read_snapshot(written, PROFILE)


@pytest.mark.parametrize("text", ["", "[]", "{}", "3", "{\"sha256\": 1}", "\udcff"])
def test_what_is_no_manifest_is_noticed(written: Path, text: str) -> None:
    (written / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SnapshotError, match="manifest"):
        read_snapshot(written, PROFILE)


def wrong_manifests(manifest: Manifest) -> list[dict[str, object]]:
    """Changes that contradict the files or the gallery."""
    files = dict(manifest.files)
    masks = files["masks-0000.bin"]
    fewer = {name: entry for name, entry in files.items() if name != "sex-0000.bin"}
    outside = {**fewer, "../sex-0000.bin": files["sex-0000.bin"]}
    return [
        {"rows": manifest.rows + 1}, {"tiles": manifest.tiles + 1}, {"tiles": -1}, {"sequence": 7},
        {"files": {**files, "masks-0000.bin": replace(masks, dtype="<i4")}},
        {"files": {**files, "masks-0000.bin": replace(masks, shape=(*masks.shape, 1))}},
        {"files": {**files, "masks-0000.bin": replace(masks, bytes=masks.bytes + 4)}},
        {"files": {**files, "free_found-0000.bin": replace(files["free_found-0000.bin"], shape=())}},
        {"files": fewer}, {"files": outside}, {"files": {}}, {"key_check": "xy"}, {"sequence": "41"},
    ]


def test_a_manifest_that_contradicts_its_files_is_noticed(written: Path) -> None:
    sound = (written / MANIFEST).read_text()
    for changes in wrong_manifests(read_manifest(written)):
        stated_anew(written, **changes)
        with pytest.raises(SnapshotError):
            read_snapshot(written, PROFILE)
        (written / MANIFEST).write_text(sound)


def test_another_profile_or_name_is_refused(written: Path) -> None:
    other = profile_of({p.view: p.bits for p in PROFILE.views}, name="other")
    with pytest.raises(SnapshotError, match="other"):
        read_snapshot(written, other)
    renamed = written.rename(written.with_name(f"snapshot-{42:020d}"))
    with pytest.raises(SnapshotError, match="renamed"):
        read_snapshot(renamed, PROFILE)
    with pytest.raises(SnapshotError):
        read_snapshot(written, PROFILE)


def test_only_the_owner_reads_it(written: Path) -> None:
    assert {written.stat().st_mode & 0o777, written.parent.stat().st_mode & 0o777} == {0o700}
    assert {file.stat().st_mode & 0o777 for file in written.iterdir()} == {0o600}


def test_messages_and_reprs_hold_no_key_check(written: Path) -> None:
    assert gallery_of().key_check is not None
    assert read_manifest(written).key_check not in repr(read_manifest(written))


def test_the_same_sequence_is_written_once_unless_it_is_damaged(written: Path) -> None:
    def inodes() -> list[int]:
        return [(written / name).stat().st_ino for name in files_of(written)]

    before, folder = inodes(), written.parent
    assert write_snapshot(gallery_of(), folder, 41) == written
    assert inodes() == before
    (written / "sex-0000.bin").write_bytes(b"")
    assert write_snapshot(gallery_of(), folder, 41) == written
    assert same(read_snapshot(written, PROFILE)[0], gallery_of())
    assert [path.name for path in folder.iterdir()] == [written.name]


def test_another_key_takes_the_place_of_a_snapshot(written: Path) -> None:
    gallery = Gallery(PROFILE)
    gallery.add(plain_batch(PROFILE, Kind.FOUND, np.zeros((1, 4), dtype=np.uint64), b"otherkey"), numbered(0))
    write_snapshot(gallery, written.parent, 41)
    assert read_snapshot(written, PROFILE)[0].key_check == b"otherkey"


def test_newest_first_and_old_ones_go(tmp_path: Path) -> None:
    gallery = gallery_of(records=4)
    assert snapshots(tmp_path / "nowhere") == []
    remove_snapshots(tmp_path / "nowhere", 1)
    paths = [write_snapshot(gallery, tmp_path, n) for n in (9, 100, 20)]
    (tmp_path / "notes.txt").write_text("kept")
    (tmp_path / f"snapshot-{5:020d}").write_text("a file")
    (tmp_path / "snapshot-5").mkdir()
    assert snapshots(tmp_path) == [paths[1], paths[2], paths[0]]
    remove_snapshots(tmp_path, 2)
    assert snapshots(tmp_path) == [paths[1], paths[2]]
    remove_snapshots(tmp_path, 0)
    assert snapshots(tmp_path) == []
    assert (tmp_path / "notes.txt").exists()


KILLED = """
import os, sys
from pathlib import Path
from indexer.gallery import Gallery
from indexer.snapshots import write_snapshot
from tests.indexer.test_snapshots import PROFILE
Path.rename = lambda self, target: os._exit(9)
write_snapshot(Gallery(PROFILE), Path(sys.argv[1]), 50)
"""


def test_a_writer_killed_before_the_rename_leaves_nothing_that_counts(written: Path, repository: Path) -> None:
    folder = written.parent
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], cwd=repository, check=False, timeout=120)
    assert done.returncode == 9
    assert len(list(folder.iterdir())) == 2
    assert snapshots(folder) == [written]
    later = write_snapshot(gallery_of(), folder, 50)
    assert sorted(folder.iterdir()) == [written, later]
    assert same(read_snapshot(later, PROFILE)[0], gallery_of())


def test_leftovers_are_ignored_and_removed(written: Path) -> None:
    leftover = written.with_name(f".temporary-snapshot-{60:020d}")
    leftover.mkdir()
    (leftover / "codes-0000.bin").write_bytes(b"half")
    assert snapshots(written.parent) == [written]
    remove_snapshots(written.parent, 3)
    assert list(written.parent.iterdir()) == [written]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    full = patch("os.fsync", side_effect=OSError(28, "No space left on device"))
    with full, pytest.raises(OutputError, match="disk"):
        write_snapshot(gallery_of(), tmp_path, 3)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sequence", [-1, 10**20])
def test_a_sequence_that_no_change_can_have(tmp_path: Path, sequence: int) -> None:
    with pytest.raises(OutputError, match="sequence"):
        write_snapshot(gallery_of(), tmp_path, sequence)
    assert list(tmp_path.iterdir()) == []


def test_a_writer_waits_for_whoever_removes(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    writer = threading.Thread(target=write_snapshot, args=(gallery_of(records=2), tmp_path, 1))
    writer.start()
    writer.join(0.2)
    assert writer.is_alive()
    assert list(tmp_path.iterdir()) == []
    os.close(handle)
    writer.join(30)
    assert len(snapshots(tmp_path)) == 1
