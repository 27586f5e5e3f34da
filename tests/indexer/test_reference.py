"""The slow search itself, against one weight computed by hand."""

import numpy as np

from indexer.interface import NO_MINIMUM, SearchFilter
from indexer.reference import ReferenceSearch
from matcher.defaults import default_model
from matcher.views import Kind, View
from tests.matcher.builders import plain_batch, profile_of

PROFILE = profile_of({View.CHILD: 64})
TABLES = default_model(PROFILE).tables()


def codes(*distances: int) -> np.ndarray:
    """Codes with so many bits set."""
    return np.array([[(1 << d) - 1] for d in distances], dtype=np.uint64)


def test_weights_order_and_ties() -> None:
    search = ReferenceSearch(plain_batch(PROFILE, Kind.FOUND, codes(40, 0, 0, 20)), np.array([5, 9, 2, 7], np.int32))
    probe = plain_batch(PROFILE, Kind.MISSING, codes(0))
    hits = search.top_k(probe, TABLES, 10)
    open_weight = int(TABLES.sex[1, 1] + TABLES.lag[1])
    assert hits.record.tolist() == [2, 9, 7, 5]
    assert hits.row.tolist() == [2, 1, 3, 0]
    assert hits.weight.tolist() == [int(TABLES.views[0][d]) + open_weight for d in (0, 0, 20, 40)]
    assert search.top_k(probe, TABLES, 1).record.tolist() == [2]
    assert search.above(probe, TABLES, int(hits.weight[2])).record.tolist() == [2, 9, 7]
    assert search.above(probe, TABLES, int(hits.weight[2]) + 1).record.tolist() == [2, 9]


def test_other_kinds_and_holders_without_an_agreement_are_not_compared() -> None:
    search = ReferenceSearch(plain_batch(PROFILE, Kind.FOUND, codes(0)), np.array([0], np.int32), holder=1)
    probe = plain_batch(PROFILE, Kind.MISSING, codes(0))
    assert len(search.above(probe, TABLES, NO_MINIMUM)) == 1
    assert len(search.above(probe, TABLES, NO_MINIMUM, SearchFilter(kind=Kind.MISSING))) == 0
    for agreed, hits in ((True, 1), (False, 0)):
        only = SearchFilter(agreements=np.array([[True, agreed], [True, True]]))
        assert len(search.above(probe, TABLES, NO_MINIMUM, only)) == hits
