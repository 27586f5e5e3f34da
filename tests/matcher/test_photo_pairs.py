"""Pairs of labelled photos: which there are, and what they have in common."""

from dataclasses import replace

import numpy as np
import pytest

from matcher import photo_pairs
from matcher.photo_curve import WIDEST_GAP
from matcher.photo_pairs import MOST_OF_ONE, NOWHERE, genuine_places, impostor_places, labelled_pairs, regions_of
from matcher.photos import photo_age_band
from matcher.views import Sex
from tests.matcher.labelled_photos import labelled

RNG = np.random.default_rng(2)


def test_every_pair_is_there_once_with_what_both_have_in_common() -> None:
    photos = labelled(4, 3)
    pairs = labelled_pairs(photos, RNG)
    assert (len(pairs), int(pairs.genuine.sum())) == (66, 12)
    slow = set()
    for i in range(12):
        for j in range(i):
            differing = sum(int(a ^ b).bit_count() for a, b in zip(photos.codes[i], photos.codes[j], strict=True))
            years = sorted((photos.years[i], photos.years[j]))
            same = [photos.subject[i], photos.subject[j]]
            slow.add((*sorted(map(int, same)), differing, years[1] - years[0], years[0]))
    people = np.sort(np.stack([pairs.first, pairs.second]), axis=0)
    assert set(zip(*people.tolist(), pairs.differing.tolist(), pairs.gap, pairs.age, strict=True)) == slow


def test_bands_sex_and_region_of_a_pair() -> None:
    photos = replace(
        labelled(3, 1), years=np.array([2.0, 7.5, 30.0]), region=["a", "a", "b"],
        sex=np.array([Sex.FEMALE, Sex.FEMALE, Sex.MALE], np.uint8),
    )  # fmt: skip
    pairs = labelled_pairs(photos, RNG)
    assert len(pairs) == 1  # 22 and more years apart no photo is weighed
    assert pairs.bands.tolist() == [[photo_age_band(2.0), photo_age_band(7.5)]]
    assert (pairs.sex.tolist(), pairs.region.tolist(), pairs.gap.tolist()) == ([Sex.FEMALE], [0], [5.5])
    groups = {name: int(mine.sum()) for name, mine in pairs.groups(regions_of(photos)).items() if mine.any()}
    assert groups == {"gap 3-5": 1, "girls": 1, "region a": 1}
    apart = labelled_pairs(replace(photos, years=np.array([2.0, 7.5, 8.0])), RNG)
    assert sorted(apart.region.tolist()) == [NOWHERE, NOWHERE, 0]
    assert sorted(apart.sex.tolist()) == [Sex.UNKNOWN, Sex.UNKNOWN, Sex.FEMALE]


def test_a_grown_face_counts_as_grown() -> None:
    pairs = labelled_pairs(replace(labelled(2, 1), years=np.array([40.0, 25.0])), RNG)
    assert (pairs.age.tolist(), pairs.gap.tolist()) == ([17.0], [15.0])
    assert (labelled_pairs(labelled(5, 4), RNG).gap <= WIDEST_GAP).all()


def test_nobody_stands_for_more_pairs_than_the_bound() -> None:
    subject = np.concatenate([np.zeros(40, np.int64), np.ones(3, np.int64)])
    i, j = genuine_places(subject, RNG)
    assert np.bincount(subject[i]).tolist() == [MOST_OF_ONE, 3]
    assert len(set(zip(i.tolist(), j.tolist(), strict=True))) == len(i)


def test_of_many_impostor_pairs_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_pairs, "MOST_IMPOSTORS", 300)
    subject = np.repeat(np.arange(20), 3)
    i, j = impostor_places(subject, RNG)
    assert 200 < len(i) <= 300
    assert (subject[i] != subject[j]).all()
    assert len(set(zip(i.tolist(), j.tolist(), strict=True))) == len(i)
    assert (i < j).all()


def test_balanced_impostor_pairs_are_of_the_gaps_and_ages_of_genuine_ones() -> None:
    photos = labelled(150, 2, seed=4)
    years = photos.years.copy()
    years[1::2] = np.minimum(years[::2] + 1, 17)  # two photos of one child a year apart
    pairs = labelled_pairs(replace(photos, years=years), RNG)
    same, balance = pairs.genuine, pairs.balance
    assert (balance[same] == 1).all()
    assert pairs.gap[~same].mean() > 5
    assert np.average(pairs.gap[~same], weights=balance[~same]) < 2.6
    assert np.average(pairs.age[~same], weights=balance[~same]) == pytest.approx(pairs.age[same].mean(), abs=0.5)
