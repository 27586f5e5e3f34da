"""Judged pairs are weighed as search weighs them; what is gone keeps its weight where that still means something."""

from dataclasses import replace

import numpy as np
import pytest

from api.hub.matching.agreed import AgreedSearch
from api.hub.matching.probes import ResidentProbes
from api.hub.modelling.labels import Judged
from api.hub.modelling.weighing import LIST, labels_under
from indexer.gallery import Gallery
from indexer.search import KernelSearch
from matcher.calibration import probabilities
from matcher.defaults import default_model
from matcher.labelled import Labels
from matcher.reliability import probability_of
from matcher.tables import UNITS_PER_BIT
from matcher.views import Kind, View
from tests.matcher.builders import code_pool, profile_of, random_batch

PROFILE = profile_of({View.CHILD: 128, View.BIRTH: 64, View.HOME: 128})
MODEL = replace(default_model(PROFILE), tolerance=10_000)
GONE = 9_999


class Resident:
    """Forty missing and sixty found records of up to four rows each, of two holders."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        pool = code_pool(rng, PROFILE)
        self.gallery = Gallery(PROFILE)
        for holder in (1, 2):
            for kind, count, first in ((Kind.MISSING, 20, 0), (Kind.FOUND, 30, 100)):
                records = random_batch(rng, pool, PROFILE, kind, count)
                numbers = np.arange(count, dtype=np.int32) + first + count * (holder - 1)
                self.gallery.add(records, numbers, holder)
        self.held = ResidentProbes(self.gallery, Kind.MISSING).all()
        self.search = AgreedSearch(KernelSearch(self.gallery, 1), self.held.holders, np.ones((3, 3), dtype=np.bool_))

    def labels(self, judged: Judged, comparable: bool = False, model=MODEL) -> Labels:  # type: ignore[no-untyped-def]
        return labels_under(model, judged, self.held, self.gallery, self.search, lambda _number: comparable)


def pairs(*numbers: tuple[int, int], weight: float = 12.5) -> Judged:
    both = np.array(numbers, dtype=np.int64).reshape(-1, 2)
    n = len(both)
    return Judged(both[:, 0], both[:, 1], np.full(n, weight), np.ones(n, dtype=np.int64), np.arange(n) % 2 == 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pairs_weigh_what_the_search_says_and_are_stated_as_on_their_lists(seed: int) -> None:
    there = Resident(seed)
    lists = there.search.top_k_records(there.held.batch, MODEL.tables(), LIST)
    numbers = [(int(there.held.numbers[p]), int(r)) for p, r in zip(lists.probe, lists.record, strict=True)]
    found = there.labels(pairs(*numbers))
    assert found.weight.tolist() == (lists.weight / UNITS_PER_BIT).tolist()
    stated = probability_of(MODEL.curve.at(found.weight) + found.prior)
    assert stated == pytest.approx(probabilities(lists.probe, lists.weight, MODEL, 60), rel=1e-6, abs=1e-12)


def test_pairs_of_records_that_are_gone_keep_their_weight_without_competitors() -> None:
    there = Resident(4)
    judged = pairs((0, 100), (GONE, 101), (1, GONE), (GONE, GONE))
    kept = there.labels(judged, comparable=True)
    assert len(kept) == 4
    assert kept.weight[1:].tolist() == [12.5] * 3
    ratio = MODEL.matched / 60
    assert kept.prior[1:] == pytest.approx(np.log2(ratio / (1 - MODEL.matched)))
    assert kept.group.tolist() == [0, GONE, 1, GONE]
    assert kept.match.tolist() == [True, False, True, False]


def test_weights_of_a_model_that_means_something_else_are_left_out() -> None:
    there = Resident(4)
    found = there.labels(pairs((GONE, 101), (0, 100), (1, GONE)))
    assert found.group.tolist() == [0]


def test_pairs_that_a_hard_rule_excludes_are_left_out() -> None:
    there = Resident(5)
    everything = pairs(*((m, f) for m in range(40) for f in range(100, 160)))
    strict = there.labels(everything, model=replace(MODEL, tolerance=0))
    assert 0 < len(strict) < len(there.labels(everything)) == 2400
    assert strict.weight.min() > -1000


def test_nothing_judged_gives_no_labels() -> None:
    assert len(Resident(6).labels(pairs())) == 0
