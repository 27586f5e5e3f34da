"""Every kind of bad input, through the command line: file, row and field are named, and every good row is kept."""

from pathlib import Path

import pytest

from api.cli.main import run
from tests.api.cli.people import HEADER, complaint, read_pairs, row_of, text_of, write_sides

GOOD = [row_of(i, "missing") for i in range(6)]


@pytest.fixture
def found(tmp_path: Path) -> str:
    """The other side, without a fault."""
    return str(write_sides(tmp_path, 6)[1])


def linked(
    folder: Path, found: str, data: bytes, capsys: pytest.CaptureFixture[str], status: int, name: str = "bad.csv"
) -> tuple[list[dict[str, str]], str, set[str]]:
    """Problems written, standard error, and the missing records that came through."""
    (folder / name).write_bytes(data)
    out, problems = folder / "pairs.csv", folder / "problems.csv"
    arguments = ["link", str(folder / name), found, "-o", str(out), "--problems", str(problems), "--min-weight", "-999"]
    capsys.readouterr()
    assert run([*arguments, "--quiet"]) == status
    return read_pairs(problems), capsys.readouterr().err, {pair["missing_id"] for pair in read_pairs(out)}


def spoiled(**fields: str) -> bytes:
    """Six good rows, and in row 4 (record M-002) some fields changed."""
    rows = [dict(row) for row in GOOD]
    rows[2].update(fields)
    return text_of(rows).encode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date_of_birth", "2011-13-45"), ("date_of_birth", "BS:2060-13-01"), ("date_of_birth", "AH:1420-14-02"),
        ("date_of_birth", "BN:1410-02-40"), ("event_date", "2025-02-30"), ("sex", "purple"),
        ("name", "x" * 10_000_000),
    ],
)  # fmt: skip
def test_a_bad_field_costs_that_field(
    tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str], field: str, value: str
) -> None:
    problems, err, ids = linked(tmp_path, found, spoiled(**{field: value}), capsys, 0)
    assert [(p["file"], p["row"], p["field"]) for p in problems] == [("bad.csv", "4", field)]
    assert f"bad.csv, row 4, {field}" in err
    assert value not in err
    assert ids == {row["record_id"] for row in GOOD}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date_of_birth", "1 January 2011"), ("event_date", "2049-02-03"), ("name", "Meena🙂 Hansda"),
        ("name", "Late Smt."), ("mother_name", "मीnaa Devi"),
    ],
)  # fmt: skip
def test_what_could_be_mended_is_a_note_that_costs_nothing(
    tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str], field: str, value: str
) -> None:
    problems, err, ids = linked(tmp_path, found, spoiled(**{field: value}), capsys, 0)
    assert {(p["row"], p["field"], p["severity"]) for p in problems} == {("4", field, "note")}
    assert value not in err
    # Whoever went missing in the future was found by nobody: the order of events is a hard rule.
    assert ids == {row["record_id"] for row in GOOD} - ({"M-002"} if field == "event_date" else set())


@pytest.mark.parametrize("nothing", ["unknown", "N/A", "नामालूम", "."])
def test_words_for_nothing_are_no_problem(
    tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str], nothing: str
) -> None:
    cells = dict.fromkeys(("name", "date_of_birth", "event_date", "father_name", "home_district"), nothing)
    problems, _, ids = linked(tmp_path, found, spoiled(**cells), capsys, 0)
    assert problems == []
    assert ids >= {row["record_id"] for row in GOOD} - {"M-002"}


def test_an_age_of_200(tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{**row, "age": "9"} for row in GOOD]
    rows[2]["age"] = "200"
    data = text_of(rows, (*HEADER, "age")).encode()
    problems, err, ids = linked(tmp_path, found, data, capsys, 0)
    assert ("4", "age") in {(p["row"], p["field"]) for p in problems}
    assert "bad.csv, row 4, age" in err
    assert len(ids) == 6


def test_a_doubled_record_id_and_a_missing_one_cost_their_rows(
    tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [*GOOD, {**row_of(7, "missing"), "record_id": "M-001"}, {**row_of(8, "missing"), "record_id": ""}]
    problems, err, ids = linked(tmp_path, found, text_of(rows).encode(), capsys, 1)
    assert [(p["row"], p["field"]) for p in problems] == [("8", "record_id"), ("9", "record_id")]
    assert "row 3" in problems[0]["message"]
    assert "bad.csv, row 8, record_id (row rejected)" in err
    assert ids == {row["record_id"] for row in GOOD}


def test_a_row_of_the_other_kind(tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str]) -> None:
    problems, _, ids = linked(tmp_path, found, spoiled(kind="found"), capsys, 1)
    assert [(p["row"], p["field"]) for p in problems] == [("4", "kind")]
    assert ids == {row["record_id"] for row in GOOD} - {"M-002"}


def test_a_repeated_header_costs_its_row(tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str]) -> None:
    header, _, rest = text_of(GOOD).partition("\n")
    problems, _, ids = linked(tmp_path, found, f"{header}\n{header}\n{rest}".encode(), capsys, 1)
    assert [p["row"] for p in problems] == ["2"]
    assert len(ids) == 6


def test_a_byte_order_mark_is_no_problem(tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str]) -> None:
    problems, _, ids = linked(tmp_path, found, text_of(GOOD).encode("utf-8-sig"), capsys, 0)
    assert (problems, len(ids)) == ([], 6)


def test_an_unknown_column_is_reported(tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str]) -> None:
    data = text_of([{**row, "favourite_game": "ludo"} for row in GOOD], (*HEADER, "favourite_game")).encode()
    problems, err, ids = linked(tmp_path, found, data, capsys, 0)
    assert ["favourite_game" in p["message"] for p in problems] == [True]
    assert "favourite_game" in err
    assert len(ids) == 6


def test_a_line_in_another_encoding_costs_its_row(
    tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = spoiled(name="Zoe Murmu").replace(b"Zoe", "Zoé".encode("latin-1"))
    problems, _, ids = linked(tmp_path, found, data, capsys, 1)
    assert [p["row"] for p in problems] == ["4"]
    assert "UTF-8" in problems[0]["message"]
    assert ids == {row["record_id"] for row in GOOD} - {"M-002"}


def test_many_problems_are_counted_and_all_written(
    tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{**row_of(i % 12, "missing"), "record_id": f"M-{i}", "sex": "purple"} for i in range(60)]
    problems, err, ids = linked(tmp_path, found, text_of(rows).encode(), capsys, 0)
    assert (len(problems), len(ids)) == (60, 60)
    assert "40 more problems" in err


WHOLE_FILES = {
    "wrong encoding": ("bad.csv", text_of([{**row, "name": "Zoé"} for row in GOOD]).encode("latin-1"), "UTF-8"),
    "no header": ("bad.csv", text_of(GOOD).partition("\n")[2].encode(), "record_id"),
    "doubled column": ("bad.csv", text_of(GOOD).replace("sex", "name", 1).encode(), "name"),
    "empty": ("bad.csv", b"", "empty"),
    "blank": ("bad.csv", b"\n\n\n", "empty"),
    "header only": ("bad.csv", text_of([]).encode(), "no usable record"),
    "only bad rows": ("bad.csv", text_of([{**GOOD[0], "record_id": ""}]).encode(), "row 2"),
    "spreadsheet named csv": ("bad.csv", b"PK\x03\x04rest", "spreadsheet"),
    "empty spreadsheet": ("bad.xlsx", b"", "empty"),
    "not a spreadsheet": ("bad.xlsx", text_of(GOOD).encode(), "XLSX"),
    "damaged spreadsheet": ("bad.xlsx", b"PK\x03\x04" + b"\0" * 400, "damaged"),
    "another format": ("bad.pdf", b"%PDF", "CSV"),
}


@pytest.mark.parametrize("case", list(WHOLE_FILES))
def test_a_file_that_cannot_be_used(
    tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    name, data, words = WHOLE_FILES[case]
    (tmp_path / name).write_bytes(data)
    out = tmp_path / "pairs.csv"
    sentence = complaint(capsys, ["link", str(tmp_path / name), found, "-o", str(out), "--quiet"], 2)
    assert name in sentence
    assert words in sentence
    assert "Zo" not in sentence
    assert not out.exists()


def test_files_that_are_not_there(tmp_path: Path, found: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "pairs.csv")
    assert "absent.csv" in complaint(capsys, ["link", str(tmp_path / "absent.csv"), found, "-o", out, "--quiet"], 2)
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    assert "folder.csv" in complaint(capsys, ["link", str(folder), found, "-o", out, "--quiet"], 2)
