"""Which shipped profiles share a fit, and what is fitted for them."""

import pytest

from matcher.profile import MASKED_2026_11_22, MASKED_PROFILES, PROFILES, is_shipped
from matcher.views import View
from tools.default_models import fitted_together


def test_every_shipped_profile_is_fitted_once() -> None:
    fitted = [profile for several in fitted_together().values() for profile in several]
    assert sorted(profile.name for profile in fitted) == sorted([*PROFILES, *MASKED_PROFILES])


def test_profiles_share_a_fit_that_differ_by_photos_only() -> None:
    shared = [[profile.name for profile in several] for several in fitted_together().values() if len(several) > 1]
    assert shared == [[f"{name}-2026-11-22", f"{name}-photo-2026-11-22"] for name in ("local", "network")]


@pytest.mark.parametrize("bare", fitted_together(), ids=lambda bare: f"{len(bare.views)} views")
def test_nothing_is_fitted_from_photos_or_started_from_the_file_that_is_replaced(bare) -> None:  # type: ignore[no-untyped-def]
    assert View.PHOTO not in bare
    assert not is_shipped(bare)


def test_the_masked_profile_is_fitted_by_its_views_but_the_photo() -> None:
    (bare,) = [bare for bare, several in fitted_together().items() if MASKED_2026_11_22 in several]
    assert bare.views == MASKED_2026_11_22.views[:-1]
    assert bare.birth_grain == MASKED_2026_11_22.birth_grain
