"""Whole files: for their owner alone, whole or not there."""

import os
import stat
from pathlib import Path

import pytest

from api.service.whole_files import whole_file


def write(path: Path, content: bytes, *, replace: bool) -> None:
    with whole_file(path, replace=replace) as file:
        file.write(content)


def fail_half_way(path: Path, error: type[BaseException]) -> None:
    with whole_file(path, replace=True) as file:
        file.write(b"half")
        raise error


@pytest.mark.parametrize("replace", [True, False])
def test_a_file_is_private_alone_and_has_no_name_before_it_is_whole(tmp_path: Path, replace: bool) -> None:
    path, before = tmp_path / "file", os.umask(0)
    try:
        with whole_file(path, replace=replace) as file:
            file.write(b"content")
            assert not path.exists()
            assert file.seek(0) == 0
            assert file.read() == b"content"
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"content"
    assert os.listdir(tmp_path) == ["file"]


def test_a_file_of_that_name_is_replaced_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write(path, b"first", replace=True)
    with pytest.raises(FileExistsError):
        write(path, b"second", replace=False)
    assert path.read_bytes() == b"first"
    write(path, b"third", replace=True)
    assert path.read_bytes() == b"third"
    assert os.listdir(tmp_path) == ["file"]


def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write(tmp_path / "link", b"new", replace=False)
    assert os.listdir(tmp_path) == ["link"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "file"
    write(path, b"first", replace=True)
    with pytest.raises(error):
        fail_half_way(path, error)
    assert path.read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["file"]


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "file", b"content", replace=False)
    assert os.listdir(tmp_path) == []


def test_file_and_folder_are_on_disk_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[bool, bool]] = []

    def note(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), (tmp_path / "file").exists()))

    monkeypatch.setattr(os, "fsync", note)
    write(tmp_path / "file", b"content", replace=True)
    assert synced == [(False, False), (True, True)]
