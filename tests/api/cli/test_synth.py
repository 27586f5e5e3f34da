"""`milap synth`."""

import csv
from pathlib import Path

import pytest

from api.cli.main import run
from encoder.synthetic.files import HEADERS
from tests.api.cli.people import complaint, summary


def synth(folder: Path, *more: str) -> list[str]:
    return ["synth", "--records", "200", "--seed", "4", "-o", str(folder), *more]


def test_five_files_and_their_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = summary(capsys, synth(tmp_path / "new"))
    texts = {name: (tmp_path / "new" / f"{name}.csv").read_text("utf-8") for name in HEADERS}
    lines = {name: list(csv.reader(text.splitlines())) for name, text in texts.items()}
    assert {name: rows[0] for name, rows in lines.items()} == {name: list(header) for name, header in HEADERS.items()}
    assert len(lines["missing"]) - 1 == told["missing"] == 200
    assert len(lines["found"]) - 1 == told["found"] == 122
    assert len(lines["truth"]) - 1 == len(lines["facts"]) - 1 == told["true_pairs"]
    assert len(lines["same_kind"]) - 1 == told["same_kind"]
    assert lines["truth"][0] == ["missing_id", "found_id"]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    assert run(synth(tmp_path / "a")) == run(synth(tmp_path / "b", "--processes", "1")) == 0
    for name in HEADERS:
        assert (tmp_path / "a" / f"{name}.csv").read_bytes() == (tmp_path / "b" / f"{name}.csv").read_bytes()


def test_difficulty_and_single_rates_change_what_is_written(tmp_path: Path) -> None:
    assert run(synth(tmp_path / "field")) == run(synth(tmp_path / "harsh", "--difficulty", "harsh")) == 0
    assert (tmp_path / "field" / "found.csv").read_bytes() != (tmp_path / "harsh" / "found.csv").read_bytes()
    assert run(synth(tmp_path / "own", "--rate", "duplicate=0", "--rate", "transfer=0")) == 0
    assert (tmp_path / "own" / "same_kind.csv").read_text("utf-8") == "kind,first_id,second_id\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--difficulty", "hard"), "easy, field, harsh"),
        (("--rate", "typo"), "a name and a number"),
        (("--rate", "typo=much"), "a name and a number"),
        (("--rate", "tipo=0.1"), "tipo is not the name of a rate"),
        (("--rate", "typo=2"), "typo must lie between 0 and 1"),
        (("--rate", "typo=nan"), "typo must lie between 0 and 1"),
        (("--seed", "-1"), "--seed"),
        (("--records", "0"), "--records"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str
) -> None:
    assert said in complaint(capsys, synth(tmp_path, *more), 2)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert "could not be written" in complaint(capsys, synth(tmp_path / "file"), 3)
