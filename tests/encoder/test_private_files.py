"""Private files: mode, no overwriting, nothing left behind."""

import os
from pathlib import Path

import pytest

from encoder.private_files import read_private_file, write_new_private_file


def test_round_trip_of_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    path, before = tmp_path / "file", os.umask(0)
    try:
        write_new_private_file(path, b"content")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_private_file(path, 100) == b"content"
    assert read_private_file(path, 3) == b"con"
    assert os.listdir(tmp_path) == ["file"]


def test_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_new_private_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_does_not_follow_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_new_private_file(tmp_path / "link", b"new")
    assert os.listdir(tmp_path) == ["link"]


@pytest.mark.parametrize("failing_call", [1, 2])
def test_a_failing_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing_call: int) -> None:
    """The first fsync is the file's, the second the folder's."""
    calls = []

    def fail(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == failing_call:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_new_private_file(tmp_path / "file", b"content")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_have_rights_on(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    path.chmod(mode)
    with pytest.raises(PermissionError):
        read_private_file(path, 100)


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(OSError, match="not a regular file"):
        read_private_file(tmp_path / "pipe", 100)
