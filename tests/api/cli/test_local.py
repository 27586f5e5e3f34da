"""`milap link` from end to end on a dozen invented children."""

import csv
import os
import sys
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from api.cli import linking, local, output
from api.cli.main import run
from matcher.model_file import model_to_json, read_model
from matcher.profile import LOCAL_2026_11_22, PROFILES
from tests.api.cli.people import HEADER, complaint, read_pairs, row_of, summary, write_sides

FIXED = ["missing_id", "found_id", "match_weight", "probability", "rank"]


@pytest.fixture
def sides(tmp_path: Path) -> list[str]:
    """Arguments naming both files."""
    return [str(path) for path in write_sides(tmp_path)]


def link(folder: Path, sides: list[str], *options: str, status: int = 0) -> list[dict[str, str]]:
    """The pairs that a quiet run writes."""
    out = folder / "pairs.csv"
    assert run(["link", *sides, "-o", str(out), "--quiet", *options]) == status
    return read_pairs(out)


def test_the_right_child_stands_first(tmp_path: Path, sides: list[str]) -> None:
    pairs = link(tmp_path, sides, "--min-weight", "-1000", "--top", "12")
    first = {pair["missing_id"]: pair["found_id"] for pair in pairs if pair["rank"] == "1"}
    assert first == {f"M-{i:03}": f"F-{i:03}" for i in range(12)}
    assert len(pairs) == 12 * 12


def test_columns_and_order(tmp_path: Path, sides: list[str]) -> None:
    pairs = link(tmp_path, sides, "--min-weight", "-1000", "--top", "5")
    parts = [f"weight_{p.view.value}" for p in LOCAL_2026_11_22.views]
    assert list(pairs[0])[: len(FIXED) + len(parts)] == FIXED + parts
    assert all(name.startswith("weight_") for name in list(pairs[0])[len(FIXED) :])
    lists: dict[str, list[dict[str, str]]] = {}
    for pair in pairs:
        lists.setdefault(pair["missing_id"], []).append(pair)
    together = [pair["missing_id"] for pair in pairs]
    assert list(lists) == [f"M-{i:03}" for i in range(12)]
    assert together == sorted(together)
    for mine in lists.values():
        assert [pair["rank"] for pair in mine] == ["1", "2", "3", "4", "5"]
        weights = [float(pair["match_weight"]) for pair in mine]
        assert weights == sorted(weights, reverse=True)
        assert 0 <= sum(float(pair["probability"]) for pair in mine) <= 1.00001
        for pair in mine:
            assert sum(float(pair[name]) for name in list(pair)[5:]) == pytest.approx(float(pair["match_weight"]))


def test_top_and_least_weight(tmp_path: Path, sides: list[str]) -> None:
    assert all(int(pair["rank"]) <= 2 for pair in link(tmp_path, sides, "--top", "2", "--min-weight", "-1000"))
    strong = link(tmp_path, sides, "--min-weight", "12.5")
    assert strong
    assert all(float(pair["match_weight"]) >= 12.5 for pair in strong)
    assert link(tmp_path, sides, "--min-weight", "900") == []
    everything = link(tmp_path, sides, "--min-weight", "-99999999", "--top", "1000")
    assert len(everything) == 144


def test_one_to_one(tmp_path: Path) -> None:
    rows = [row_of(i, "missing") for i in range(6)] + [{**row_of(0, "missing"), "record_id": "M-twin"}]
    missing, found = write_sides(tmp_path, 6)
    with missing.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    pairs = link(tmp_path, [str(missing), str(found)], "--one-to-one")
    for side in ("missing_id", "found_id"):
        assert len({pair[side] for pair in pairs}) == len(pairs)
    assert {(f"M-{i:03}", f"F-{i:03}") for i in range(1, 6)} <= {(p["missing_id"], p["found_id"]) for p in pairs}
    twins = [pair for pair in pairs if pair["found_id"] == "F-000"]
    assert [pair["missing_id"] in ("M-000", "M-twin") for pair in twins] == [True]


def test_a_saved_model_gives_the_same_pairs_again(
    tmp_path: Path, sides: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = linking.LinkageKey.generate("milap-link", "once")
    monkeypatch.setattr(linking.LinkageKey, "generate", lambda *_: key)
    model = tmp_path / "model.json"
    fitted = link(tmp_path, sides, "--save-model", str(model))
    text = (tmp_path / "pairs.csv").read_bytes()
    assert link(tmp_path, sides, "--model", str(model)) == fitted
    assert (tmp_path / "pairs.csv").read_bytes() == text
    assert model_to_json(read_model(model)) == model.read_text()


def test_two_runs_under_two_keys_find_the_same_first(tmp_path: Path, sides: list[str]) -> None:
    firsts = [[p["found_id"] for p in link(tmp_path, sides) if p["rank"] == "1"] for _ in range(2)]
    assert firsts[0] == firsts[1]


def test_summary_as_json(tmp_path: Path, sides: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "pairs.csv")
    told = summary(capsys, ["link", *sides, "-o", out])
    assert (told["missing"], told["found"], told["rejected"]) == (12, 12, {"missing": 0, "found": 0})
    assert told["pairs_written"] == len(read_pairs(Path(out)))
    assert told["pairs_compared"] == 144


def test_a_summary_for_people_names_nobody(
    tmp_path: Path, sides: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["link", *sides, "-o", str(tmp_path / "pairs.csv")]) == 0
    captured = capsys.readouterr()
    assert "pairs.csv" in captured.out
    assert not any(word in captured.out + captured.err for word in ("Hansda", "Kendpur", "98300"))


def test_spreadsheets_in_and_out(tmp_path: Path) -> None:
    sides = []
    for kind in ("missing", "found"):
        path = tmp_path / f"{kind}.xlsx"
        with Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEADER)
            for i in range(12):
                sheet.write_row(i + 1, 0, [row_of(i, kind)[name] for name in HEADER])
        sides.append(str(path))
    out = tmp_path / "pairs.xlsx"
    assert run(["link", *sides, "-o", str(out), "--quiet", "--top", "1"]) == 0
    rows = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
    assert rows[0][:5] == FIXED
    assert {(row[0], row[1]) for row in rows[1:]} == {(f"M-{i:03}", f"F-{i:03}") for i in range(12)}


def test_another_profile(tmp_path: Path, sides: list[str]) -> None:
    other = next(name for name in PROFILES if name != LOCAL_2026_11_22.name)
    pairs = link(tmp_path, sides, "--profile", other, "--top", "1")
    assert sum(pair["missing_id"][1:] == pair["found_id"][1:] for pair in pairs) >= 10


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--profile", "nothing"], "nothing"), (["--min-weight", "nan"], "--min-weight"),
        (["--min-weight", "inf"], "--min-weight"), (["--top", "0"], "--top"), (["--top", "many"], "--top"),
        (["--threads", "0"], "--threads"), (["--model", "absent.json"], "absent.json"),
        (["--save-model", "no/such/folder/model.json"], "folder"), (["--problems", "no/such/p.csv"], "folder"),
        (["-o", "pairs.pdf"], "pairs.pdf"), (["-o", "no/such/pairs.csv"], "folder"), (["--nonsense"], "--nonsense"),
    ],
)  # fmt: skip
def test_wrong_use_touches_nothing(
    tmp_path: Path, sides: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    options: list[str], words: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    before = sorted(os.listdir(tmp_path))
    assert words in complaint(capsys, ["link", *sides, "-o", "pairs.csv", "--quiet", *options], 2)
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize("option", ["-o", "--problems", "--save-model"])
def test_an_input_file_is_never_overwritten(
    tmp_path: Path, sides: list[str], capsys: pytest.CaptureFixture[str], option: str
) -> None:
    before = [Path(side).read_bytes() for side in sides]
    arguments = ["link", *sides, "-o", str(tmp_path / "pairs.csv"), option, sides[0]]
    assert "input files" in complaint(capsys, arguments, 2)
    assert [Path(side).read_bytes() for side in sides] == before


def test_a_model_of_another_profile_or_a_spoiled_one_is_wrong_input(
    tmp_path: Path, sides: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model.json"
    link(tmp_path, sides, "--save-model", str(model))
    other = next(name for name in PROFILES if name != LOCAL_2026_11_22.name)
    arguments = ["link", *sides, "-o", str(tmp_path / "p.csv"), "--quiet", "--model", str(model)]
    assert "--profile" in complaint(capsys, [*arguments, "--profile", other], 2)
    model.write_text("{}")
    assert "model.json" in complaint(capsys, arguments, 2)
    assert not (tmp_path / "p.csv").exists()


def test_ctrl_c_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, sides: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pairs.csv").write_text("old")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    arguments = ["link", *sides, "-o", str(tmp_path / "pairs.csv"), "--quiet"]
    for module, name in ((local, "link_files"), (linking, "compare_pairs"), (output, "_settle")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, interrupt)
            assert "Stopped" in complaint(capsys, arguments, 3)
        assert (tmp_path / "pairs.csv").read_text() == "old"
        assert sorted(os.listdir(tmp_path)) == ["found.csv", "missing.csv", "pairs.csv"]


def test_an_unforeseen_error_keeps_its_text_to_itself(
    tmp_path: Path, sides: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Meena Hansda of Kendpur")

    monkeypatch.setattr(local, "link_files", fail)
    arguments = ["link", *sides, "-o", str(tmp_path / "pairs.csv")]
    sentence = complaint(capsys, arguments, 3)
    assert "RuntimeError" in sentence
    assert "Hansda" not in sentence
    with pytest.raises(RuntimeError):
        run([*arguments, "--debug"])
    assert sys.exc_info() == (None, None, None)
