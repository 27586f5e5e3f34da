"""Problems of the input, worst first, and all of them in a file."""

from pathlib import Path

import pytest

from api.cli.problem_report import SHOWN, report_problems, write_problems
from encoder.reading.problems import Problem, Severity
from tests.api.cli.people import read_pairs


def problem(row: int, severity: Severity = Severity.NOTE, field: str | None = "sex") -> Problem:
    return Problem("a.csv", row, field, severity, f"Message, {row}")


def test_rejected_rows_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    report_problems([problem(1), problem(2, Severity.DROPPED), problem(3, Severity.REJECTED, None)], None)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" (")[0] for line in lines] == ["a.csv, row 3", "a.csv, row 2, sex", "a.csv, row 1, sex"]


def test_the_rest_is_counted_and_where_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    many = [problem(i) for i in range(SHOWN + 1500)]
    report_problems(many, None)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == SHOWN + 1
    assert "1,500 more" in told[-1]
    assert "--problems" in told[-1]
    report_problems(many, tmp_path / "all.csv")
    assert "all.csv" in capsys.readouterr().err
    report_problems([], None)
    assert capsys.readouterr().err == ""


def test_all_are_written(tmp_path: Path) -> None:
    write_problems(tmp_path / "all.csv", [problem(1), problem(2, Severity.REJECTED, None)])
    rows = read_pairs(tmp_path / "all.csv")
    assert [(row["file"], row["row"], row["field"], row["severity"]) for row in rows] == [
        ("a.csv", "1", "sex", "note"), ("a.csv", "2", "", "row rejected"),
    ]  # fmt: skip
    assert rows[0]["message"] == "Message, 1"
