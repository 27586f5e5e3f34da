"""Files of invented people: nobody here exists."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import run

HEADER = (
    "record_id", "kind", "name", "sex", "date_of_birth", "event_date", "father_name", "mother_name", "home_state",
    "home_district", "home_village", "phones", "marks",
)  # fmt: skip
_NAMES = (
    ("Meena Hansda", "Mina Hansda", "female"), ("Rakesh Murmu", "Rakes Murmu", "male"),
    ("Salma Khatun", "Selma Khatoon", "female"), ("Bikash Oraon", "Vikash Oraon", "male"),
    ("Anjali Sardar", "Anjoli Sardar", "female"), ("Imran Laskar", "Emran Lashkar", "male"),
    ("Puja Tudu", "Pooja Tudu", "female"), ("Suraj Mahato", "Suraj Mahto", "male"),
    ("Rehana Bibi", "Rihana Bibi", "female"), ("Dipak Barman", "Deepak Barman", "male"),
    ("Lakshmi Soren", "Laxmi Soren", "female"), ("Gopal Besra", "Gopal Beshra", "male"),
)  # fmt: skip
_FATHERS = ("Sukhlal", "Jagdish", "Abdul Karim", "Birsa", "Haripada", "Nazrul", "Chhota", "Ganesh", "Motiur", "Subal")
_MOTHERS = ("Phulmani", "Savitri", "Hasina", "Etwari", "Malati", "Rokeya", "Sona", "Kamala", "Jahanara", "Usha")
_VILLAGES = ("Kendpur", "Shalbani", "Nowapara", "Jorapukur", "Baghmari", "Chandipur", "Tilaboni", "Dumurdaha")
_DISTRICTS = ("Bankura", "Purulia", "Malda", "Nadia")


def row_of(i: int, kind: str) -> dict[str, str]:
    """Invented child `i` as one of the two sides writes it down."""
    missing, found, sex = _NAMES[i % len(_NAMES)]
    family = missing.split()[1]
    side = kind == "missing"
    return {
        "record_id": f"{'M' if side else 'F'}-{i:03}", "kind": kind, "name": missing if side else found, "sex": sex,
        "date_of_birth": f"20{10 + i % 7:02}-{1 + i % 12:02}-{3 + i:02}",
        "event_date": "2025-03-01" if side else "2025-03-20",
        "father_name": f"{_FATHERS[i * 3 % 10]} {family}", "mother_name": f"{_MOTHERS[i * 7 % 10]} {family}",
        "home_state": "West Bengal", "home_district": _DISTRICTS[i % 4], "home_village": _VILLAGES[i % 8],
        "phones": f"98300{i:05}", "marks": "scar@forehead" if i % 2 else "mole@cheek:left",
    }  # fmt: skip


def text_of(rows: list[dict[str, str]], header: tuple[str, ...] = HEADER) -> str:
    """The rows as a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_sides(folder: Path, children: int = 12) -> tuple[Path, Path]:
    """missing.csv and found.csv of the same invented children, the found ones in another order."""
    missing, found = folder / "missing.csv", folder / "found.csv"
    missing.write_text(text_of([row_of(i, "missing") for i in range(children)]), encoding="utf-8")
    found.write_text(text_of([row_of(i, "found") for i in reversed(range(children))]), encoding="utf-8")
    return missing, found


def read_pairs(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summary(capsys: pytest.CaptureFixture[str], arguments: list[str], status: int = 0) -> dict[str, Any]:
    """The one JSON object that a command prints."""
    capsys.readouterr()
    assert run([*arguments, "--json"]) == status
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    document = json.loads(out)
    assert isinstance(document, dict)
    return document


def complaint(capsys: pytest.CaptureFixture[str], arguments: list[str], status: int) -> str:
    """The one sentence on standard error of a command that does not go through."""
    capsys.readouterr()
    assert run(arguments) == status
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if line.startswith("milap: ")]
    assert len(lines) == 1
    assert lines[0] == captured.err.splitlines()[-1]
    assert lines[0].endswith(".")
    assert "Traceback" not in captured.err
    assert captured.out == ""
    return lines[0].removeprefix("milap: ")
