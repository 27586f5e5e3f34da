"""Recall is measured against exact search, and is high where true pairs are near in some view."""

import json
from dataclasses import replace
from itertools import count

import numpy as np

from indexer.approximate import ApproximateSearch
from indexer.approximate_lists import ListOptions
from indexer.approximate_recall import recall_of
from indexer.gallery import Gallery
from indexer.search import KernelSearch
from matcher.views import Kind
from tests.indexer.populations import PROFILE, TABLES, found_of, missing_of, population

MODEST = ListOptions(probed=16, nearest=60, nearest_a_root=0)


def searches(records: int, options: ListOptions, seed: int = 3) -> tuple[ApproximateSearch, KernelSearch]:
    """Over as many found and a tenth as many missing records."""
    rng = np.random.default_rng(seed)
    people, gallery = population(rng, records), Gallery(PROFILE)
    gallery.add(found_of(rng, people), np.arange(records, dtype=np.int32))
    gallery.add(missing_of(rng, people[::10]), np.arange(records, records + len(people[::10]), dtype=np.int32))
    exact = KernelSearch(gallery, 1)
    approximate = ApproximateSearch(gallery, exact, options)
    approximate.build()
    return approximate, exact


def test_true_pairs_are_found_though_few_records_are_weighed() -> None:
    approximate, exact = searches(3000, MODEST)
    probes = approximate.sample(Kind.MISSING, 150, np.random.default_rng(1))
    measured = recall_of(approximate, exact, probes, TABLES, bits=(20.0, 500.0))
    first, best = measured.at["1"], measured.above["20"]
    assert first is not None
    assert best is not None
    assert first >= 0.98
    assert best >= 0.98
    assert 0 < measured.weighed < 0.25
    assert measured.above["500"] is None
    assert measured.probes == 150
    assert measured.built_rows == 3300


def test_the_sides_are_the_same_children() -> None:
    """The sample is of resident records: each finds itself first among its own kind."""
    approximate, exact = searches(400, MODEST)
    probes = approximate.sample(Kind.MISSING, 10**6, np.random.default_rng(1))
    assert len(probes.refs) == 40
    assert recall_of(approximate, exact, probes, TABLES, k=1).at == {"1": 1.0}


def test_recall_counts_what_is_lacking_and_seconds_by_the_given_clock() -> None:
    approximate, exact = searches(500, replace(MODEST, lists_a_root=1.0, probed=1, nearest=1))
    probes = approximate.sample(Kind.MISSING, 20, np.random.default_rng(1))
    ticks = count()
    measured = recall_of(approximate, exact, probes, TABLES, clock=lambda: float(next(ticks)))
    near = approximate.top_k_records(probes, TABLES, 20)
    right = exact.top_k_records(probes, TABLES, 20)
    found = set(zip(near.probe.tolist(), near.record.tolist(), strict=True))
    wanted = list(zip(right.probe.tolist(), right.record.tolist(), right.rank.tolist(), strict=True))
    share = np.mean([(probe, record) in found for probe, record, rank in wanted if rank <= 10])
    assert measured.at["10"] == share < 0.9
    # Twenty probes are two rounds; a round takes one tick of either search.
    assert measured.approximate_seconds == measured.exact_seconds == 2.0


def test_nothing_to_measure_is_nothing_and_reports_are_json() -> None:
    gallery = Gallery(PROFILE)
    exact = KernelSearch(gallery, 1)
    approximate = ApproximateSearch(gallery, exact)
    approximate.build()
    probes = approximate.sample(Kind.FOUND, 5, np.random.default_rng(1))
    measured = recall_of(approximate, exact, probes, TABLES).to_json()
    assert measured["at"] == {"1": None, "10": None, "20": None}
    assert json.loads(json.dumps(measured)) == measured
