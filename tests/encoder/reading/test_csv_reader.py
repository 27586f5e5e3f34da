"""CSV files: encodings, separators, quotation marks, and damage that must not cost good rows."""

import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from encoder.reading.problems import ReadResult, Severity
from encoder.reading.read import read_records
from matcher.errors import InputError
from matcher.views import Kind

HEADER = "record_id,name,sex\n"


def read(folder: Path, data: bytes | str, name: str = "a.csv") -> ReadResult:
    """What a file of these bytes comes to."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_records(path, Kind.MISSING)


def ids(result: ReadResult) -> list[str]:
    """Case numbers of the records."""
    return [record.record_id for record in result.records]


def rejected(result: ReadResult) -> list[int]:
    """Rows that were rejected."""
    return [problem.row for problem in result.problems if problem.severity is Severity.REJECTED]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    result = read(tmp_path, f"{HEADER}M1,मीरा,लड़की\n".encode(encoding))
    assert [record.name for record in result.records] == ["मीरा"]
    assert not result.problems


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    assert ids(read(tmp_path, f"record_id,name{end}M1,A{end}M2,B")) == ["M1", "M2"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_and_lists(tmp_path: Path, separator: str) -> None:
    rows = [["record_id", "nicknames"], ["M1", "Mithu;Guddi"]]
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    assert read(tmp_path, text.getvalue()).records[0].nicknames == ("Mithu", "Guddi")


def test_line_break_in_quotation_marks_and_row_numbers(tmp_path: Path) -> None:
    result = read(tmp_path, f'{HEADER}M1,"Mira\nInvented",f\n\n,,\nM2,B,zzz\n')
    assert ids(result) == ["M1", "M2"]
    assert result.records[0].name == "Mira\nInvented"
    # As a spreadsheet counts: row 2 takes two lines, rows 3 and 4 are blank.
    assert [(problem.row, problem.field) for problem in result.problems] == [(5, "sex")]
    assert result.rows_read == 2


def test_unusual_line_separators_inside_a_cell_do_not_break_the_row(tmp_path: Path) -> None:
    assert read(tmp_path, f"{HEADER}M1,A\u2028B\x0bC,f\n").records[0].name == "A\u2028B\x0bC"


def test_a_few_broken_lines_cost_only_their_rows(tmp_path: Path) -> None:
    lines = [f"M{n},Name,f\n".encode() for n in range(2, 42)]
    lines[4] = "M6,Zoé Canary,f\n".encode("latin-1")
    result = read(tmp_path, HEADER.encode() + b"".join(lines))
    assert len(result.records) == 39
    (problem,) = result.problems
    assert (problem.row, problem.severity) == (6, Severity.REJECTED)
    assert "UTF-8" in problem.message
    assert "Canary" not in str(problem)


def test_one_slip_in_a_file_of_few_lines_costs_only_its_row(tmp_path: Path) -> None:
    result = read(tmp_path, f"{HEADER}M1,Zoé,f\nM2,B,f\n".encode("latin-1"))
    assert (ids(result), rejected(result)) == (["M2"], [2])


def test_other_encoding(tmp_path: Path) -> None:
    rows = "M1,Ann,f\n" + "".join(f"M{n},Zoé,f\n" for n in range(2, 9))
    with pytest.raises(InputError, match=r"line 3 .*CSV UTF-8"):
        read(tmp_path, (HEADER + rows).encode("latin-1"))


@pytest.mark.parametrize("data", [
    (HEADER + "M1,A,f\n").encode("utf-16-le"), b"\xff\xfer\x00e", "record_id,näme\nM1,A\n".encode("latin-1"),
])  # fmt: skip
def test_not_utf_8_at_all(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="CSV UTF-8"):
        read(tmp_path, data)


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", "\n".encode("utf-16"), b",,\n,,\n"])
def test_empty_file(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="empty"):
        read(tmp_path, data)


def test_header_alone_is_no_record(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER) == ReadResult([], [], 0)


def test_no_header(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="record_id") as caught:
        read(tmp_path, "M1,Canary Invented,f\nM2,Canary Invented,m\n")
    assert "Canary" not in str(caught.value)


def test_nul_costs_its_cell(tmp_path: Path) -> None:
    result = read(tmp_path, f"{HEADER}M1,Ca\0nary,f\nM2,B,m\n")
    assert ids(result) == ["M1", "M2"]
    assert result.records[0].name is None
    assert [(problem.field, problem.severity) for problem in result.problems] == [("name", Severity.DROPPED)]


def test_cell_of_ten_megabytes_is_dropped_quickly(tmp_path: Path) -> None:
    started = time.process_time()
    result = read(tmp_path, f'{HEADER}M1,{"x" * 10_000_000},f\nM2,"{"y" * 200_000}",m\nM3,C,f\n')
    assert time.process_time() - started < 5
    assert ids(result) == ["M1", "M2", "M3"]
    assert [record.name for record in result.records] == [None, None, "C"]
    assert all(len(str(problem)) < 200 for problem in result.problems)


@pytest.mark.parametrize("broken", ['M1,"Canary,f\n', 'M1,"Canary "" x,f\n', '"M1,Canary,f\n', 'M1,Canary,"f\n'])
@pytest.mark.parametrize("after", ["M2,B,m\nM3,C,f\n", 'M2,"B",m\nM3,"C",f\n', 'M2,B,"m"\n"M3",C,f\n'])
def test_stray_quotation_mark_does_not_swallow_the_rows_after_it(tmp_path: Path, broken: str, after: str) -> None:
    result = read(tmp_path, HEADER + "M0,A,f\n" + broken + after)
    assert (ids(result), rejected(result)) == (["M0", "M2", "M3"], [3])
    assert "Canary" not in str(result.problems[0])
    assert "quotation mark" in result.problems[0].message


def test_stray_quotation_mark_in_the_last_row(tmp_path: Path) -> None:
    result = read(tmp_path, f'{HEADER}M1,A,f\nM2,"B,m')
    assert (ids(result), rejected(result)) == (["M1"], [3])


def test_stray_quotation_mark_before_thousands_of_rows(tmp_path: Path) -> None:
    rows = "".join(f"M{n},B,m\n" for n in range(2, 3002))
    result = read(tmp_path, f'{HEADER}M1,"A,f\n{rows}')
    assert (len(result.records), rejected(result)) == (3000, [2])


def test_quotation_marks_built_to_be_slow(tmp_path: Path) -> None:
    started = time.process_time()
    result = read(tmp_path, HEADER + 'a","\n' * 20_000)
    assert time.process_time() - started < 10
    assert not result.records or len(result.problems) > 0


def test_inch_mark_inside_a_cell_is_text(tmp_path: Path) -> None:
    result = read(tmp_path, f'{HEADER}M1,A 4" B,f\nM2,"B" b,m\n')
    assert [record.name for record in result.records] == ['A 4" B', "B b"]
    assert not result.problems


def test_quotation_mark_open_in_the_header(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="header"):
        read(tmp_path, 'record_id,"name\nM1,A\n')


def test_spreadsheet_named_csv(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"rename it to end in \.xlsx"):
        read(tmp_path, b"PK\x03\x04rest")


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(',";\n\t'), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_whatever_csv_writes_comes_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [["record_id", "name", "hair"], *([f"M{n}", "a" + a + "a", "b" + b + "b"] for n, (a, b) in enumerate(rows))]
    )
    result = read(tmp_path, text.getvalue())
    assert [(record.name, record.hair) for record in result.records] == [(f"a{a}a", f"b{b}b") for a, b in rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_an_input_error(tmp_path: Path, data: bytes) -> None:
    result = read(tmp_path, HEADER.encode() + b"M1,A,f\n" * 30 + data)
    assert "M1" in ids(result)
    assert len(result.records) + len(rejected(result)) == result.rows_read
