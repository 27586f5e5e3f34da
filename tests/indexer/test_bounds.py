"""Bounds may be loose and must never lie below what they bound, nor leave 16 bits."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.bounds import Bound, Plan, Staircase, lowest_staircase, plan, tightest_bound
from indexer.vectors import STEPS
from matcher.defaults import default_model
from matcher.profile import PROFILES, EncodingProfile
from matcher.tables import UNITS_PER_BIT, ScoringTables
from tests.matcher.builders import BITS, falling_table, profiles, random_tables

SEEDS = st.integers(0, 2**32 - 1)


def over(bound: Bound, bits: int) -> np.ndarray:
    """The bound at every distance, with every step inside 16 bits."""
    distance = np.arange(bits + 1)
    lines = np.array([bound.a - bound.b * distance, bound.c - bound.d * distance, np.full(bits + 1, bound.floor)])
    assert np.abs(lines).max() <= 2**15
    values = lines.max(axis=0)
    assert values.tolist() == [bound.at(int(d)) for d in distance]
    return values


@given(SEEDS, st.sampled_from((1, 5, *BITS)), st.floats(-10, 3000), st.sampled_from([0.001, 0.1, 1, 3]))
def test_a_bound_never_lies_below_its_table(seed: int, bits: int, typical: float, scale: float) -> None:
    table = (falling_table(np.random.default_rng(seed), bits) * scale).astype(np.int64)
    assert (over(tightest_bound(table, typical), bits) >= table).all()


@given(st.lists(st.integers(-15_000, 15_000), min_size=2, max_size=80), st.floats(0, 80))
def test_a_bound_of_any_falling_table(weights: list[int], typical: float) -> None:
    table = np.sort(np.array(weights, dtype=np.int64))[::-1]
    assert (over(tightest_bound(table, typical), len(table) - 1) >= table).all()


def test_a_straight_table_is_bounded_closely_where_unrelated_pairs_lie() -> None:
    table = -30 * np.arange(257, dtype=np.int64)
    assert 0 <= tightest_bound(table, 112.0).at(112) - table[112] < 300


@given(SEEDS, profiles())
def test_a_plan_bounds_every_part(seed: int, profile: EncodingProfile) -> None:
    check(random_tables(np.random.default_rng(seed), profile))


def test_shipped_profiles_can_be_planned() -> None:
    for profile in PROFILES.values():
        check(default_model(profile).tables())


@given(SEEDS, st.sampled_from((1, 5, *BITS)), st.floats(-10, 3000))
def test_a_staircase_never_lies_below_its_table(seed: int, bits: int, typical: float) -> None:
    table = falling_table(np.random.default_rng(seed), bits).astype(np.int64)
    stairs = lowest_staircase(table, typical)
    assert (stairs.at(np.arange(bits + 1)) >= table).all()
    assert len(stairs.heights) == STEPS


def test_a_short_staircase_is_the_table_itself_where_unrelated_pairs_lie() -> None:
    table = -30 * np.arange(257, dtype=np.int64)
    stairs, near = lowest_staircase(table, 112.0), np.arange(100, 124)
    assert (stairs.at(near) - table[near] < 60).all()


def check(tables: ScoringTables) -> None:
    """Every weight lies below its bounds, and the highest weights of all views together fit into 16 bits."""
    walk = plan(tables)
    assert sorted(walk.order.tolist()) == list(range(len(tables.views)))
    highest = 0
    for v, table in enumerate(tables.views):
        rows = tables.birth[[0, 1, 3]] if v == tables.birth_position else table[None]
        for numbers, row in zip(walk.bounds[v].tolist(), rows, strict=False):
            stairs = Staircase(numbers[STEPS], numbers[STEPS + 1], np.array(numbers[:STEPS]))
            line = over(Bound(*numbers[STEPS + 2 : STEPS + 7]), len(table) - 1)
            for bound in (line, stairs.at(np.arange(len(table)))):
                assert (bound >= in_units(row, walk)).all()
        assert walk.highest[v] >= max(in_units(rows, walk).max(), 0)
        highest += int(walk.highest[v])
    assert highest < 2**15


def in_units(table: np.ndarray, walk: Plan) -> np.ndarray:
    """Thousandths of a bit in the plan's units, unrounded."""
    return table * walk.scale / UNITS_PER_BIT
