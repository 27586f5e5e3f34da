import numpy as np
import pytest

from benchmarks.attacks.statistics import bias, dependence, statistics
from benchmarks.attacks.weak import bloom_target
from tests.benchmarks.attacks.attacked import figure, one_plane, people, randomised


def test_a_bloom_filter_shows_lengths_and_similarities() -> None:
    found = statistics(bloom_target(people().missing), np.random.default_rng(1))
    assert figure(found, "record: popcount against length, correlation").figure > 0.9
    assert figure(found, "record: code against plain similarity, Spearman").figure > 0.6
    assert figure(found, "record: biased bits, bits of information a position").figure > 0.1


def test_one_plane_shows_similarities_and_repeats() -> None:
    found = statistics(one_plane(), np.random.default_rng(1))
    assert figure(found, "child: code against plain similarity, Spearman").figure > 0.7
    assert figure(found, "birth: unique codes").figure < 0.9
    assert figure(found, "mother: dependent bits, bits of information a pair").figure > 0.003


def test_random_codes_show_nothing() -> None:
    found = statistics(randomised(one_plane(), np.random.default_rng(2)), np.random.default_rng(1))
    assert len(found) == 5 * 8
    for each in found:
        assert each.figure == pytest.approx(each.chance, abs=0.15 if "popcount" in each.measure else 0.02), each


def test_information_of_bits_is_what_it_is_of_clear_cases() -> None:
    coin = np.random.default_rng(3).integers(0, 2, (4000, 1)).astype(np.float32)
    assert bias(np.ones((10, 4), np.float32)) == pytest.approx(1.0)
    assert bias(coin) < 0.002
    assert dependence(np.repeat(coin, 3, axis=1)) == pytest.approx(1.0, abs=0.01)


def test_a_view_that_few_have_gets_no_figures() -> None:
    target = one_plane()
    few = np.arange(target.records) < 10
    views = tuple(type(v)(v.name, v.planes, v.codes, v.present & few, v.bags) for v in target.views)
    assert not statistics(type(target)("few", views, target.records), np.random.default_rng(1))
