"""Graph matching, with and without known pairs, on encodings that are broken and on codes that say nothing."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.attacks.graph_matching import Matching, graph_matching, scored
from benchmarks.attacks.lists import NOBODY, Lists
from benchmarks.attacks.seeded_matching import seeded_matching
from benchmarks.attacks.setting import Target, target_of
from benchmarks.attacks.weak import bloom_target, one_plane_target
from benchmarks.common.data import invent
from encoder.record import RawRecord
from matcher.profile import NETWORK_2026_11_22

RECORDS = 300


@pytest.fixture(scope="module")
def people() -> list[RawRecord]:
    return invent(RECORDS, 1, 5).missing


@pytest.fixture(scope="module")
def meaningless(people: list[RawRecord]) -> Target:
    """Presence bits as they are, random codes."""
    target = target_of(people, NETWORK_2026_11_22)
    rng = np.random.default_rng(3)
    drawn = [rng.integers(0, 1 << 63, view.codes.shape, dtype=np.uint64) for view in target.views]
    views = zip(target.views, drawn, strict=True)
    return replace(target, views=tuple(replace(view, codes=codes * view.present[:, None]) for view, codes in views))


def test_one_plane_codes_are_re_identified(people: list[RawRecord]) -> None:
    found, sure = graph_matching(one_plane_target(people), rng=np.random.default_rng(1), overlaps=[1.0])
    assert (found.measure, found.records) == ("re-identified", RECORDS)
    assert found.figure > 0.95
    assert sure.figure > 0.95
    assert found.chance < 0.1


def test_half_a_list_is_enough_for_one_plane(people: list[RawRecord]) -> None:
    found, *_ = graph_matching(one_plane_target(people), rng=np.random.default_rng(1), overlaps=[0.8])
    assert found.records == RECORDS / 1.2
    assert found.figure > 0.9


def test_bloom_filters_are_re_identified(people: list[RawRecord]) -> None:
    found, *_ = graph_matching(bloom_target(people), rng=np.random.default_rng(1), overlaps=[1.0])
    assert found.figure > 0.8


def test_codes_that_say_nothing_give_chance(meaningless: Target) -> None:
    found, *_ = graph_matching(meaningless, rng=np.random.default_rng(1), overlaps=[1.0])
    assert found.figure < 0.05 + found.chance


def test_known_pairs_help_and_are_not_counted(people: list[RawRecord], meaningless: Target) -> None:
    chance, *_ = seeded_matching(meaningless, rng=np.random.default_rng(1), pairs=[200])
    assert chance.figure < 0.05 + chance.chance
    found, *_ = seeded_matching(one_plane_target(people), rng=np.random.default_rng(1), pairs=[50], overlap=0.5)
    assert found.figure > 0.9


def test_more_known_pairs_than_common_records_are_passed_over(meaningless: Target) -> None:
    assert seeded_matching(meaningless, rng=np.random.default_rng(1), pairs=[1_000]) == []


def test_open_attributes_raise_chance_and_are_told(meaningless: Target) -> None:
    rng = np.random.default_rng(1)
    found, *_ = graph_matching(meaningless, rng=rng, overlaps=[1.0], rounds=0, open_attributes=True)
    assert found.given.endswith("open attributes")
    assert found.chance > 0.2


def test_scores_are_shares_of_the_common_and_of_the_sure() -> None:
    truth = np.array([2, NOBODY, 0, 1])
    lists = Lists(np.arange(4), np.arange(4), truth, np.ones((4, 4), dtype=np.bool_))
    matching = Matching(np.array([2, 3, 1, 0]), np.array([True, True, False, False]))
    found, sure = scored("attack", "nothing", lists, matching)
    assert (found.figure, sure.figure) == (pytest.approx(1 / 3), 0.5)
    assert found.chance == 0.25
    counted = np.array([False, True, True, True])
    found, sure = scored("attack", "nothing", lists, matching, counted)
    assert (found.figure, sure.figure) == (0, 0)
    nobody = Matching(matching.partners, np.zeros(4, dtype=np.bool_))
    assert [finding.measure for finding in scored("attack", "nothing", lists, nobody)] == ["re-identified"]
