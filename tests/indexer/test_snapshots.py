"""Snapshots: what comes back is what was written, and only what is new is written."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from indexer import segment_files
from indexer.search import KernelSearch
from indexer.segment_files import read_segment_manifest, segments_in
from indexer.segmented import SegmentedGallery
from indexer.snapshots import (
    WITHDRAWN,
    map_snapshot,
    read_manifest,
    remove_snapshot,
    remove_snapshots,
    snapshots,
)
from matcher.errors import SpaceMismatchError
from matcher.photos import PhotoSpace
from matcher.views import Kind, View
from tests.indexer.segments import PROFILE, batch_of, bytes_of, content, files_of, filled, names_in, numbered, save
from tests.matcher.builders import random_tables


def test_what_is_mapped_is_what_was_written(tmp_path: Path) -> None:
    gallery = filled()
    with patch.object(segment_files, "RANGE_BYTES", 1000):
        path = save(gallery, tmp_path, 12)
        back, sequence = map_snapshot(path, PROFILE)
        assert len(read_segment_manifest(segments_in(tmp_path)[0]).files["codes"].sha256) > 3
    assert (path.name, sequence) == (f"snapshot-{12:020d}", 12)
    assert content(back) == content(gallery) == content(filled())


def test_the_photo_space_comes_back_and_segments_from_before_there_was_one_stay(tmp_path: Path) -> None:
    gallery, photos = SegmentedGallery(PROFILE), batch_of(Kind.FOUND, 2)
    every = batch_of(Kind.FOUND, 90)
    no_photo = np.uint16((1 << PROFILE.position(View.PHOTO)) - 1)
    without = replace(every, presence=every.presence & no_photo, photo_space=None)
    gallery.add(without, np.arange(90, dtype=np.int32))
    assert map_snapshot(save(gallery, tmp_path, 1), PROFILE)[0].photo_space is None
    gallery.add(photos, numbered(100, 101))
    back = map_snapshot(save(gallery, tmp_path, 2), PROFILE)[0]
    assert [segment.photo_space for segment in back.segments] == [None, photos.photo_space]
    assert back.photo_space == gallery.photo_space == photos.photo_space
    assert content(back) == content(gallery)
    before = content(back)
    with pytest.raises(SpaceMismatchError):
        back.add(replace(photos, photo_space=PhotoSpace("dlib", False, bytes(16))), numbered(100, 102))
    assert content(back) == before


def test_an_empty_gallery_comes_back(tmp_path: Path) -> None:
    back, sequence = map_snapshot(save(SegmentedGallery(PROFILE), tmp_path, 0), PROFILE)
    assert (len(back), back.key_check, sequence) == (0, None, 0)
    back.add(batch_of(Kind.FOUND, 3), numbered(0, 1, 2))
    assert back.record_count(Kind.FOUND) == 3


def test_a_key_stays_when_all_records_are_gone(tmp_path: Path) -> None:
    gallery = filled(3)
    gallery.withdraw(np.arange(6, dtype=np.int32))
    back = map_snapshot(save(gallery, tmp_path, 1), PROFILE)[0]
    assert (len(back), back.key_check) == (0, gallery.key_check)
    assert segments_in(tmp_path) == []


def test_searches_after_mapping_are_the_same(written: Path) -> None:
    tables, plain = random_tables(np.random.default_rng(1), PROFILE), filled()
    plain.add(batch_of(Kind.FOUND, 9, 4), np.arange(500, 509, dtype=np.int32))
    plain.withdraw(numbered(1, 8, 9))
    for kind in Kind:
        probes = batch_of(kind, 20, 5)
        hits = [KernelSearch(g, 1).top_k(probes, tables, 9) for g in (plain, map_snapshot(written, PROFILE)[0])]
        assert len(hits[0]) > 100
        assert bytes_of(hits[0]) == bytes_of(hits[1])


def test_only_what_is_new_is_written(written: Path) -> None:
    gallery = map_snapshot(written, PROFILE)[0]
    before = {path.name for path in segments_in(written.parent)}
    gallery.add(batch_of(Kind.MISSING, 1, 6), numbered(700))
    gallery.withdraw(numbered(10))
    later = save(gallery, written.parent, 42)
    [new] = {path.name for path in segments_in(written.parent)} - before
    assert before < {entry.name for entry in read_manifest(later).segments}
    assert read_segment_manifest(written.parent / new).rows == 1 or read_manifest(later).segments[-1].name == new
    assert content(map_snapshot(later, PROFILE)[0]) == content(gallery)
    assert content(map_snapshot(written, PROFILE)[0]) != content(gallery)


def test_withdrawals_alone_write_no_segment(written: Path) -> None:
    gallery, before = map_snapshot(written, PROFILE)[0], sorted(segments_in(written.parent))
    gallery.withdraw(numbered(10))
    later = save(gallery, written.parent, 42)
    assert sorted(segments_in(written.parent)) == before
    assert content(map_snapshot(later, PROFILE)[0]) == content(gallery)


def test_a_segment_that_lost_a_quarter_of_its_rows_is_written_anew(tmp_path: Path) -> None:
    gallery = filled()
    save(gallery, tmp_path, 1)
    [old] = segments_in(tmp_path)
    gallery.withdraw(np.arange(40, dtype=np.int32))
    save(gallery, tmp_path, 2)
    remove_snapshots(tmp_path, 1)
    [new] = segments_in(tmp_path)
    assert new != old
    assert read_segment_manifest(new).rows == len(gallery)


def test_withdrawing_changes_no_file(written: Path) -> None:
    before = [file.read_bytes() for file in files_of(written)]
    gallery = map_snapshot(written, PROFILE)[0]
    gallery.withdraw(np.arange(600, dtype=np.int32))
    assert len(gallery) == 0
    assert [file.read_bytes() for file in files_of(written)] == before


def test_only_the_owner_reads_it(written: Path) -> None:
    folders = {written.parent, written, *segments_in(written.parent)}
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert {file.stat().st_mode & 0o777 for file in files_of(written)} == {0o600}


def test_messages_and_reprs_hold_no_key_check(written: Path) -> None:
    manifest = read_manifest(written)
    assert manifest.key_check
    assert manifest.key_check not in repr(manifest) + repr(read_segment_manifest(segments_in(written.parent)[0]))


def test_the_same_sequence_takes_the_place_of_what_was_there(written: Path) -> None:
    (written / WITHDRAWN).write_bytes(b"")
    assert save(filled(), written.parent, 41) == written
    assert content(map_snapshot(written, PROFILE)[0]) == content(filled())
    remove_snapshots(written.parent, 2)
    assert len(names_in(written.parent)) == 2


def test_a_damaged_segment_of_the_same_content_is_written_again(tmp_path: Path) -> None:
    path = save(filled(), tmp_path, 1)
    [segment] = segments_in(tmp_path)
    (segment / "codes.bin").write_bytes(bytes((segment / "codes.bin").stat().st_size))
    assert save(filled(), tmp_path, 2).parent == tmp_path
    assert segments_in(tmp_path) == [segment]
    assert content(map_snapshot(path, PROFILE)[0]) == content(filled())


def test_segments_that_somebody_removed_are_written_again(written: Path) -> None:
    gallery = map_snapshot(written, PROFILE)[0]
    remove_snapshots(written.parent, 0)
    assert names_in(written.parent) == []
    assert content(map_snapshot(save(gallery, written.parent, 42), PROFILE)[0]) == content(gallery)


def test_newest_first_and_old_ones_go_with_their_segments(tmp_path: Path) -> None:
    assert snapshots(tmp_path / "nowhere") == []
    remove_snapshots(tmp_path / "nowhere", 1)
    paths = [save(filled(n, n), tmp_path, n) for n in (9, 100, 20)]
    (tmp_path / "notes.txt").write_text("kept")
    (tmp_path / f"snapshot-{5:020d}").write_text("a file")
    (tmp_path / "snapshot-5").mkdir()
    assert snapshots(tmp_path) == [paths[1], paths[2], paths[0]]
    remove_snapshots(tmp_path, 2)
    assert snapshots(tmp_path) == [paths[1], paths[2]]
    assert {path.name for path in segments_in(tmp_path)} == {
        entry.name for path in paths[1:] for entry in read_manifest(path).segments
    }
    remove_snapshot(paths[1])
    remove_snapshot(paths[0])
    assert snapshots(tmp_path) == [paths[2]]
    assert len(segments_in(tmp_path)) == 1
    remove_snapshots(tmp_path, 0)
    assert names_in(tmp_path) == ["notes.txt", f"snapshot-{5:020d}", "snapshot-5"]
