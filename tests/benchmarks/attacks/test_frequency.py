import numpy as np
import pytest

from benchmarks.attacks.frequency import frequency
from benchmarks.attacks.placing import placed_by_likeness
from benchmarks.attacks.setting import target_of
from benchmarks.attacks.values import coded_values, plain_values
from matcher.profile import NETWORK_2026_11_22
from tests.benchmarks.attacks.attacked import figure, one_plane, people, randomised


def test_frequencies_and_similarities_break_one_plane() -> None:
    found = frequency(one_plane(), np.random.default_rng(1))
    assert figure(found, "mother: value told by frequency and similarity").figure > 0.5
    assert figure(found, "re-identified by all views").figure > 0.25


def test_values_that_occur_differently_often_are_told_by_frequency_alone() -> None:
    often = [record for at, record in enumerate(people().missing[:10]) for _ in range(at + 1)]
    found = frequency(target_of(often, NETWORK_2026_11_22), np.random.default_rng(1))
    for how in ("frequency", "frequency and similarity"):
        assert figure(found, f"child: value told by {how}").figure == 1.0
    assert figure(found, "re-identified by all views").figure == pytest.approx(10 / 55)


def test_random_codes_tell_nothing() -> None:
    found = frequency(randomised(one_plane(), np.random.default_rng(2)), np.random.default_rng(1))
    assert figure(found, "re-identified by all views").figure < 0.02
    assert all(each.figure < 0.05 for each in found)


def test_another_sample_tells_values_and_no_records() -> None:
    found = frequency(one_plane(), np.random.default_rng(1), another_sample=True)
    assert {each.given for each in found} == {"frequencies of another sample"}
    assert not [each for each in found if each.measure.startswith("re-identified")]
    assert figure(found, "birth: value told by frequency").records == 300


def test_codes_repeat_where_texts_repeat() -> None:
    for view in one_plane().views:
        rows = np.flatnonzero(view.present)
        codes, texts = coded_values(view, rows), plain_values(view, rows)
        # Bags whose weights are multiples of each other may have one code too, so codes can be fewer.
        pairs = set(zip(texts.of.tolist(), codes.of.tolist(), strict=True))
        assert len(pairs) == len(texts.counts) >= len(codes.counts)
        for values in (codes, texts):
            assert (np.diff(values.counts) <= 0).all()
            assert values.counts.tolist() == np.bincount(values.of).tolist()
            assert (values.of[values.example] == np.arange(len(values.counts))).all()


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_a_shuffled_graph_is_put_in_order(noise: float) -> None:
    rng = np.random.default_rng(4)
    points = rng.normal(size=(120, 5))
    like = np.tanh(points @ points.T).astype(np.float32)
    shuffled = rng.permutation(120)
    codes = (like + noise * rng.normal(size=like.shape)).astype(np.float32)[np.ix_(shuffled, shuffled)]
    placed = placed_by_likeness(codes, like, np.zeros_like(like))
    assert (placed == shuffled).mean() > 0.95
