from dataclasses import replace

import numpy as np
import pytest

from benchmarks.attacks.distances import distances, one_side
from benchmarks.attacks.pair_tables import Sides, all_distances, best_by, kept_levels
from benchmarks.common.data import resized
from matcher.profile import LOCAL_2026_11_22, MASKED_2026_11_22
from tests.benchmarks.attacks.attacked import people

MISSING, FOUND = 200, 120


@pytest.fixture(scope="module")
def sides() -> Sides:
    return Sides(people().missing[:MISSING], people().found[:FOUND], MASKED_2026_11_22)


def test_all_distances_give_both_sides_away(sides: Sides) -> None:
    table = all_distances(sides, np.ones((MISSING, FOUND), np.bool_))
    for pairs in (0, 50):
        missing, found = distances(table, "all distances", np.random.default_rng(1), pairs)
        assert missing.figure > 0.95
        assert found.figure > 0.9
        assert (missing.records, found.records) == (MISSING, FOUND)


def test_random_distances_give_nothing_but_presence_bits_away(sides: Sides) -> None:
    table, rng = all_distances(sides, np.ones((MISSING, FOUND), np.bool_)), np.random.default_rng(2)
    coded = tuple(rng.permutation(each.ravel()).reshape(each.shape) for each in table.coded)
    # Which views are absent is seen in any case; it is not what is tested here.
    nothing = np.zeros(MISSING, np.intp), np.zeros(FOUND, np.intp)
    for each in distances(replace(table, coded=coded, present=nothing), "", np.random.default_rng(1)):
        assert each.figure < 0.05


def test_kept_levels_give_less_away_than_distances(sides: Sides) -> None:
    everything = np.ones((MISSING, FOUND), np.bool_)
    far = distances(all_distances(sides, everything), "", np.random.default_rng(1))[0].figure
    near = distances(kept_levels(sides, everything), "", np.random.default_rng(1))[0].figure
    assert near < far


def test_rows_alone_give_the_missing_side_away_where_codes_are_long() -> None:
    long = Sides(people().missing, people().found, resized(LOCAL_2026_11_22, "long", 4096))
    everything = np.ones((len(people().missing), len(people().found)), np.bool_)
    table = all_distances(long, everything)
    (found,) = one_side(table, table.plain, "all distances")
    assert found.figure > 0.5
    rng = np.random.default_rng(2)
    shuffled = tuple(rng.permutation(each.ravel()).reshape(each.shape) for each in table.coded)
    nothing = tuple(np.full_like(each, 255) for each in table.present)
    (random,) = one_side(replace(table, coded=shuffled, present=nothing), table.plain, "random")
    assert random.figure < 0.02


def test_requests_are_the_nearest_of_either_side() -> None:
    like = np.array([[0.9, 0.1, 0.2], [0.8, 0.7, 0.1]], np.float32)
    assert best_by([like], 1).tolist() == [[True, False, True], [True, True, False]]
    assert best_by([like], 9).all()
