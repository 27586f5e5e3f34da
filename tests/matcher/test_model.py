"""Linkage models and the tables that come from them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.curve import Curve
from matcher.defaults import CAPS, FLOORS, LAG_FLOOR, SEX_FLOOR, default_model
from matcher.errors import ModelError
from matcher.model import LEVELS, SEXES, Evidence, level_edges, level_middles, per_distance, typical_distance
from matcher.profile import PROFILES, EncodingProfile, EventGrain
from matcher.tables import UNITS_PER_BIT
from matcher.views import Sex, View
from tests.matcher.builders import BITS, profile_of, profiles

PROFILE = profile_of({View.CHILD: 64, View.BIRTH: 128})


@given(profiles())
def test_defaults_fall_with_distance_within_floors_and_caps(profile: EncodingProfile) -> None:
    model = default_model(profile)
    tables = model.tables()
    for parameters, table, evidence in zip(profile.views, tables.views, model.views, strict=True):
        assert (np.diff(table) <= 0).all()
        assert table.min() >= FLOORS[parameters.view] * UNITS_PER_BIT
        assert table.max() <= CAPS[parameters.view] * UNITS_PER_BIT
        # What a photo weighs a curve says, and none is chosen before its space is known.
        assert (table == 0).all() if parameters.view is View.PHOTO else table[0] > 0 > table[-1]
        assert evidence.m.sum() == pytest.approx(1)
        assert evidence.u.sum() == pytest.approx(1)
    assert tables.sex.min() >= SEX_FLOOR * UNITS_PER_BIT
    assert tables.lag.min() >= LAG_FLOOR * UNITS_PER_BIT
    assert not tables.sex[Sex.UNKNOWN].any()
    assert not tables.sex[:, Sex.UNKNOWN].any()
    assert all(tables.sex[s, s] > 0 for s in (Sex.FEMALE, Sex.MALE))
    assert tables.sex[Sex.FEMALE, Sex.MALE] < 0


def test_shipped_profiles_have_defaults_that_prefer_likeness() -> None:
    for profile in PROFILES.values():
        tables = default_model(profile).tables()
        assert (tables.birth[0, 0] > tables.birth[-1, -1]) == (View.BIRTH in profile)
        assert (np.diff(tables.birth, axis=0) <= 0).all()


@pytest.mark.parametrize("part", ["views", "birth", "sex", "lag"])
def test_parts_that_do_not_fit_the_profile_are_refused(part: str) -> None:
    model, wrong = default_model(PROFILE), Evidence(np.ones(2), np.ones(2), np.ones(2))
    with pytest.raises(ModelError):
        replace(model, **{part: (wrong, wrong) if part == "views" else wrong})
    with pytest.raises(ModelError):
        replace(model, views=model.views[:1])


FALLING = Curve(np.array([0.0, 1.0]), np.array([1.0, 0.0]))
NOWHERE = Curve(np.array([0.0]), np.array([np.nan]))


@pytest.mark.parametrize("change", [{"matched": 0.0}, {"matched": 1.0}, {"curve": FALLING}, {"curve": NOWHERE}])
def test_shares_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(ModelError, match="range"):
        replace(default_model(PROFILE), **change)


def test_a_weight_that_rises_gives_no_tables() -> None:
    model = default_model(PROFILE)
    rising = replace(model.views[0], weight=np.linspace(-1, 1, LEVELS))
    with pytest.raises(ModelError, match="child"):
        replace(model, views=(rising, model.views[1])).tables()


@pytest.mark.parametrize("bits", BITS)
def test_levels_cover_every_distance(bits: int) -> None:
    edges, middles = level_edges(bits), level_middles(bits)
    assert len(edges) == len(middles) == LEVELS
    assert (edges[0], edges[-1]) == (0, bits)
    assert (np.diff(edges) > 0).all()
    assert (np.diff(middles) > 0).all()


@given(st.sampled_from(BITS), st.lists(st.floats(-20, 20), min_size=LEVELS, max_size=LEVELS))
def test_weights_by_level_are_spread_over_distances_without_rising(bits: int, weights: list[float]) -> None:
    falling = np.sort(np.array(weights))[::-1]
    table = per_distance(falling, bits)
    assert len(table) == bits + 1
    assert (np.diff(table) <= 0).all()
    assert table[0] == round(falling[0] * UNITS_PER_BIT)
    assert table[-1] == round(falling[-1] * UNITS_PER_BIT)


def test_typical_distance_is_where_u_lies() -> None:
    for level in range(LEVELS):
        u = np.zeros(LEVELS)
        u[level] = 1
        assert typical_distance(u, 256) == pytest.approx(level_middles(256)[level])


def test_a_model_keeps_its_shape() -> None:
    model = default_model(PROFILE)
    assert model.sex.weight.shape == (SEXES, SEXES)
    assert model.tables().tolerance == model.tolerance


def test_a_coarse_event_never_excludes_a_child_found_in_time() -> None:
    """Going missing on the first day of a quarter, found on the last day of the one before: 92 days apart at most."""
    quarters = default_model(replace(profile_of({View.CHILD: 64}), event_grain=EventGrain.QUARTER))
    days = default_model(profile_of({View.CHILD: 64}))
    assert quarters.tolerance >= days.tolerance + 92
