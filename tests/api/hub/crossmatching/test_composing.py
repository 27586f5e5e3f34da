"""Lists that are composed, against a slow reference that goes through every record."""

import numpy as np
import pytest

from api.hub.crossmatching.blocks import NOBODY
from api.hub.crossmatching.composing import changed_numbers, composed
from api.hub.crossmatching.lists import Lists, no_lists
from tests.api.hub.crossmatching.random_lists import TOP, Night, random_night

Entries = list[tuple[int, int, bool]]


def entries(lists: Lists) -> dict[int, Entries]:
    """Other, weight and support of each entry of each record's list."""
    out: dict[int, Entries] = {}
    for number, *row in zip(
        lists.numbers.tolist(), lists.others.tolist(), lists.weights.tolist(), lists.limits.tolist(), strict=True
    ):
        out[number] = [entry for entry in zip(*row, strict=True) if entry[0] != NOBODY]
    return out


def expected(night: Night) -> dict[int, Entries]:
    out = {number: each for number, each in entries(night.base).items() if night.present[number]}
    for results in night.results.values():
        found = results.found
        for (mine, other, weight), limit in zip(found.offers.tolist(), found.offered.tolist(), strict=True):
            kept = [entry for entry in out[other] if entry[0] != mine] if other in out else []
            out[other] = [*kept, (mine, weight, limit)]
    out = {number: sorted(each, key=lambda entry: (-entry[1], entry[0]))[:TOP] for number, each in out.items()}
    for results in night.results.values():
        out |= entries(results.lists())
    return out


@pytest.mark.parametrize("seed", range(40))
def test_composed_lists_are_those_of_a_slow_reference(seed: int) -> None:
    night = random_night(np.random.default_rng(seed), 14, 2, full=seed % 8 == 0)
    lists = composed(night.base, list(night.results.values()), night.present)
    assert entries(lists) == expected(night)
    assert lists.numbers.tolist() == np.flatnonzero(night.present).tolist()
    assert lists.kinds.tolist() == (lists.numbers % 2).tolist()
    empty = lists.others == NOBODY
    assert not lists.weights[empty].any()
    assert not lists.limits[empty].any()


@pytest.mark.parametrize("seed", range(20))
def test_changed_lists_are_found_among_those_that_were_searched_or_offered_something(seed: int) -> None:
    night = random_night(np.random.default_rng(100 + seed), 14, 2)
    lists = composed(night.base, list(night.results.values()), night.present)
    before, after = entries(night.base), entries(lists)
    asked = [found.offers[:, 1] for found in (results.found for results in night.results.values())]
    asked += [results.found.numbers for results in night.results.values()]
    changed = changed_numbers(night.base, lists, np.unique(np.concatenate(asked)))
    assert changed.tolist() == [number for number in after if after[number] != before.get(number)]


def test_nothing_found_leaves_the_lists_as_they_were() -> None:
    base = random_night(np.random.default_rng(1), 14, 2).base
    present = np.zeros(20, np.bool_)
    present[base.numbers] = True
    assert entries(composed(base, [], present)) == entries(base)
    assert len(composed(base, [], np.zeros(1, np.bool_))) == 0
    assert len(composed(no_lists(TOP), [], present)) == 0
