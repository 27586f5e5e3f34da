"""Fitting to codes without labels: found pairs get better, and small or empty input is harmless."""

import numpy as np
import pytest

from indexer.fitting import fit_model
from indexer.gallery import Gallery
from indexer.pairs import record_pairs
from indexer.search import KernelSearch
from matcher.batch import EncodedBatch
from matcher.defaults import default_model
from matcher.model import LinkageModel
from matcher.model_file import model_to_json
from matcher.views import Kind, View
from tests.matcher.builders import plain_batch, profile_of

PROFILE = profile_of({View.CHILD: 256, View.FATHER: 256, View.HOME: 256})
START = default_model(PROFILE)


def sides(seed: int, missing: int, found: int, noise: float = 0.12) -> tuple[EncodedBatch, EncodedBatch]:
    """Random codes; missing record i is found record i with noise, as far as there is one."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2, (max(missing, found), PROFILE.words * 64), dtype=np.uint8)
    noisy = bits ^ (rng.random(bits.shape) < noise)

    def packed(rows: np.ndarray) -> np.ndarray:
        return np.packbits(rows, axis=1).view(np.uint64)

    return plain_batch(PROFILE, Kind.MISSING, packed(bits[:missing])), plain_batch(
        PROFILE, Kind.FOUND, packed(noisy[:found])
    )


def fitted(missing: EncodedBatch, found: EncodedBatch, seed: int = 1) -> tuple[LinkageModel, KernelSearch]:
    gallery = Gallery(PROFILE)
    gallery.add(found, np.arange(len(found.refs), dtype=np.int32))
    search = KernelSearch(gallery, 2)
    return fit_model(START, missing, gallery, search, np.random.default_rng(seed)), search


def test_the_share_of_matches_is_found() -> None:
    missing, found = sides(1, 400, 200)
    model, search = fitted(missing, found)
    assert model.origin == "em"
    assert model.matched == pytest.approx(0.5, abs=0.05)
    pairs = record_pairs(search.top_k(missing, model.tables(), 1), missing, 1)
    matched = pairs.probe < 200
    assert np.array_equal(pairs.record[matched], pairs.probe[matched])


def test_the_same_seed_gives_the_same_model() -> None:
    missing, found = sides(2, 60, 60)
    assert model_to_json(fitted(missing, found)[0]) == model_to_json(fitted(missing, found)[0])


@pytest.mark.parametrize(("missing", "found"), [(0, 5), (5, 0), (0, 0)])
def test_without_records_the_model_stays(missing: int, found: int) -> None:
    assert fitted(*sides(3, missing, found))[0] is START


def test_one_record_a_side_keeps_near_the_start() -> None:
    model, _ = fitted(*sides(4, 1, 1))
    assert all(np.abs(a.m - b.m).max() < 0.1 for a, b in zip(model.views, START.views, strict=True))
