"""Pair files: what is written is read again, whatever the ids hold."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli import pair_files
from api.cli.pair_files import COLUMNS, PairTable, check_output, read_columns, write_pairs
from matcher.errors import InputError

AWKWARD = ['a,b', 'say "x"', "two\nlines", "=1+1", "+7", "-3", "@x", "007", "1.50", "मीरा-1", "a;b", "'q", "1e5", "x y"]
IDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1).filter(
    lambda text: text == text.strip()
)


def table_of(ids: list[str]) -> PairTable:
    """One pair an id, the found id being another."""
    n = len(ids)
    weight = (np.arange(n, dtype=np.int32) - 1) * 1234
    parts = np.stack([weight, -weight], axis=1)
    rank = np.arange(1, n + 1, dtype=np.int32)
    return PairTable(ids, ids[::-1], weight, np.linspace(0, 1, n), rank, parts, ("child", "sex"))


def round_trip(path: Path, ids: list[str]) -> None:
    write_pairs(path, table_of(ids))
    missing, found, weight, rank, child = read_columns(
        path, ("missing_id", "found_id", "match_weight", "rank", "weight_child")
    )
    assert (missing, found) == (ids, ids[::-1])
    assert [round(float(w) * 1000) for w in weight] == table_of(ids).weight.tolist()
    assert [int(r) for r in rank] == list(range(1, len(ids) + 1))
    assert [float(w) for w in child] == [float(w) for w in weight]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".CSV", ".XLSX"])
def test_awkward_ids(tmp_path: Path, suffix: str) -> None:
    round_trip(tmp_path / f"pairs{suffix}", AWKWARD)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@given(ids=st.lists(IDS, min_size=1, max_size=8))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_ids(tmp_path: Path, suffix: str, ids: list[str]) -> None:
    round_trip(tmp_path / f"pairs{suffix}", ids)


def test_the_file_is_what_programs_expect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_files, "SLICE", 4)
    path = tmp_path / "pairs.csv"
    write_pairs(path, table_of(AWKWARD))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [*COLUMNS, "weight_child", "weight_sex"]
    assert [row[0] for row in rows[1:]] == AWKWARD
    assert b"\r\n" not in path.read_bytes()
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_no_pairs_still_make_a_file_with_a_header(tmp_path: Path) -> None:
    for name in ("pairs.csv", "pairs.xlsx"):
        write_pairs(tmp_path / name, table_of([]))
        assert read_columns(tmp_path / name, COLUMNS) == [[], [], [], [], []]


def test_more_pairs_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_files, "XLSX_ROWS", 2)
    with pytest.raises(InputError, match="do not fit"):
        write_pairs(tmp_path / "pairs.xlsx", table_of(["a", "b", "c"]))
    write_pairs(tmp_path / "pairs.csv", table_of(["a", "b", "c"]))
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.csv"]


@pytest.mark.parametrize("name", ["pairs", "pairs.pdf", "absent/pairs.csv"])
def test_a_name_that_cannot_be_an_output(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        check_output(tmp_path / name)
    check_output(tmp_path / "pairs.csv")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("p.csv", b"", "empty"), ("p.csv", b"missing_id,rank\nA,1\n", "found_id"),
        ("p.csv", b"missing_id,found_id\nA,B\nC\n", "row 3"), ("p.csv", b"missing_id,found_id\n\xff,\xfe\n", "Unicode"),
        ("p.xlsx", b"no sheet", "p.xlsx"), ("p.xlsx", b"", "p.xlsx"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=r"p\.") as caught:
        read_columns(tmp_path / name, ("missing_id", "found_id"))
    assert words in str(caught.value)


def test_column_order_byte_order_mark_and_blank_rows_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(b"\xef\xbb\xbffound_id,extra,missing_id\nF1,x,M1\n\n,,\nF2,y,M2\n")
    assert read_columns(path, ("missing_id", "found_id")) == [["M1", "M2"], ["F1", "F2"]]
