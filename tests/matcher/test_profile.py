"""Encoding profiles: refusals, layout, and a digest that every parameter changes."""

from dataclasses import replace

import pytest
from hypothesis import given

from matcher.errors import InputError
from matcher.profile import (
    CROSS_BORDER_2026_11_22,
    MASKED_2026_11_22,
    MASKED_PROFILES,
    PROFILES,
    BirthGrain,
    EncodingProfile,
    EventGrain,
    ViewParameters,
    is_shipped,
    masked_profile_of,
    profile_named,
)  # fmt: skip
from matcher.views import View
from tests.matcher.builders import profile_of, profiles

BASE = profile_of({View.CHILD: 128, View.FATHER: 192})

PINNED = {
    "local-2026-11-22": "a20fb0a45bc26fd08b8a052027b8bab544dad64c61bab2cf4b90700221170508",
    "network-2026-11-22": "bcd2a61352bc5a52f10de5ce8b17292a0e1020c3205f622e6253e8a25c46143c",
    "local-photo-2026-11-22": "aeedba77470baaf3afa8e77e173214f10a57c587d0e2e30b6b1713992b66f138",
    "network-photo-2026-11-22": "abd539f2b15b015286d955cd214c460a2f51d8fca16b7edf7323f4c57839827a",
    "cross-border-2026-11-22": "9720840f7dc602f1abf65ef98c51a299b518c607a3ab66c75710a192d01ec8ec",
    "masked-2026-11-22": "d77221b2e9c0f7520e8a84d192bd48731791ec783220fa975be3926a4bac8bc3",
}
"""Digests of profiles that holders use: whoever has to change one gives the profile a new name instead."""


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"}, {"normaliser": "other"}, {"birth_grain": BirthGrain.FOUR_YEARS},
        {"event_grain": EventGrain.QUARTER}, {"max_rows": 3}, {"views": BASE.views[:1]}, {"views": BASE.views[::-1]},
        {"views": (replace(BASE.views[0], bits=192), BASE.views[1])},
        {"views": (replace(BASE.views[0], planes=2), BASE.views[1])},
        {"views": (replace(BASE.views[0], view=View.HOME), BASE.views[1])}, {"refined_by": "other"},
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


@pytest.mark.parametrize("view", [View.FAMILY, View.FATHER, View.MOTHER, View.KIN])
def test_relatives_stand_in_the_childs_view_or_beside_it(view: View) -> None:
    views = tuple(ViewParameters(name, 64, 2) for name in (View.CHILD, view))
    with pytest.raises(InputError, match="beside it"):
        replace(BASE, views=views, full_names=True)


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


def test_digests_of_shipped_profiles_are_what_they_were() -> None:
    assert {name: profile.digest.hex() for name, profile in (PROFILES | MASKED_PROFILES).items()} == PINNED


def test_shipped_profiles_are_found_by_name_and_differ() -> None:
    assert all(profile_named(name) is profile and profile.name == name for name, profile in PROFILES.items())
    assert len({profile.digest for profile in PROFILES.values()}) == len(PROFILES)


def test_an_unknown_name_lists_the_choices() -> None:
    with pytest.raises(InputError) as caught:
        profile_named("nothing-2020-01")
    assert all(name in str(caught.value) for name in ("nothing-2020-01", *PROFILES))


@pytest.mark.parametrize("name", MASKED_PROFILES)
def test_a_masked_profile_cannot_be_chosen(name: str) -> None:
    assert name not in PROFILES
    with pytest.raises(InputError, match="only ever compared under masks"):
        profile_named(name)


def test_the_cross_border_profile_is_refined_by_a_masked_one_and_no_other_is() -> None:
    assert masked_profile_of(CROSS_BORDER_2026_11_22) is MASKED_2026_11_22
    refined = [profile.name for profile in PROFILES.values() if masked_profile_of(profile) is not None]
    assert refined == [CROSS_BORDER_2026_11_22.name]
    assert all(masked_profile_of(profile) is None for profile in MASKED_PROFILES.values())
    with pytest.raises(InputError, match="nothing-2020-01, which this release has not"):
        masked_profile_of(replace(BASE, refined_by="nothing-2020-01"))


def test_open_attributes_are_as_coarse_for_the_masked_codes_as_for_the_others() -> None:
    """The hub has them of the coarse record only."""
    for profile in PROFILES.values():
        masked = masked_profile_of(profile)
        if masked is not None:
            assert (masked.birth_grain, masked.event_grain) == (profile.birth_grain, profile.event_grain)
            assert masked.max_rows == profile.max_rows
            assert View.PHOTO in masked
            assert View.PHOTO not in profile


def test_what_is_shipped() -> None:
    assert all(map(is_shipped, (*PROFILES.values(), *MASKED_PROFILES.values())))
    assert not is_shipped(BASE)
    assert not is_shipped(replace(MASKED_2026_11_22, max_rows=3))
