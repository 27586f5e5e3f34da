"""The matrix of weights is what the linkage itself weighs, and two stages rank what one stage would."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.common.all_weights import Weights, all_weights
from benchmarks.common.data import People, invent
from benchmarks.common.two_stage import Lists, Truth, lists_of, ranks, recalls, second_stage, truth_of
from benchmarks.common.variant_encoding import encoded
from benchmarks.common.variant_table import NAMES, fine, sized
from benchmarks.common.variants import Birth, Event, Variant
from encoder.keys import LinkageKey
from matcher.batch import EncodedBatch
from matcher.comparison import compare
from matcher.defaults import default_model
from matcher.model import LinkageModel
from matcher.tables import EXCLUDED, weigh
from matcher.views import Kind

KEY = LinkageKey.generate("test", "once")
COARSE, FULL = sized(NAMES, 2, 64), fine(Birth.DAY, Event.DAY)


@cache
def people() -> People:
    return invent(120, 80, 5)


@cache
def batches(variant: Variant) -> tuple[EncodedBatch, EncodedBatch, LinkageModel]:
    rng = np.random.default_rng(1)
    missing = encoded(variant, KEY, people().missing, Kind.MISSING, rng)
    found = encoded(variant, KEY, people().found, Kind.FOUND, rng)
    return missing, found, default_model(missing.profile)


@cache
def weights(variant: Variant) -> Weights:
    missing, found, model = batches(variant)
    return all_weights(model, missing, found)


@pytest.mark.parametrize("variant", [COARSE, FULL], ids=["coarse", "full"])
def test_the_weight_of_a_pair_is_the_best_of_its_rows(variant: Variant) -> None:
    missing, found, model = batches(variant)
    rows, others = (part.ravel() for part in np.indices((len(missing), len(found))))
    by_pair = weigh(compare(missing, found, rows, others), model.tables()).sum(axis=1, dtype=np.int64)
    best = np.full(weights(variant).shape, -(2**31), np.int64)
    np.maximum.at(best, (missing.record[rows], found.record[others]), by_pair)
    excluded = best < EXCLUDED // 2
    assert (weights(variant)[~excluded] == best[~excluded]).all()
    assert (weights(variant)[excluded] < EXCLUDED // 2).all()
    assert len(missing) > len(missing.refs)


def test_ranks_count_what_weighs_more_and_break_ties_by_number() -> None:
    table = np.array([[5, 7, 7, 1]], np.int32)
    truth = Truth(np.zeros(4, np.intp), np.arange(4, dtype=np.intp))
    assert ranks(table, truth).tolist() == [3, 1, 2, 4]
    none = np.zeros(4, np.int64)
    among = Lists(table, (none[:1], none), np.full(1, 8 << 16), np.array([0, 8, 7, 8]) << 16)
    assert ranks(table, truth, among).tolist() == [2, 0, 1, 0]
    assert recalls(ranks(table, truth, among), (1, 10)) == {"@1": 0.25, "@10": 0.5}


def test_a_list_has_so_many_and_no_more_however_many_are_tied() -> None:
    level = np.zeros((40, 30), np.int32)
    lists = lists_of(level, (7, 12), np.random.default_rng(1))
    for size in (7, 12):
        assert {int(replace(lists[size], by_found=None).row(i).sum()) for i in range(40)} == {size}
        either = np.array([lists[size].row(i) for i in range(40)])
        assert (either.sum(axis=0) >= size).all()
        assert size * 40 < either.sum() <= size * 70


def test_a_list_of_everybody_loses_nothing_in_the_second_stage() -> None:
    truth = truth_of(people())
    lists = lists_of(weights(COARSE), (200,), np.random.default_rng(1))[200]
    alone = recalls(ranks(weights(FULL), truth), (1, 10))
    expected = {f"{rank} {side} side": alone[rank] for side in ("missing", "either") for rank in alone}
    assert second_stage(weights(FULL), truth, lists) == expected
    assert alone["@10"] > 0.9


def test_both_sides_lists_hold_at_least_what_one_holds() -> None:
    truth = truth_of(people())
    lists = lists_of(weights(COARSE), (10,), np.random.default_rng(1))[10]
    places = list(zip(truth.missing.tolist(), truth.found.tolist(), strict=True))
    one, either = (np.mean([kept.row(i)[j] for i, j in places]) for kept in (replace(lists, by_found=None), lists))
    assert 0.5 < one <= either


def test_a_list_is_the_best_by_coarse_weights() -> None:
    lists = lists_of(weights(COARSE), (10,), np.random.default_rng(1))[10]
    row = weights(COARSE)[3]
    kept = replace(lists, by_found=None).row(3)
    assert kept.sum() == 10
    assert row[kept].min() >= row[~kept].max()
