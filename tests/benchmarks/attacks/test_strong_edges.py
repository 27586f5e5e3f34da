"""Strong edges, votes over them and what is believed of them."""

import numpy as np
import pytest

from benchmarks.attacks.beliefs import believe
from benchmarks.attacks.lists import NOBODY, Lists
from benchmarks.attacks.strong_edges import MOST_EDGES, NOT_SURER, Edges, add_votes, strong_edges

FLOOR, NOISE = 0.1, 0.05


def _similarities(records: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    like = rng.random((records, records), dtype=np.float32) ** 3
    like = np.minimum(like, like.T)
    np.fill_diagonal(like, 0)
    return like


def _slow_votes(coded: Edges, plain: Edges, partner: np.ndarray, sure: float, taken: float) -> np.ndarray:
    """One candidate of one confidence for everybody, written out."""
    records = len(coded.ends) - 1
    score = np.zeros((records, records))
    for q in range(records):
        for f in range(plain.ends[q], plain.ends[q + 1]):
            if plain.likeness[f] > sure:
                score[:, plain.neighbours[f]] += np.log1p(-taken)
    for i in range(records):
        for e in range(coded.ends[i], coded.ends[i + 1]):
            q = partner[coded.neighbours[e]]
            for f in range(plain.ends[q], plain.ends[q + 1]):
                k, s = plain.likeness[f], coded.likeness[e]
                variance = (1 - k**2) * NOISE**2 + 1e-5
                if (s - k) ** 2 / 2 / variance > 12:
                    continue
                density = np.exp(-((s - k) ** 2) / 2 / variance) / np.sqrt(2 * np.pi * variance)
                vote = np.log1p(taken * (density / np.exp(coded.background[e]) - 1))
                vote -= np.log1p(-taken) * (int(k > sure) + int(s > sure))
                score[i, plain.neighbours[f]] += vote
    return score


def test_votes_are_those_of_the_written_out_formula() -> None:
    records, present = 12, np.ones(12, dtype=np.bool_)
    edges = [strong_edges(_similarities(records, seed), FLOOR, present) for seed in (1, 2)]
    partner = np.random.default_rng(3).permutation(records)
    score = np.zeros((records, records), dtype=np.float32)
    confidence = np.full((records, 1), 0.4, dtype=np.float32)
    add_votes(edges[0], edges[1], partner[:, None].astype(np.int32), confidence, NOISE, 0.3, score)
    assert score == pytest.approx(_slow_votes(edges[0], edges[1], partner, 0.3, 0.4), rel=1e-3, abs=1e-3)
    assert score.any()


def test_nobody_votes_for_nobody() -> None:
    edges = strong_edges(_similarities(12, 1), FLOOR, np.ones(12, dtype=np.bool_))
    score = np.zeros((12, 12), dtype=np.float32)
    nobody = np.full((12, 1), NOBODY, dtype=np.int32)
    add_votes(edges, edges, nobody, np.full((12, 1), NOT_SURER, dtype=np.float32), NOISE, 0.3, score)
    assert not score.any()


def test_the_strongest_edges_above_the_floor_are_kept() -> None:
    like = _similarities(MOST_EDGES + 40, 1)
    edges = strong_edges(like, 0.01, np.ones(len(like), dtype=np.bool_))
    kept = np.diff(edges.ends)
    assert kept.max() == MOST_EDGES
    first = edges.likeness[: kept[0]]
    assert np.sort(first).tolist() == np.sort(like[0])[::-1][: kept[0]][::-1].tolist()


@pytest.mark.parametrize("mass", [3.0, 10.0])
def test_no_more_is_believed_than_the_mass(mass: float) -> None:
    records = 20
    score = np.eye(records, dtype=np.float32) * np.linspace(4, 20, records, dtype=np.float32)
    every = np.arange(records)
    lists = Lists(every, every, every, np.ones((records, records), dtype=np.bool_))
    beliefs = believe(score, lists, mass, 1.0)
    partners, confidence = beliefs.best()
    assert beliefs.confidence.sum() == pytest.approx(mass, rel=1e-3)
    assert (partners[-3:] == every[-3:]).all()
    assert (np.diff(confidence) >= -1e-6).all()


def test_known_pairs_are_certain_and_belong_to_nobody_else() -> None:
    records = 6
    every = np.arange(records)
    lists = Lists(every, every, every, np.ones((records, records), dtype=np.bool_))
    beliefs = believe(np.zeros((records, records), dtype=np.float32), lists, 6.0, 1.0)
    known = beliefs.known(np.array([1]), np.array([4]))
    assert known.best()[0][1] == 4
    assert known.confidence[1].tolist() == [pytest.approx(0.999), 0, 0]
    assert not known.confidence[known.partners == 4].sum() > 1
