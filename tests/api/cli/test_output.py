"""Outputs appear whole or not at all."""

import errno
import gc
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from xlsxwriter import workbook

from api.cli import output
from api.cli.output import replacing
from api.cli.pair_files import PairTable, write_pairs
from matcher.errors import InputError, OutputError


def table(pairs: int = 3) -> PairTable:
    """A few pairs."""
    numbers = np.arange(pairs, dtype=np.int32)
    ids = [f"id-{i}" for i in range(pairs)]
    return PairTable(ids, ids, numbers, numbers / 10, numbers + 1, np.zeros((pairs, 1), np.int32), ("child",))


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("old", [None, "old"])
@pytest.mark.parametrize(("fault", "error"), [(full, OutputError), (stop, KeyboardInterrupt)])
@pytest.mark.parametrize("place", ["fsync", "replace"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_fault_at_the_end_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, place: str, fault, error: type, old: str | None
) -> None:
    path = tmp_path / f"pairs{suffix}"
    if old:
        path.write_text(old)
    monkeypatch.setattr(output.os, place, fault)
    with pytest.raises(error):
        write_pairs(path, table())
    assert os.listdir(tmp_path) == ([path.name] if old else [])
    assert not old or path.read_text() == old


@pytest.mark.parametrize(("fault", "error"), [(full, OutputError), (stop, KeyboardInterrupt)])
def test_a_fault_while_writing_leaves_the_old_file(tmp_path: Path, fault, error: type) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("old")

    def write_half() -> None:
        with replacing(path) as temporary:
            temporary.write_text("half of it")
            fault()

    with pytest.raises(error):
        write_half()
    assert (os.listdir(tmp_path), path.read_text()) == (["pairs.csv"], "old")


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output.os, "fsync", full)
    with pytest.raises(OutputError, match=r"pairs\.csv could not be written \(No space left on device\)"):
        write_pairs(tmp_path / "pairs.csv", table())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_under_a_spreadsheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library wraps the disk's error in one that is no OSError, and forgets its own temporary files."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "elsewhere"))
    monkeypatch.setattr(workbook, "ZipFile", full)
    with pytest.raises(OutputError, match=r"pairs\.xlsx could not be written"):
        write_pairs(tmp_path / "pairs.xlsx", table())
    gc.collect()
    assert os.listdir(tmp_path) == ["elsewhere"]
    assert os.listdir(tmp_path / "elsewhere") == []


def test_a_folder_that_is_not_there_or_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="no folder"):
        write_pairs(tmp_path / "absent" / "pairs.csv", table())
    monkeypatch.setattr(output.tempfile, "mkstemp", full)
    with pytest.raises(OutputError, match=r"pairs\.csv"):
        write_pairs(tmp_path / "pairs.csv", table())


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").mkdir()
    with pytest.raises(OutputError):
        write_pairs(tmp_path / "pairs.csv", table())
    assert os.listdir(tmp_path) == ["pairs.csv"]


def test_the_new_file_has_usual_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with replacing(tmp_path / "a.txt") as temporary:
            temporary.write_text("new")
            assert temporary.parent == tmp_path
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").read_text() == "new"
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640
