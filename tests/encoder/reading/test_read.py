"""The one way in."""

from pathlib import Path

import pytest

from encoder.reading.read import read_records
from matcher.errors import InputError
from matcher.views import Kind


def test_kind_is_the_one_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "found.CSV"
    path.write_text("record_id\nF1\n", "utf-8")
    assert [record.kind for record in read_records(path, Kind.FOUND).records] == [Kind.FOUND]


def test_file_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no file .*missing\.csv"):
        read_records(tmp_path / "missing.csv", Kind.MISSING)
    with pytest.raises(InputError, match="There is no file"):
        read_records(tmp_path / "missing.xlsx", Kind.MISSING)


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_records(tmp_path / "folder.csv", Kind.MISSING)


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.pdf", "a"])
def test_other_formats(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="CSV nor XLSX"):
        read_records(tmp_path / name, Kind.MISSING)
