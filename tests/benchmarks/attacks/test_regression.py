import numpy as np
import pytest

from benchmarks.attacks.bits import ones, popcounts
from benchmarks.attacks.regression import regression
from benchmarks.attacks.setting import target_of
from benchmarks.attacks.weak import bloom_target
from benchmarks.common.data import resized
from matcher.profile import NETWORK_2026_11_22
from tests.benchmarks.attacks.attacked import figure, one_plane, people, randomised


@pytest.mark.parametrize("kernel", ["linear", "kernel"])
def test_two_hundred_pairs_break_one_plane(kernel: str) -> None:
    found = regression(one_plane(), 200, 400, np.random.default_rng(1), kernel)
    assert figure(found, "matched").figure > 0.95
    assert figure(found, "matched, in rounds with open attributes").figure > 0.95
    assert all(each.records == 400 and each.given == "200 pairs" for each in found)


def test_two_hundred_pairs_break_a_bloom_filter() -> None:
    found = regression(bloom_target(people().missing), 200, 400, np.random.default_rng(1), "linear")
    assert figure(found, "matched").figure > 0.95


def test_random_codes_give_nothing_but_what_is_seen_beside_them() -> None:
    found = regression(randomised(one_plane(), np.random.default_rng(2)), 200, 400, np.random.default_rng(1))
    for measure in ("matched", "matched, in rounds", "matched, in rounds with open attributes"):
        told = figure(found, measure)
        assert told.figure == pytest.approx(told.chance, abs=0.05)
    assert figure(found, "matched").chance < 0.2
    assert figure(found, "matched by child alone").figure < 0.02


def test_the_kernel_of_the_bits_beats_the_linear_one_where_there_are_planes() -> None:
    target = target_of(people().missing, resized(NETWORK_2026_11_22, "three planes", 512, 3))
    linear, kernel = (
        figure(regression(target, 200, 400, np.random.default_rng(1), each, rounds=1), "matched by child alone").figure
        for each in ("linear", "kernel")
    )
    assert kernel > linear + 0.05


def test_rounds_find_more_than_the_first() -> None:
    target = target_of(people().missing, resized(NETWORK_2026_11_22, "three planes", 512, 3))
    found = regression(target, 150, 450, np.random.default_rng(1))
    assert figure(found, "matched, in rounds").figure > figure(found, "matched").figure


def test_a_target_with_too_few_records_is_refused() -> None:
    with pytest.raises(ValueError, match="too few records"):
        regression(one_plane(), 500, 200, np.random.default_rng(1))


def test_bits_stand_in_the_order_of_the_encoder() -> None:
    codes = np.array([[1 << 0 | 1 << 63, 1 << 2], [0, 0]], dtype=np.uint64)
    assert np.flatnonzero(ones(codes)[0]).tolist() == [0, 63, 66]
    assert popcounts(codes).tolist() == [3, 0]
