"""The three files, whole or absent."""

import csv
import os
from pathlib import Path

import pytest

from encoder.synthetic.facts import FACT_COLUMNS
from encoder.synthetic.files import HEADERS, write
from encoder.synthetic.population import SyntheticPopulation, generate
from encoder.synthetic.schema import COLUMNS


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_files_hold_the_population(tmp_path: Path) -> None:
    people = generate(400, 300, 3)
    write(people, tmp_path / "new" / "folder")
    assert read(tmp_path / "new" / "folder" / "missing.csv") == people.missing
    assert read(tmp_path / "new" / "folder" / "found.csv") == people.found
    truth = read(tmp_path / "new" / "folder" / "truth.csv")
    assert [(row["missing_id"], row["found_id"]) for row in truth] == people.truth
    twice = read(tmp_path / "new" / "folder" / "same_kind.csv")
    assert [(row["kind"], row["first_id"], row["second_id"]) for row in twice] == people.same_kind
    assert read(tmp_path / "new" / "folder" / "facts.csv") == people.facts
    assert sorted(p.name for p in (tmp_path / "new" / "folder").iterdir()) == sorted(f"{name}.csv" for name in HEADERS)


def test_header_is_the_schema(tmp_path: Path) -> None:
    write(SyntheticPopulation([], [], []), tmp_path)
    assert (tmp_path / "missing.csv").read_text("utf-8") == ",".join(COLUMNS) + "\n"
    assert (tmp_path / "truth.csv").read_text("utf-8") == "missing_id,found_id\n"
    assert (tmp_path / "same_kind.csv").read_text("utf-8") == "kind,first_id,second_id\n"
    assert (tmp_path / "facts.csv").read_text("utf-8") == ",".join(FACT_COLUMNS) + "\n"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(generate(3, 2, 1), tmp_path)
    before = (tmp_path / "missing.csv").read_bytes()

    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write(generate(3, 2, 2), tmp_path)
    assert (tmp_path / "missing.csv").read_bytes() == before
    assert not list(tmp_path.glob(".*.part"))
