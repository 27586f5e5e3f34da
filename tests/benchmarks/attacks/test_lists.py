"""Lists that partly overlap."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from benchmarks.attacks.lists import NOBODY, draw_lists, most_records
from benchmarks.attacks.setting import Target, TargetView


def _target(records: int) -> Target:
    present = np.arange(records) % 2 == 0
    view = TargetView("child", 1, np.zeros((records, 1), np.uint64), present, csr_array((records, 1), dtype=np.float64))
    return Target("none", (view,), records, np.arange(records) // 2)


@pytest.mark.parametrize(("overlap", "common"), [(1.0, 40), (0.5, 20), (0.05, 2)])
def test_so_many_records_are_common_and_their_places_known(overlap: float, common: int) -> None:
    lists = draw_lists(_target(80), 40, overlap, np.random.default_rng(1))
    assert len(set(lists.encoded)) == len(set(lists.plain)) == 40
    assert lists.common.sum() == common == len(set(lists.encoded) & set(lists.plain))
    assert (lists.plain[lists.truth[lists.common]] == lists.encoded[lists.common]).all()
    assert (lists.truth[~lists.common] == NOBODY).all()


def test_only_pairs_with_the_same_views_are_allowed_and_chance_counts_them() -> None:
    lists = draw_lists(_target(40), 40, 1.0, np.random.default_rng(1))
    assert (lists.allowed == (lists.encoded[:, None] % 2 == lists.plain % 2)).all()
    assert lists.chance == pytest.approx(1 / 20)


def test_open_attributes_narrow_the_pairs() -> None:
    lists = draw_lists(_target(40), 40, 1.0, np.random.default_rng(1), open_attributes=True)
    assert lists.chance == 1


def test_too_few_records_are_refused_and_the_longest_lists_fit() -> None:
    target = _target(80)
    longest = most_records(target, 0.4)
    draw_lists(target, longest, 0.4, np.random.default_rng(1))
    with pytest.raises(ValueError, match="need more than 80 records"):
        draw_lists(target, longest + 1, 0.4, np.random.default_rng(1))
