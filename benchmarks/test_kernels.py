"""pytest-benchmark rounds of the three inner loops: the search kernel, keyed SimHash, and encoding of records.

Run by `make bench`, not by `make test`; `python -m pytest benchmarks/test_kernels.py` compares runs over time
(--benchmark-save, --benchmark-compare).
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.common.data import People, encode, fitted, gallery_of, invent, new_encoder
from encoder.encode import ViewEncoder
from encoder.keys import LinkageKey
from encoder.simhash import simhash_codes
from encoder.tokens.people import person_bag
from encoder.vocabulary import ViewVocabulary
from indexer.search import KernelSearch
from matcher.profile import PROFILES, EncodingProfile
from matcher.views import Kind, View

MISSING, FOUND, PROBES, SEED = 2_000, 10_000, 256, 2611
BAGS, TOKENS_A_BAG, WORDS = 5_000, 40, 2_000


@pytest.fixture(scope="module")
def people() -> People:
    """Invented children, the same ones for every test."""
    return invent(MISSING, FOUND, SEED)


@pytest.fixture(scope="module", params=sorted(PROFILES))
def profile(request: pytest.FixtureRequest) -> EncodingProfile:
    """Each shipped profile."""
    return PROFILES[request.param]


def test_search_of_the_best_ten(benchmark: Any, people: People, profile: EncodingProfile) -> None:
    """One thread, fitted model, 256 probes against 10,000 records."""
    encoder = new_encoder(profile)
    missing, found = encode(encoder, people.missing, Kind.MISSING), encode(encoder, people.found, Kind.FOUND)
    gallery = gallery_of(found)
    tables = fitted(missing, gallery, SEED).tables()
    probes = missing.take(np.arange(PROBES))
    search = KernelSearch(gallery, threads=1)
    hits = benchmark(lambda: search.top_k(probes, tables, 10))
    benchmark.extra_info["pairs"] = PROBES * len(gallery)
    assert len(hits) == PROBES * 10


def test_simhash_of_a_view(benchmark: Any, profile: EncodingProfile) -> None:
    """5,000 bags of 40 tokens whose bits are drawn already."""
    vocabulary = ViewVocabulary(LinkageKey.generate("benchmark", "once"), profile, View.FATHER)
    known = np.array(vocabulary.ids(f"token {i}" for i in range(WORDS)), dtype=np.int32)
    rng = np.random.default_rng(SEED)
    ids = known[rng.integers(0, WORDS, BAGS * TOKENS_A_BAG)]
    weights = rng.integers(1, 5, len(ids)).astype(np.uint8)
    offsets = np.arange(0, len(ids) + 1, TOKENS_A_BAG, dtype=np.int64)
    codes = benchmark(lambda: simhash_codes(vocabulary, ids, weights, offsets))
    assert codes.shape == (BAGS, vocabulary.words)


def test_encoding_of_a_view(benchmark: Any, people: People, profile: EncodingProfile) -> None:
    """Fathers' names from their tokens to codes, every token met before."""
    bags = [person_bag(record.father_name) for record in people.found]
    encoder = ViewEncoder(LinkageKey.generate("benchmark", "once"), profile, View.FATHER)
    encoder.encode(bags)
    assert len(benchmark(lambda: encoder.encode(bags))) == FOUND


def test_encoding_of_records(benchmark: Any, people: People, profile: EncodingProfile) -> None:
    """Raw records to a batch, every word met before."""
    encoder = new_encoder(profile)
    encode(encoder, people.found, Kind.FOUND)
    batch = benchmark.pedantic(lambda: encode(encoder, people.found, Kind.FOUND), rounds=5)
    assert len(batch.refs) == FOUND


if __name__ == "__main__":
    sys.exit(pytest.main([str(Path(__file__)), "-q", "--benchmark-columns=min,median,max,rounds"]))
