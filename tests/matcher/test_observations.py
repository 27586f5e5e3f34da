"""Observations: levels of distances, and counts of them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.comparison import NOT_KNOWN, compare, lag_class
from matcher.model import LEVELS, SEXES, level_edges
from matcher.observations import count, observe
from matcher.profile import EncodingProfile
from matcher.views import Kind, View
from tests.matcher.builders import code_pool, profiles, random_batch


@given(st.integers(0, 2**32 - 1), profiles())
@settings(max_examples=40)
def test_levels_and_counts(seed: int, profile: EncodingProfile) -> None:
    rng = np.random.default_rng(seed)
    pool = code_pool(rng, profile)
    missing, found = (random_batch(rng, pool, profile, kind, 7, most_rows=1) for kind in Kind)
    rows, others = (a.reshape(-1) for a in np.mgrid[:7, :7])
    comparison = compare(missing, found, rows, others)
    seen = observe(comparison, profile)
    for v, parameters in enumerate(profile.views):
        edges = level_edges(parameters.bits).tolist()
        expected = [
            NOT_KNOWN if d == NOT_KNOWN else sum(d > edge for edge in edges) for d in comparison.distance[:, v].tolist()
        ]
        assert seen.views[:, v].tolist() == expected
    assert seen.sex.tolist() == [NOT_KNOWN if not (a and b) else a * SEXES + b for a, b in comparison.sex.tolist()]
    assert np.array_equal(seen.lag, lag_class(comparison.lag))
    if View.BIRTH in profile:
        level = seen.views[:, profile.position(View.BIRTH)]
        known = (level != NOT_KNOWN) & (comparison.birth_gap != NOT_KNOWN)
        assert np.array_equal(seen.birth[known], comparison.birth_gap[known].astype(int) * LEVELS + level[known])
        assert (seen.birth[~known] == NOT_KNOWN).all()
    else:
        assert (seen.birth == NOT_KNOWN).all()
    belief = rng.random(49)
    counts = count(seen, belief)
    for v in range(len(profile.views)):
        assert np.allclose(counts.views[v], [belief[seen.views[:, v] == level].sum() for level in range(LEVELS)])
    assert np.isclose(counts.lag.sum(), belief[seen.lag != NOT_KNOWN].sum())
    both = counts + counts
    assert np.allclose(both.sex, 2 * counts.sex)
    assert np.allclose(both.birth, 2 * counts.birth)
