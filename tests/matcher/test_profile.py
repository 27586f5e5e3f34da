"""Encoding profiles: refusals, layout, and a digest that every parameter changes."""

from dataclasses import replace

import pytest
from hypothesis import given

from matcher.errors import InputError
from matcher.profile import PROFILES, BirthGrain, EncodingProfile, EventGrain, ViewParameters, profile_named
from matcher.views import View
from tests.matcher.builders import profile_of, profiles

BASE = profile_of({View.CHILD: 128, View.FATHER: 192})


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"}, {"normaliser": "other"}, {"birth_grain": BirthGrain.FOUR_YEARS},
        {"event_grain": EventGrain.QUARTER}, {"max_rows": 3}, {"views": BASE.views[:1]}, {"views": BASE.views[::-1]},
        {"views": (replace(BASE.views[0], bits=192), BASE.views[1])},
        {"views": (replace(BASE.views[0], planes=2), BASE.views[1])},
        {"views": (replace(BASE.views[0], view=View.HOME), BASE.views[1])},
    ],
)  # fmt: skip
def test_every_parameter_changes_the_digest(change: dict[str, object]) -> None:
    assert replace(BASE, **change).digest != BASE.digest


def test_equal_parameters_give_equal_digests() -> None:
    again = profile_of({View.CHILD: 128, View.FATHER: 192})
    assert (again.digest, len(again.digest)) == (BASE.digest, 32)


@pytest.mark.parametrize("beside", [View.FATHER, View.MOTHER, View.KIN])
def test_family_beside_a_relative_is_refused(beside: View) -> None:
    with pytest.raises(InputError, match="family"):
        profile_of({View.FAMILY: 64, beside: 64})
    profile_of({View.FAMILY: 64, View.CHILD: 64})


def test_a_view_named_twice_is_refused() -> None:
    twice = (ViewParameters(View.CHILD, 64, 1), ViewParameters(View.CHILD, 128, 1))
    with pytest.raises(InputError, match="twice"):
        replace(BASE, views=twice)


@pytest.mark.parametrize(("bits", "planes"), [(0, 1), (-64, 1), (63, 1), (100, 1), (64, 0)])
def test_sizes_no_code_could_have_are_refused(bits: int, planes: int) -> None:
    with pytest.raises(InputError, match="child"):
        replace(BASE, views=(ViewParameters(View.CHILD, bits, planes),))


@given(profiles())
def test_layout(profile: EncodingProfile) -> None:
    assert profile.offsets[0] == 0
    assert profile.offsets[-1] == profile.words == sum(p.bits for p in profile.views) // 64
    for i, parameters in enumerate(profile.views):
        assert profile.position(parameters.view) == i
        assert parameters.view in profile
        assert profile.offsets[i + 1] - profile.offsets[i] == parameters.words
    assert View.FAMILY not in profile
    with pytest.raises(KeyError):
        profile.position(View.FAMILY)


def test_shipped_profiles_are_found_by_name_and_differ() -> None:
    assert all(profile_named(name) is profile and profile.name == name for name, profile in PROFILES.items())
    assert len({profile.digest for profile in PROFILES.values()}) == len(PROFILES)


def test_an_unknown_name_lists_the_choices() -> None:
    with pytest.raises(InputError) as caught:
        profile_named("nothing-2020-01")
    assert all(name in str(caught.value) for name in ("nothing-2020-01", *PROFILES))
