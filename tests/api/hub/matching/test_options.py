"""The verdict in three steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.matching.options import VERDICTS, MatchingOptions, matching_options
from api.hub.settings import HubSettings
from matcher.photo_rules import Limit


def verdict_of(options: MatchingOptions, probability: float, limit: Limit) -> str:
    """The verdict of one pair."""
    [place] = options.verdicts(np.array([probability]), np.array([limit], np.uint8))
    return VERDICTS[place]


@pytest.fixture
def options(tmp_path) -> MatchingOptions:
    return matching_options(HubSettings(name="hub-test", data=tmp_path, probable_from=0.9, possible_from=0.3))


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [(0.0, "weak"), (0.2999, "weak"), (0.3, "possible"), (0.8999, "possible"), (0.9, "probable"), (1.0, "probable")],
)
def test_each_step_begins_at_its_probability(options: MatchingOptions, probability: float, verdict: str) -> None:
    assert verdict_of(options, probability, Limit.NONE) == verdict


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_pair_that_no_view_speaks_for_is_weak_however_probable(
    tmp_path_factory, probability: float, probable: float, possible: float
) -> None:
    options = MatchingOptions(tmp_path_factory.getbasetemp(), probable_from=probable, possible_from=possible)
    assert verdict_of(options, probability, Limit.WEAK) == "weak"
