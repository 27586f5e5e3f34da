"""Online search is exact unless an operator asks otherwise; then it is approximate, measured, and follows the index."""

from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from api.hub.matching.approximate_reports import report_lines, save_report, saved_reports
from api.hub.matching.approximating import Approximating, ApproximatingOptions
from api.hub.matching.resident import ResidentIndex
from indexer.approximate_lists import ListOptions
from indexer.interface import Pairs
from indexer.segmented import SegmentedGallery
from matcher.errors import MissingExtraError
from matcher.views import Kind
from tests.indexer.populations import PROFILE, TABLES, found_of, missing_of, population

RECORDS = 300
LISTS = ListOptions(probed=8, nearest=40, nearest_a_root=0)
PEOPLE = population(np.random.default_rng(2), 2 * RECORDS, names=50)


def index_of(folder: Path) -> ResidentIndex:
    """Found records 0 to 299, missing ones after them."""
    rng = np.random.default_rng(3)
    gallery = SegmentedGallery(PROFILE)
    gallery.add(found_of(rng, PEOPLE[:RECORDS]), np.arange(RECORDS, dtype=np.int32), 1)
    gallery.add(missing_of(rng, PEOPLE[:50]), np.arange(RECORDS, RECORDS + 50, dtype=np.int32), 1)
    return ResidentIndex(1, gallery, 0, folder, threads=1)


def online(index: ResidentIndex, from_rows: int = 1) -> Approximating:
    return Approximating(index, ApproximatingOptions(from_rows, sample=20, lists=LISTS), clock=lambda: 1.0)


def entries(pairs: Pairs) -> list[tuple[int, ...]]:
    return list(zip(pairs.probe.tolist(), pairs.record.tolist(), pairs.weight.tolist(), strict=True))


def add(index: ResidentIndex, search: Approximating, first: int, records: int) -> None:
    """New found records, as the index takes them in."""
    batch = found_of(np.random.default_rng(first), PEOPLE[first : first + records])
    numbers = np.arange(1000 + first, 1000 + first + records, dtype=np.int32)
    with index.lock:
        index.gallery.add(batch, numbers, 1)
        search.add(batch, numbers, 1)


def test_fewer_rows_than_asked_for_are_searched_exactly(tmp_path: Path) -> None:
    index = index_of(tmp_path)
    search, probes = online(index, RECORDS + 51), missing_of(np.random.default_rng(4), PEOPLE[:20])
    for _ in range(2):
        assert entries(search.top_k_records(probes, TABLES, 100)) == entries(
            index.search.top_k_records(probes, TABLES, 100)
        )
        assert not search.upkeep()
        assert search.report() is None


def test_from_so_many_rows_on_it_is_approximate_and_says_how_much_it_finds(tmp_path: Path) -> None:
    index = index_of(tmp_path)
    search, probes = online(index, RECORDS + 50), missing_of(np.random.default_rng(4), PEOPLE[:20])
    search.upkeep()
    assert search.report() is None, "there is no model yet to measure with"
    exact = entries(search.top_k_records(probes, TABLES, 10**3))
    search.upkeep()
    near = entries(search.top_k_records(probes, TABLES, 10**3))
    assert set(near) < set(exact)
    assert {entry[:2] for entry in near} >= {(i, i) for i in range(20)}
    report = search.report()
    assert report is not None
    assert (report["built_rows"], report["rows_since"]) == (RECORDS + 50, 0)
    assert report["recall"]["missing"]["probes"] == report["recall"]["found"]["probes"] == 20
    assert 0.9 <= report["recall"]["missing"]["at"]["1"] <= 1
    assert search.above(probes, TABLES, 0).record.tolist() == index.search.above(probes, TABLES, 0).record.tolist()


def test_it_is_built_again_when_a_quarter_is_new(tmp_path: Path) -> None:
    index = index_of(tmp_path)
    search = online(index)
    search.top_k_records(missing_of(np.random.default_rng(4), PEOPLE[:20]), TABLES, 5)
    search.upkeep()
    for first, built in ((300, RECORDS + 50), (360, RECORDS + 170), (420, RECORDS + 170)):
        add(index, search, first, 60)
        search.upkeep()
        report = search.report()
        assert report is not None
        assert report["built_rows"] == built
        assert report["rows_since"] == len(index.gallery) - built
    probes = missing_of(np.random.default_rng(5), PEOPLE[430:440])
    assert search.top_k_records(probes, TABLES, 1).record.tolist() == list(range(1430, 1440))


def test_new_and_withdrawn_records_count_at_once(tmp_path: Path) -> None:
    index = index_of(tmp_path)
    search, probes = online(index), missing_of(np.random.default_rng(4), PEOPLE[310:320])
    search.top_k_records(probes, TABLES, 5)
    search.upkeep()
    add(index, search, 310, 10)
    assert search.top_k_records(probes, TABLES, 1).record.tolist() == list(range(1310, 1320))
    gone = np.arange(1310, 1315, dtype=np.int32)
    with index.lock:
        index.gallery.withdraw(gone)
        search.withdraw(gone)
    search.upkeep()
    assert not np.isin(search.top_k_records(probes, TABLES, 300).record, gone).any()


def test_a_build_that_fails_leaves_search_as_it_was(tmp_path: Path) -> None:
    index = index_of(tmp_path)
    search, probes = online(index), missing_of(np.random.default_rng(4), PEOPLE[:20])
    exact = entries(search.top_k_records(probes, TABLES, 200))
    with (
        patch("api.hub.matching.approximating.recall_of", side_effect=MemoryError),
        pytest.raises(MemoryError),
    ):
        search.upkeep()
    assert search.report() is None
    assert entries(search.top_k_records(probes, TABLES, 200)) == exact
    search.upkeep()
    assert search.report() is not None


def test_without_faiss_it_cannot_be_asked_for(tmp_path: Path) -> None:
    with patch.dict("sys.modules", {"faiss": None}), pytest.raises(MissingExtraError, match="faiss"):
        online(index_of(tmp_path))


def test_reports_are_kept_by_partition_and_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    assert saved_reports(folder) == {}
    index = index_of(tmp_path)
    search = online(index)
    search.top_k_records(missing_of(np.random.default_rng(4), PEOPLE[:5]), TABLES, 5)
    search.upkeep()
    report = search.report()
    assert report is not None
    save_report(folder, 12, {})
    save_report(folder, 12, report)
    save_report(folder, 7, report)
    assert saved_reports(folder) == {7: report, 12: report}
    lines = report_lines(saved_reports(folder)[7])
    assert len(lines) == 3
    assert "20 records" in lines[1]
    save_report(folder, 7, None)
    save_report(folder, 8, None)
    assert list(saved_reports(folder)) == [12]


def test_the_sides_are_told_apart(tmp_path: Path) -> None:
    """Found probes are compared with missing records."""
    index = index_of(tmp_path)
    search, probes = online(index), found_of(np.random.default_rng(4), PEOPLE[:20])
    search.top_k_records(probes, TABLES, 1)
    search.upkeep()
    pairs = search.top_k_records(probes, TABLES, 1)
    assert probes.kind is Kind.FOUND
    assert pairs.record.tolist() == list(range(RECORDS, RECORDS + 20))
