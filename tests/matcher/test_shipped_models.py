"""Every shipped profile has a model that a hub can weigh by and EM can start from."""

import numpy as np
import pytest

from matcher.defaults import default_model, judged_model, model_file_of
from matcher.profile import MASKED_PROFILES, PROFILES, EncodingProfile
from matcher.views import View

SHIPPED = (*PROFILES.values(), *MASKED_PROFILES.values())
every_profile = pytest.mark.parametrize("profile", SHIPPED, ids=lambda profile: profile.name)


@every_profile
def test_a_shipped_profile_has_a_fitted_model(profile: EncodingProfile) -> None:
    assert model_file_of(profile).exists()
    assert default_model(profile).origin == "default"
    fitted, judged = (model(profile).views[0].weight for model in (default_model, judged_model))
    assert not np.array_equal(fitted, judged)
    assert default_model(profile).profile == profile


@every_profile
def test_nothing_is_impossible_in_it(profile: EncodingProfile) -> None:
    model = default_model(profile)
    for evidence in (*model.views, model.birth, model.sex, model.lag):
        assert (evidence.m > 0).all()
        assert (evidence.u > 0).all()


@every_profile
def test_agreement_is_worth_more_than_contradiction(profile: EncodingProfile) -> None:
    model = default_model(profile)
    for evidence, parameters in zip(model.views, profile.views, strict=True):
        if parameters.view in (View.PHOTO, View.BIRTH):
            continue
        assert (np.diff(evidence.weight) <= 1e-6).all(), parameters.view
        assert evidence.weight[0] > 0 > evidence.weight[-1], parameters.view


def test_a_profile_that_is_not_shipped_has_the_judged_model() -> None:
    shipped = SHIPPED[0]
    other = EncodingProfile("tried", shipped.normaliser, shipped.views, shipped.birth_grain, shipped.event_grain)
    assert np.array_equal(default_model(other).views[0].weight, judged_model(other).views[0].weight)


def test_nobody_has_photos_fitted_from_records() -> None:
    for profile in SHIPPED:
        if View.PHOTO in profile:
            assert not default_model(profile).views[profile.position(View.PHOTO)].weight.any()
            assert default_model(profile).photo is None
