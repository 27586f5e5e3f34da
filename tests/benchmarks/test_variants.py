"""Variants of profiles: the shipped one is what is shipped, and noise does what it says."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.attacks.setting import bag_matrix
from benchmarks.common.data import invent
from benchmarks.common.variant_encoding import attacked, bags_of, encoded
from benchmarks.common.variant_table import NAMES, RECORD, every_variant, shipped, sized
from benchmarks.common.variants import Birth, Event, Noise, Variant
from encoder.keys import LinkageKey
from encoder.open_attributes import HIDDEN_BIRTH
from encoder.record import RawRecord
from encoder.tokens.views import BAGS, names_bags
from matcher.batch import UNKNOWN_DAY, EncodedBatch
from matcher.profile import CROSS_BORDER_2026_11_22
from matcher.views import Kind, View
from tests.encoder.builders import tokens

KEY = LinkageKey.generate("test", "once")
SHORT = sized(NAMES, 2, 128)


@cache
def records() -> list[RawRecord]:
    return invent(150, 10, 5).missing


def encode(variant: Variant) -> EncodedBatch:
    return encoded(variant, KEY, records(), Kind.MISSING, np.random.default_rng(3))


def turned(variant: Variant) -> float:
    """Share of the bits of the first view that the variant's noise changes, where it is present."""
    plain, noisy = encode(SHORT), encode(variant)
    here = (plain.presence & 1) == 1
    ends = plain.profile.offsets
    different = np.bitwise_count(plain.codes[here, : ends[1]] ^ noisy.codes[here, : ends[1]])
    return float(different.sum() / (here.sum() * 128))


def test_the_shipped_variant_has_the_views_and_bags_of_the_profile() -> None:
    profile, variant = CROSS_BORDER_2026_11_22, shipped()
    assert [(v.slot, v.bits, v.planes) for v in variant.views] == [(p.view, p.bits, p.planes) for p in profile.views]
    for record in records():
        for view in variant.views:
            own = names_bags(record, profile) if view.slot is View.CHILD else [BAGS[view.slot](record)]
            assert [tokens(bag) for bag in bags_of(record, view, profile.max_rows)] == [tokens(bag) for bag in own]


def test_the_shipped_variant_shows_what_the_profile_shows() -> None:
    batch = encode(shipped())
    assert {tuple(birth) for birth in batch.birth.tolist()} <= {HIDDEN_BIRTH, (UNKNOWN_DAY, UNKNOWN_DAY)}
    known = batch.event[batch.event != UNKNOWN_DAY]
    assert len(known)
    days = known.astype("datetime64[D]")
    assert (days.astype("datetime64[Y]").astype("datetime64[D]") == days).all()


def test_names_of_variants_differ_and_those_of_one_grain_stand_together() -> None:
    variants = list(every_variant())
    assert len({variant.name for variant in variants}) == len(variants)
    grains = [(variant.birth, variant.event) for variant in variants]
    assert sum(a != b for a, b in pairwise(grains)) == len(set(grains)) - 1
    assert shipped() in variants


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_so_many_bits_are_turned_and_the_rows_of_a_record_alike(share: float) -> None:
    variant = replace(SHORT, noise=Noise(flips=share))
    assert turned(variant) == pytest.approx(share, abs=0.02)
    plain, noisy = encode(SHORT), encode(variant)
    change = (plain.codes ^ noisy.codes)[:, plain.profile.offsets[1] :]
    several = np.flatnonzero(plain.record[1:] == plain.record[:-1])
    assert len(several)
    assert (change[several] == change[several + 1]).all()


def test_a_token_of_its_own_changes_codes_the_more_the_heavier_it_is() -> None:
    light, heavy = (turned(replace(SHORT, noise=Noise(token=share))) for share in (0.1, 1.0))
    assert 0 < light < heavy < 0.5


def test_padding_shows_every_view_as_present_and_leaves_known_codes_alone() -> None:
    some = [RawRecord(record_id="T-0", kind=Kind.MISSING, home_state="Bihar"), *records()[:20]]
    variants = SHORT, replace(SHORT, noise=Noise(padded=True))
    plain, padded = (encoded(v, KEY, some, Kind.MISSING, np.random.default_rng(3)) for v in variants)
    first = slice(0, plain.profile.offsets[1])
    assert (plain.presence[0], plain.codes[0, first].any()) == (2, False)
    assert (padded.presence == 3).all()
    assert padded.codes[0, first].any()
    known = plain.presence == 3
    assert known.any()
    assert (padded.codes[known] == plain.codes[known]).all()


def test_hidden_events_are_unknown_and_births_in_eight_years_hold_the_birth() -> None:
    hidden = encode(replace(SHORT, event=Event.HIDDEN))
    assert (hidden.event == UNKNOWN_DAY).all()
    exact, wide = (encode(replace(SHORT, birth=birth)).birth for birth in (Birth.DAY, Birth.EIGHT_YEARS))
    known = exact[:, 0] != UNKNOWN_DAY
    assert (wide[known, 0] <= exact[known, 0]).all()
    assert (wide[known, 1] >= exact[known, 1]).all()
    assert len(np.unique(wide[known])) < len(np.unique(exact[known]))


def test_a_target_has_a_row_a_record_and_the_codes_of_its_bags() -> None:
    target = attacked(sized(RECORD, 1, 2048), records(), np.random.default_rng(3))
    (view,) = target.views
    assert target.records == len(records()) == len(view.codes)
    everybody = np.arange(len(records()))
    plain, coded = view.plain_similarity(everybody, everybody), view.code_similarity(everybody, everybody)
    apart = ~np.eye(len(everybody), dtype=bool)
    assert np.corrcoef(plain[apart], coded[apart])[0, 1] > 0.8
    assert bag_matrix([bags_of(records()[0], sized(RECORD, 1, 64).views[0], 1)[0]]).sum() == view.bags[[0]].sum()
