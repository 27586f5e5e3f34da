"""Anything damaged, foreign or contradictory in a snapshot is refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.manifest import Manifest, digest_of, manifest_to_json
from indexer.segment_files import MANIFEST, read_segment_manifest, segments_in
from indexer.snapshots import (
    SnapshotError,
    map_snapshot,
    read_manifest,
)
from tests.indexer.segments import PROFILE, files_of
from tests.matcher.builders import profile_of


def test_one_flipped_bit_in_any_file_is_noticed(written: Path) -> None:
    assert len(files_of(written)) == 2 * 14 + 2
    for file in files_of(written):
        data = file.read_bytes()
        for place in {0, len(data) // 2, len(data) - 1}:
            broken = bytearray(data)
            broken[place] ^= 1
            file.write_bytes(broken)
            with pytest.raises(SnapshotError, match="build the gallery from the database"):
                map_snapshot(written, PROFILE)
        file.write_bytes(data)
    map_snapshot(written, PROFILE)


@pytest.mark.parametrize("verify", [True, False])
def test_a_file_that_is_shorter_longer_or_gone_is_noticed(written: Path, verify: bool) -> None:
    for file in files_of(written):
        data = file.read_bytes()
        for other in (data[:-2], b"", data + b"x"):
            file.write_bytes(other)
            with pytest.raises(SnapshotError):
                map_snapshot(written, PROFILE, verify=verify)
        file.unlink()
        with pytest.raises(SnapshotError):
            map_snapshot(written, PROFILE, verify=verify)
        file.write_bytes(data)


def test_without_verifying_contents_are_believed_and_manifests_are_not(written: Path) -> None:
    [*_, segment] = sorted(segments_in(written.parent))
    codes, manifest = segment / "codes.bin", segment / MANIFEST
    codes.write_bytes(bytes(codes.stat().st_size))
    map_snapshot(written, PROFILE, verify=False)
    manifest.write_text(manifest.read_text().replace("masks", "masts"))
    with pytest.raises(SnapshotError):
        map_snapshot(written, PROFILE, verify=False)


def test_a_missing_or_exchanged_segment_is_noticed(written: Path) -> None:
    one, other = segments_in(written.parent)
    moved = one.rename(one.with_name("elsewhere"))
    with pytest.raises(SnapshotError, match="not all there"):
        map_snapshot(written, PROFILE)
    shutil.copytree(other, one)
    with pytest.raises(SnapshotError, match="name"):
        map_snapshot(written, PROFILE)
    shutil.rmtree(one)
    moved.rename(one)
    map_snapshot(written, PROFILE)


@pytest.mark.parametrize("name", ["sequence", "profile_digest", "key_check", "format", "sha256"])
def test_a_changed_manifest_is_noticed(written: Path, name: str) -> None:
    stated = json.loads((written / MANIFEST).read_text())
    stated[name] = stated[name] + 1 if isinstance(stated[name], int) else "00" + stated[name][2:]
    (written / MANIFEST).write_text(json.dumps(stated))
    with pytest.raises(SnapshotError, match="manifest"):
        map_snapshot(written, PROFILE)


@pytest.mark.parametrize("text", ["", "[]", "{}", "3", '{"sha256": 1}', "\udcff"])
def test_what_is_no_manifest_is_noticed(written: Path, text: str) -> None:
    (written / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SnapshotError, match="manifest"):
        map_snapshot(written, PROFILE)
    [segment, *_] = segments_in(written.parent)
    (segment / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError):
        read_segment_manifest(segment)


def stated_anew(path: Path, **changes: object) -> None:
    """Change the manifest, with a digest that fits."""
    manifest = replace(read_manifest(path), **changes)  # type: ignore[arg-type]
    (path / MANIFEST).write_text(manifest_to_json(manifest))


def wrong_manifests(manifest: Manifest) -> list[dict[str, object]]:
    """Changes that contradict the segments or the files."""
    one, other = manifest.segments
    withdrawn = manifest.withdrawn
    return [
        {"segments": (replace(one, rows=one.rows + 1), other)},
        {"segments": (replace(one, withdrawn=0), other)}, {"segments": (one, one)}, {"segments": ()},
        {"segments": (replace(one, name="../" + one.name), other)}, {"segments": (replace(one, name=""), other)},
        {"segments": (replace(one, withdrawn=one.withdrawn - 1), replace(other, withdrawn=1))},
        {"segments": (replace(one, withdrawn="3"), other)}, {"sequence": 7}, {"sequence": "41"}, {"key_check": "xy"},
        {"key_check": "00" * 8}, {"photo_space": ""}, {"photo_space": "xy"}, {"photo_space": 3},
        {"photo_space": f"dlib.centred.{'00' * 16}"}, {"withdrawn": replace(withdrawn, dtype="<i8")},
        {"withdrawn": replace(withdrawn, shape=(1,))}, {"withdrawn": replace(withdrawn, sha256=())},
    ]


def test_a_manifest_that_contradicts_its_files_is_noticed(written: Path) -> None:
    sound = (written / MANIFEST).read_text()
    for changes in wrong_manifests(read_manifest(written)):
        stated_anew(written, **changes)
        with pytest.raises(SnapshotError):
            map_snapshot(written, PROFILE)
        (written / MANIFEST).write_text(sound)
    map_snapshot(written, PROFILE)


@pytest.mark.parametrize("changes", [
    {"rows": 1}, {"tiles": 7}, {"tiles": -1}, {"files": {}}, {"key_check": "00" * 8}, {"profile_digest": "00" * 32},
    {"photo_space": "xy"}, {"photo_space": f"dlib.centred.{'00' * 16}"},
])  # fmt: skip
def test_a_segment_that_contradicts_its_manifest_is_noticed(written: Path, changes: dict[str, object]) -> None:
    manifest = read_manifest(written)
    one, other = manifest.segments
    stated = replace(read_segment_manifest(written.parent / one.name), **changes)  # type: ignore[arg-type]
    renamed = written.parent / f"segment-{digest_of(stated)}"
    (written.parent / one.name).rename(renamed)
    (renamed / MANIFEST).write_text(manifest_to_json(stated))
    stated_anew(written, segments=(replace(one, name=renamed.name), other))
    with pytest.raises(SnapshotError):
        map_snapshot(written, PROFILE)


def test_another_profile_or_name_is_refused(written: Path) -> None:
    other = profile_of({p.view: p.bits for p in PROFILE.views}, name="other")
    with pytest.raises(SnapshotError, match="other"):
        map_snapshot(written, other)
    renamed = written.rename(written.with_name(f"snapshot-{42:020d}"))
    with pytest.raises(SnapshotError, match="renamed"):
        map_snapshot(renamed, PROFILE)
    with pytest.raises(SnapshotError):
        map_snapshot(written, PROFILE)
