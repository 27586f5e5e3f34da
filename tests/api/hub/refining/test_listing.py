"""Who stands on lists of measured pairs, and what becomes of rivals that stand there already."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.hub.crossmatching.on_lists import Judge
from api.hub.matching.match import FoundPair
from api.hub.matching.options import MatchingOptions
from api.hub.refining.listing import standing
from api.hub.refining.measuring import Measured
from api.hub.storage.matched import StoredCandidate
from matcher.defaults import default_model
from matcher.photo_rules import Limit
from matcher.profile import MASKED_2026_11_22
from matcher.views import Kind

JUDGE = Judge(default_model(MASKED_2026_11_22), MatchingOptions(Path("index"), top=2), 1000, 1000)


def measured(missing: int, found: int, bits: int, of_missing: Limit = Limit.NONE) -> Measured:
    limit = {Kind.MISSING: int(of_missing), Kind.FOUND: int(Limit.NONE)}
    return Measured((missing, found), bits * 1000, "[]", limit, 7)


def stored(missing: int, found: int, bits: int, verdict: str = "probable", **changes: Any) -> StoredCandidate:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    made = StoredCandidate(
        1, "name", missing, found, 1, 2, 1, 1, bits * 1000, 0.99, verdict, "[]", 7, "proposed", 1, moment, None, None,
        None, None, None, None,
    )  # fmt: skip
    return made._replace(**changes)


def by_key(pairs: list[FoundPair]) -> dict[tuple[int, int], FoundPair]:
    return {(pair.missing_id, pair.found_id): pair for pair in pairs}


def test_what_weighs_too_little_stands_on_no_list() -> None:
    assert set(by_key(standing([measured(1, 5, 0), measured(1, 6, -1)], [], JUDGE))) == {(1, 5)}
    more = replace(JUDGE, options=replace(JUDGE.options, minimum=10_000))
    assert standing([measured(1, 5, 9)], [], more) == []


def test_either_list_is_enough() -> None:
    pairs = [measured(1, found, 30 - found) for found in (5, 6, 7)]
    assert set(by_key(standing(pairs, [], JUDGE))) == {(1, 5), (1, 6), (1, 7)}
    nearer = [stored(other, 7, 40) for other in (2, 3)]
    assert set(by_key(standing(pairs, nearer, JUDGE))) == {(1, 5), (1, 6)}


def test_a_stored_one_that_is_no_rival_is_left_alone() -> None:
    others = [stored(2, 5, 30), stored(1, 6, 1), stored(1, 7, 2), stored(1, 8, 3)]
    found = by_key(standing([measured(1, 5, 30)], others, JUDGE))
    # Of the report's own list the best two; the child's other report is told of by a list that has not changed.
    assert set(found) == {(1, 5), (1, 8)}
    assert (found[1, 5].levels, found[1, 8].levels) == ("[]", "")
    assert found[1, 8].weight == 3_000


def test_a_rival_lowers_a_verdict_and_nothing_raises_it() -> None:
    alone = by_key(standing([measured(1, 5, 30)], [], JUDGE))
    assert alone[1, 5].verdict == "probable"
    lowered = by_key(standing([measured(1, 5, 30)], [stored(1, 6, 30)], JUDGE))
    assert {pair.verdict for pair in lowered.values()} == {"possible"}
    kept = by_key(standing([measured(1, 5, 1)], [stored(1, 6, 30, "weak")], JUDGE))
    assert kept[1, 6].probability > 0.9
    assert kept[1, 6].verdict == "weak"


@pytest.mark.parametrize(("limit", "verdict"), [(Limit.WEAK, "weak"), (Limit.POSSIBLE, "possible")])
def test_a_verdict_keeps_to_the_limit_of_its_list(limit: Limit, verdict: str) -> None:
    [pair] = standing([measured(1, 5, 30, limit)], [], JUDGE)
    assert pair.verdict == verdict
    # On the report's list there are two better ones: it stands on the child's alone.
    better = [measured(1, other, 40) for other in (6, 7)]
    found = by_key(standing([measured(1, 5, 30, limit), *better], [], JUDGE))
    assert found[1, 5].verdict == "probable"


def test_a_pair_that_is_measured_again_is_what_it_weighs_now() -> None:
    [pair] = standing([measured(1, 5, 27)], [stored(1, 5, 30, "weak")], JUDGE)
    assert (pair.weight, pair.verdict) == (27_000, "probable")
