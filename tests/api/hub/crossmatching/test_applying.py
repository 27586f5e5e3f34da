"""What a run's lists bring into the candidates, block by block: afterwards these say what the lists say."""

import numpy as np
import numpy.typing as npt
import pytest

from api.hub.crossmatching.applying import Application
from api.hub.crossmatching.blocks import NOBODY, Block, Found, Stage
from api.hub.crossmatching.composing import Results, composed
from api.hub.crossmatching.lists import Lists
from api.hub.crossmatching.on_lists import Judge, PairsOfRecords, described, each_once, own_keys
from api.hub.matching.options import VERDICTS, MatchingOptions
from matcher.defaults import default_model
from matcher.explanation import names_of
from matcher.profile import LOCAL_2026_11_22
from tests.api.hub.crossmatching.random_lists import Night, random_lists, random_night

MODEL = default_model(LOCAL_2026_11_22)
TABLES = MODEL.tables()
COLUMNS = len(names_of(TABLES))

Candidates = dict[tuple[int, int], tuple[int, str]]


@pytest.fixture
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Thresholds that lists this short reach and miss."""
    options = MatchingOptions(tmp_path_factory.getbasetemp(), possible_from=0.02, probable_from=0.2)
    return Judge(MODEL, options, 30, 30)


def said(lists: Lists, judge: Judge) -> Candidates:
    """Weight and verdict of every pair on any list."""
    pairs = described(lists, each_once(own_keys(lists, lists.numbers)), judge)
    keys = zip(pairs.missing.tolist(), pairs.found.tolist(), strict=True)
    verdicts = [VERDICTS[verdict] for verdict in pairs.verdict.tolist()]
    return dict(zip(keys, zip(pairs.weight.tolist(), verdicts, strict=True), strict=True))


def brought(application: Application, stands: Candidates, size: int) -> Candidates:
    """The candidates after all blocks of a size, each stored as `matching.storing` does it."""
    total = len(application.records)
    for number, first in enumerate(range(0, total, size)):
        brings = application.of_block(Block(Stage.APPLY, number, first, min(first + size, total)))
        settled = {*brings.missing, *brings.found}
        stands = {pair: each for pair, each in stands.items() if not settled & {*pair} and pair not in brings.fallen}
        stands |= {(pair.missing_id, pair.found_id): (pair.weight, pair.verdict) for pair in brings.pairs}
    return stands


def here(candidates: Candidates, night: Night) -> Candidates:
    """Candidates of records that are gone are followed up by the hub's matcher, not here."""
    return {pair: each for pair, each in candidates.items() if night.present[list(pair)].all()}


@pytest.mark.parametrize("size", [2, 50])
@pytest.mark.parametrize("seed", range(25))
def test_after_an_incremental_run_the_candidates_are_what_the_lists_say(judge: Judge, seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    night = random_night(rng, 16, COLUMNS)
    new = composed(night.base, list(night.results.values()), night.present)
    moved = np.sort(rng.choice(new.numbers, 2, replace=False)).astype(np.int32)
    application = Application("incremental", night.base, new, night.results, judge, TABLES, moved)
    stands = brought(application, here(said(night.base, judge), night), size)
    assert here(stands, night) == here(said(new, judge), night)
    assert {*moved.tolist()} <= {*application.records.tolist()}


@pytest.mark.parametrize("seed", range(5))
def test_after_a_full_run_they_are_whatever_stood_before(judge: Judge, seed: int) -> None:
    night = random_night(np.random.default_rng(200 + seed), 16, COLUMNS, full=True)
    new = composed(night.base, list(night.results.values()), night.present)
    application = Application("full", night.base, new, night.results, judge, TABLES, np.zeros(0, np.int32))
    some = new.numbers[new.kinds == 0].tolist()[0]
    assert brought(application, {(some, 99): (1, "weak")}, 3) == said(new, judge)


def test_what_did_not_change_is_neither_written_nor_looked_at(judge: Judge) -> None:
    night = random_night(np.random.default_rng(3), 16, COLUMNS)
    none = {kind: nothing(each) for kind, each in night.results.items()}
    application = Application("incremental", night.base, night.base, none, judge, TABLES, np.zeros(0, np.int32))
    assert (len(application.records), application.changed_lists) == (0, 0)


@pytest.mark.parametrize("seed", range(10))
def test_all_pairs_of_a_record_are_found_on_whichever_list(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lists = random_lists(rng, sorted(rng.choice(30, 16, replace=False).tolist()))
    pairs = pairs_of(own_keys(lists, lists.numbers))
    asked = np.sort(rng.choice(32, 6, replace=False)).astype(np.int32)
    finder = PairsOfRecords(lists, asked)
    for some in (asked, asked[:1], asked[3:]):
        found = finder.keys(some)
        assert pairs_of(found) == {pair for pair in pairs if {*pair} & {*some.tolist()}}
        assert (np.diff(found) > 0).all()


def test_pairs_on_no_list_are_not_described(judge: Judge) -> None:
    lists = random_lists(np.random.default_rng(5), list(range(12)))
    keys = each_once(own_keys(lists, lists.numbers), np.array([2**32 * 77 + 5, 2**32 * 2 + 99]))
    pairs = described(lists, keys, judge)
    assert len(pairs) == len(keys) - 2
    missing_first = (lists.others[lists.places(pairs.missing)] == pairs.found[:, None]).any(axis=1)
    assert np.where(missing_first, pairs.missing, pairs.found).tolist() == pairs.owner.tolist()
    assert (lists.others[lists.places(pairs.owner), pairs.rank] != NOBODY).all()


def pairs_of(keys: npt.NDArray[np.int64]) -> set[tuple[int, int]]:
    return set(zip((keys >> 32).tolist(), (keys & 0xFFFFFFFF).tolist(), strict=True))


def nothing(results: Results) -> Results:
    found = results.found
    parts = {name: getattr(found, name)[:0] for name in Found.__dataclass_fields__}
    return Results(results.kind, Found(**{**parts, "scored": found.scored}))
