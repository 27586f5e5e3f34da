"""Sealed files of several kinds: none opens as another, and open fields come back."""

from pathlib import Path

import pytest

from encoder.sealed_files import KeyFileError, SealedFormat, read_sealed_file, write_sealed_file

LAMP = SealedFormat("milap test lamp", "lamp file", "`milap lamp`", "a backup", ("colour", "shape"))
BELL = SealedFormat("milap test bell", "bell file", "`milap bell`", "the steward")
WRAPPING_KEY = bytes(range(100, 132))
SECRET = bytes(range(200, 232))


def test_fields_and_secret_come_back(tmp_path: Path) -> None:
    write_sealed_file(tmp_path / "lamp", LAMP, {"shape": "round", "colour": "red"}, SECRET, WRAPPING_KEY)
    opened = read_sealed_file(tmp_path / "lamp", LAMP, WRAPPING_KEY)
    assert (opened.secret, dict(opened.fields)) == (SECRET, {"colour": "red", "shape": "round"})
    assert SECRET.hex() not in repr(opened)
    assert repr(SECRET) not in repr(opened)


def test_a_file_of_one_kind_does_not_open_as_another(tmp_path: Path) -> None:
    write_sealed_file(tmp_path / "bell", BELL, {}, SECRET, WRAPPING_KEY)
    with pytest.raises(KeyFileError, match="not a Milap lamp file; name the file that `milap lamp` wrote"):
        read_sealed_file(tmp_path / "bell", LAMP, WRAPPING_KEY)
    renamed = (tmp_path / "bell").read_text().replace("milap test bell", "milap test lamp")
    (tmp_path / "bell").write_text(renamed.replace('"cipher"', '"colour": "red", "shape": "round", "cipher"'))
    with pytest.raises(KeyFileError, match="does not open"):
        read_sealed_file(tmp_path / "bell", LAMP, WRAPPING_KEY)


def test_a_missing_file_names_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"There is no bell file .*; make one with `milap bell` or copy one\."):
        read_sealed_file(tmp_path / "none", BELL, WRAPPING_KEY)
