"""`milap evaluate`."""

from pathlib import Path

import pytest

from api.cli.main import run
from tests.api.cli.people import complaint, summary

HEAD = "missing_id,found_id,match_weight,probability,rank\n"
PAIRS = HEAD + "A,1,9.5,0.9,1\nA,2,3.0,0.05,2\nB,3,4.0,0.5,1\nB,4,3.5,0.4,2\n"
TRUTH = "missing_id,found_id\nA,1\nB,4\nC,9\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with both files, where the test stands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pairs.csv").write_text(PAIRS)
    (tmp_path / "truth.csv").write_text(TRUTH)
    return tmp_path


@pytest.mark.usefixtures("files")
def test_figures(capsys: pytest.CaptureFixture[str]) -> None:
    told = summary(capsys, ["evaluate", "pairs.csv", "truth.csv"])
    assert (told["pairs"], told["truth"]) == (4, 3)
    assert told["recall"] == pytest.approx({"1": 1 / 3, "5": 2 / 3, "10": 2 / 3, "100": 2 / 3})
    assert told["precision"] == pytest.approx({"1": 0.5, "5": 0.5, "10": 0.5, "100": 0.5})
    assert told["best_f1"] == pytest.approx(2 / 3)
    assert told["best_threshold"] == 3.5


@pytest.mark.usefixtures("files")
def test_figures_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "pairs.csv", "truth.csv"]) == 0
    out = capsys.readouterr().out
    assert "recall 0.3333" in out
    assert "best F1 0.6667 at weight 3.50" in out


def test_no_pairs_at_all(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "pairs.csv").write_text(HEAD)
    told = summary(capsys, ["evaluate", "pairs.csv", "truth.csv"])
    assert (told["pairs"], told["best_f1"], told["recall"]["100"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("truth.csv", "missing_id,found_id\n", "truth.csv"), ("truth.csv", "", "truth.csv"),
        ("truth.csv", "missing_id\nA\n", "found_id"), ("pairs.csv", "missing_id,found_id,rank\nA,1,1\n", "weight"),
        ("pairs.csv", HEAD + "A,1,9.5,0.9,1\nA,2,heavy,0,2\n", "pair 2, match_weight"),
        ("pairs.csv", HEAD + "A,1,9.5,0.9,first\n", "pair 1, rank"), ("pairs.csv", HEAD + "A,1,nan,0.9,1\n", "pair 1"),
        ("pairs.csv", HEAD + "A,1,9.5,0.9,inf\n", "pair 1, rank"), ("pairs.csv", HEAD + "A,1,9.5,0.9,0\n", "rank"),
        ("pairs.csv", HEAD + "A,1,9.5,0.9,1e12\n", "rank"), ("pairs.csv", HEAD + "A,1\n", "row 2"),
    ],
)  # fmt: skip
def test_a_spoiled_file_is_named(
    files: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, words: str
) -> None:
    (files / file).write_text(text)
    sentence = complaint(capsys, ["evaluate", "pairs.csv", "truth.csv"], 2)
    assert file in sentence
    assert words in sentence


@pytest.mark.usefixtures("files")
def test_absent_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert "absent.csv" in complaint(capsys, ["evaluate", "absent.csv", "truth.csv"], 2)
    assert "absent.csv" in complaint(capsys, ["evaluate", "pairs.csv", "absent.csv"], 2)
