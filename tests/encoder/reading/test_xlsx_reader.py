"""XLSX files: cell types, cells without a value, and files that are none."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from encoder.calendars.parse import parse_date, read_date
from encoder.reading import workbook_scan
from encoder.reading.problems import ReadResult, Severity
from encoder.reading.read import read_records
from matcher.errors import InputError
from matcher.views import Kind, Sex

Change = Callable[[Workbook, Worksheet], object]


def read(folder: Path, *rows: Sequence[object], change: Change | None = None) -> ReadResult:
    """What a workbook with these rows comes to."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    if change:
        change(book, sheet)
    book.save(folder / "a.xlsx")
    return read_records(folder / "a.xlsx", Kind.FOUND)


def test_cells_of_every_type(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        ["record_id", "name", "sex", "date_of_birth", "event_date", "age", "phones", "sealed_by_court", "height_cm"],
        [123.0, " मीरा ", "लड़की", datetime(2012, 3, 5), date(2020, 6, 15), 8, 919800000001, True, 120.5],
        ["F2", None, None, 2012, "BS:2077-03-01", "8", 9800000001.0, False, None],
    )
    assert not result.problems
    first, second = result.records
    assert (first.record_id, first.name, first.sex) == ("123", "मीरा", Sex.FEMALE)
    assert first.birth is not None
    assert first.birth.first == first.birth.last == parse_date("2012-03-05").first
    assert first.event_date == parse_date("2020-06-15")
    assert (first.phones, first.sealed_by_court, first.height_cm) == (("919800000001",), True, 120.5)
    assert (second.date_of_birth, second.phones, second.sealed_by_court) == (read_date("2012"), ("9800000001",), False)


def test_more_sheets_are_noted(tmp_path: Path) -> None:
    result = read(tmp_path, ["record_id"], ["F1"], change=lambda book, _: book.create_sheet("more"))
    assert len(result.records) == 1
    assert [problem.severity for problem in result.problems] == [Severity.NOTE]


def test_hidden_first_sheet_is_passed_over(tmp_path: Path) -> None:
    def hide(book: Workbook, sheet: Worksheet) -> None:
        sheet.sheet_state = "hidden"
        shown = book.create_sheet("shown")
        for row in (["record_id", "age"], ["F9", "=1+1"]):
            shown.append(row)

    result = read(tmp_path, ["lists"], change=hide)
    assert [record.record_id for record in result.records] == ["F9"]
    # The sheet that is looked through for formulas is the one that is read.
    assert [(problem.row, problem.field) for problem in result.problems] == [(1, None), (2, "age")]


def test_merged_cells_are_told(tmp_path: Path) -> None:
    result = read(
        tmp_path, ["record_id", "home_state"], ["F1", "Invented State"], ["F2", None], ["F3", "Other"],
        change=lambda _, sheet: sheet.merge_cells("B2:B3"),
    )  # fmt: skip
    assert [record.home_state for record in result.records] == ["Invented State", None, "Other"]
    assert [(problem.row, problem.field, problem.severity) for problem in result.problems] == [
        (3, "home_state", Severity.DROPPED)
    ]


def test_formula_never_calculated_and_error_cell(tmp_path: Path) -> None:
    def spoil(_: Workbook, sheet: Worksheet) -> None:
        sheet["B3"] = "#REF!"
        sheet["B3"].data_type = "e"

    result = read(tmp_path, ["record_id", "age", "name"], ["F1", "=4+4", "A"], ["F2", None, "B"], ["F3", 8, "C"],
                  change=spoil)  # fmt: skip
    assert [record.name for record in result.records] == ["A", "B", "C"]
    told = [(p.row, p.field, p.message.split(";")[0]) for p in result.problems if p.severity is Severity.DROPPED]
    assert told == [
        (2, "age", "The formula was never calculated"),
        (3, "age", "The cell shows an error of the spreadsheet"),
    ]


def test_calculated_formula_is_its_value(tmp_path: Path) -> None:
    read(tmp_path, ["record_id", "age"], ["F1", "=4+4"])
    _rewrite(tmp_path / "a.xlsx", b"<v />", b"<v>8</v>")
    _rewrite(tmp_path / "a.xlsx", b"<v></v>", b"<v>8</v>")
    result = read_records(tmp_path / "a.xlsx", Kind.FOUND)
    assert result.records[0].age == 8
    assert not [problem for problem in result.problems if problem.severity is Severity.DROPPED]


def test_time_and_overlong_number(tmp_path: Path) -> None:
    result = read(tmp_path, ["record_id", "event_date", "identifiers"], ["F1", time(3, 4), 12345678901234567890])
    assert [problem.field for problem in result.problems] == ["event_date", "identifiers"]
    assert "15 digits" in result.problems[1].message


def test_table_away_from_the_corner_keeps_its_row_numbers(tmp_path: Path) -> None:
    def place(_: Workbook, sheet: Worksheet) -> None:
        for cell, value in {"C3": "record_id", "D3": "age", "C4": "F1", "D4": 8, "C6": "F2", "D6": 200}.items():
            sheet[cell] = value

    result = read(tmp_path, change=place)
    assert [record.record_id for record in result.records] == ["F1", "F2"]
    assert [(p.row, p.field) for p in result.problems if p.severity is Severity.DROPPED] == [(6, "age")]


def test_case_number_without_value_rejects_its_row(tmp_path: Path) -> None:
    result = read(tmp_path, ["record_id"], ["=A9"], ["F2"])
    assert [record.record_id for record in result.records] == ["F2"]
    assert [(problem.row, problem.severity) for problem in result.problems] == [(2, Severity.REJECTED)]


def test_empty_workbook(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"record_id,name\nM1,A\n", r"rename it to end in \.csv"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "password"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_what_is_no_xlsx(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(InputError, match=says):
        read_records(tmp_path / "a.xlsx", Kind.FOUND)


def test_cut_off_and_foreign_archives(tmp_path: Path) -> None:
    read(tmp_path, ["record_id"], ["F1"])
    path = tmp_path / "a.xlsx"
    whole = path.read_bytes()
    for size in range(100, len(whole), 400):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match="damaged"):
            read_records(path, Kind.FOUND)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "x")
    with pytest.raises(InputError, match="damaged"):
        read_records(path, Kind.FOUND)


def test_flipped_bytes_never_escape_the_error_tree(tmp_path: Path) -> None:
    read(tmp_path, ["record_id", "name"], ["F1", "A"])
    path = tmp_path / "a.xlsx"
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            read_records(path, Kind.FOUND)
        except InputError:
            continue


def test_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    read(tmp_path, ["record_id"], ["F1"])
    path = tmp_path / "a.xlsx"
    _rewrite(path, b"<workbook ", b'<!DOCTYPE workbook [<!ENTITY a "aa">]><workbook ', part="workbook.xml")
    with pytest.raises(InputError, match="damaged"):
        read_records(path, Kind.FOUND)


def test_password_on_the_archive(tmp_path: Path) -> None:
    read(tmp_path, ["record_id"], ["F1"])
    path = tmp_path / "a.xlsx"
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    path.write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        read_records(path, Kind.FOUND)


def test_archive_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_scan, "MOST_BYTES", 1 << 20)
    with pytest.raises(InputError, match="unpacks to more than 1 MB"):
        read(tmp_path, ["record_id"], *(["x" * 200] for _ in range(9000)))


def test_stray_cell_at_the_far_corner(tmp_path: Path) -> None:
    def stray(_: Workbook, sheet: Worksheet) -> None:
        sheet["XFD1048576"] = "x"

    with pytest.raises(InputError, match="row 1,048,576, column 16,384"):
        read(tmp_path, ["record_id"], ["F1"], change=stray)


def _rewrite(path: Path, old: bytes, new: bytes, part: str = "sheet1.xml") -> None:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data.replace(old, new) if name.endswith(part) else data)
