"""Figures of the photo benchmarks, on synthetic embeddings, against slow counts."""

import numpy as np
import pytest

from benchmarks.common.photo_quality import (
    Album,
    agreements,
    cosines,
    distances,
    false_accepts,
    identity_of,
    invented,
    quality,
    quality_by_gap,
)
from benchmarks.photo_evaluation import evaluated
from benchmarks.photo_templates import spaces_of
from encoder.faces.space import FaceSpace

ALBUM = invented(24, 3, 1)


def slow_rank_10(score: np.ndarray, subject: np.ndarray) -> float:
    """Share of ordered genuine pairs with fewer than ten strangers at least as alike."""
    n, hits = len(subject), []
    for i in range(n):
        for j in range(n):
            if i != j and subject[i] == subject[j]:
                hits.append(sum(score[i, k] >= score[i, j] for k in range(n) if subject[k] != subject[i]) < 10)
    return float(np.mean(hits))


def test_quality_counts_every_pair_once() -> None:
    score = -distances(ALBUM.embeddings)
    told = quality(score, ALBUM.subject)
    assert (told["genuine"], told["impostors"]) == (24 * 3, 72 * 71 // 2 - 24 * 3)
    assert told["rank-10"] == slow_rank_10(score, ALBUM.subject)
    assert 0.5 < told["AUC"] < 1


def test_a_group_is_ranked_among_all_strangers() -> None:
    rows = {str(row["pairs"]): row for row in quality_by_gap(-distances(ALBUM.embeddings), ALBUM)}
    assert sum(int(row["genuine"]) for row in rows.values()) == 72
    assert rows["gap 0-2"]["rank-10"] >= rows["gap 11-17"]["rank-10"]
    assert rows["grown"]["AUC"] is None


def test_false_accepts_are_shares_of_impostor_pairs_by_age() -> None:
    embeddings = np.array([[0.0], [0.45], [0.45], [1.0]])
    album = Album(embeddings, np.array([0, 1, 1, 2]), np.array([5.0, 6.0, 30.0, 40.0]))
    rows = {row["impostor pairs"]: row for row in false_accepts(album)}
    assert rows["all"] == {"impostor pairs": "all", "pairs": 5, "within 0.6": 0.8, "within 0.5": 0.4, "within 0.4": 0}
    assert rows["both below 8"]["within 0.5"] == 1.0
    assert rows["both grown"]["within 0.6"] == 1.0
    assert rows["both below 18"]["pairs"] == 1


def test_codes_follow_the_cosines_of_their_space() -> None:
    spaces = spaces_of(ALBUM, invented(40, 3, 2))
    for space in spaces.values():
        wide = FaceSpace(space.identity, space.mean, space.whitening, 1024)
        angle = np.arccos(np.clip(cosines(ALBUM.embeddings, space), -1, 1)) / np.pi
        np.testing.assert_allclose(1 - agreements(ALBUM.embeddings, wide), angle, atol=0.09)


def test_an_evaluation_has_the_figures_of_every_item() -> None:
    tables = evaluated(ALBUM)
    assert [len(rows) for rows in tables.values()] == [4, 5, 4]
    codes = {row["code"]: row["AUC"] for row in list(tables.values())[-1]}
    assert list(codes) == ["float", "256 bits", "512 bits", "1,024 bits"]
    assert codes["512 bits"] == pytest.approx(codes["float"], abs=0.05)
    assert identity_of(ALBUM).dimensions == 128
