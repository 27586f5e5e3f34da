"""Explanations: levels and bits that add up to the weight, and never a value."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.batch import UNKNOWN_DAY
from matcher.comparison import NOT_KNOWN, Comparison, compare
from matcher.defaults import default_model
from matcher.explanation import LEVELS, Level, Reason, explain, levels, names_of
from matcher.profile import EncodingProfile
from matcher.tables import UNITS_PER_BIT, weigh
from matcher.views import Kind, Sex, View
from tests.matcher.builders import code_pool, profile_of, profiles, random_batch, random_tables

PROFILE = profile_of({View.CHILD: 256, View.BIRTH: 256})
TABLES = default_model(PROFILE).tables()


def explained(child: int, birth: int, gap: int, sexes: tuple[Sex, Sex], lag: int) -> dict[str, Reason]:
    """The reasons of one pair, by what was compared."""
    comparison = Comparison(
        np.array([[child, birth]], dtype=np.int16), np.array([gap], dtype=np.int8),
        np.array([sexes], dtype=np.int8), np.array([lag], dtype=np.int32),
    )  # fmt: skip
    return {reason.what: reason for reason in explain(comparison, TABLES)[0]}


@given(st.integers(0, 2**32 - 1), profiles())
@settings(max_examples=40)
def test_bits_add_up_and_levels_follow_them(seed: int, profile: EncodingProfile) -> None:
    rng = np.random.default_rng(seed)
    pool, tables = code_pool(rng, profile), random_tables(rng, profile)
    missing, found = (random_batch(rng, pool, profile, kind, 6, most_rows=1) for kind in Kind)
    comparison = compare(missing, found, np.arange(6), np.arange(6))
    weights = weigh(comparison, tables)
    for p, reasons in enumerate(explain(comparison, tables)):
        assert tuple(reason.what for reason in reasons) == names_of(tables)
        assert [LEVELS[place] for place in levels(comparison, tables)[p]] == [reason.level for reason in reasons]
        assert [round(reason.bits * UNITS_PER_BIT) for reason in reasons] == weights[p].tolist()
        for v, reason in enumerate(reasons):
            if v < len(profile.views):
                assert (reason.level is Level.NOT_KNOWN) == (comparison.distance[p, v] == NOT_KNOWN)
            if reason.level in (Level.AGREES, Level.CLOSE):
                assert reason.bits > 0
            else:
                assert reason.bits <= 0


def test_levels_of_a_pair() -> None:
    same = explained(0, 0, 0, (Sex.FEMALE, Sex.FEMALE), 10)
    assert {name: reason.level for name, reason in same.items()} == {
        "child": Level.AGREES, "birth": Level.AGREES, "sex": Level.AGREES, "lag": Level.AGREES,
    }  # fmt: skip
    far = explained(256, 256, 4, (Sex.FEMALE, Sex.MALE), 10)
    assert [far[name].level for name in ("child", "birth", "sex")] == [Level.DIFFERS] * 3
    nothing = explained(NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, (Sex.UNKNOWN, Sex.MALE), int(UNKNOWN_DAY))
    assert {(reason.level, reason.bits) for reason in nothing.values()} == {(Level.NOT_KNOWN, 0.0)}


def test_a_near_name_is_close() -> None:
    levels = [explained(d, 0, 0, (Sex.MALE, Sex.MALE), 5)["child"].level for d in range(257)]
    assert list(dict.fromkeys(levels)) == [Level.AGREES, Level.CLOSE, Level.DIFFERS]


def test_what_the_event_order_excludes_differs() -> None:
    assert explained(0, 0, 0, (Sex.MALE, Sex.MALE), -TABLES.tolerance - 1)["lag"].level is Level.DIFFERS
