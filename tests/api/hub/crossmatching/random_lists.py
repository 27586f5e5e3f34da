"""Random lists of few records, and what searches of some of them would find: everything overlaps, and much is equal."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from api.hub.crossmatching.blocks import NOBODY, Found
from api.hub.crossmatching.composing import Results
from api.hub.crossmatching.lists import Lists, no_lanes
from matcher.views import Kind

Rng = np.random.Generator
TOP = 3


@dataclass(frozen=True)
class Night:
    """Lists before, what was found, and who is there: bool (size,) by record number."""

    base: Lists
    results: dict[Kind, Results]
    present: Any


def kind_of(number: int) -> Kind:
    """Odd numbers are found records."""
    return Kind(number % 2)


def random_lists(rng: Rng, numbers: list[int]) -> Lists:
    """Lists of these records, rising, of one another."""
    rows = [_row(rng, number, numbers) for number in numbers]
    others, weights, limits = (np.array([row[i] for row in rows]).reshape(-1, TOP) for i in range(3))
    return Lists(
        np.array(numbers, np.int32), np.array([int(kind_of(number)) for number in numbers], np.uint8),
        others.astype(np.int32), weights.astype(np.int32), limits.astype(np.uint8), *no_lanes(len(numbers), 0),
    )  # fmt: skip


def random_night(rng: Rng, size: int, columns: int, *, full: bool = False) -> Night:
    """Some come, some go, some are searched again; those searched offer themselves to others."""
    before = [number for number in range(size) if not full and rng.random() < 0.7]
    here = [number for number in range(size + 4) if number >= size or rng.random() < (0.9 if number in before else 0.3)]
    searched = [number for number in here if number not in before or rng.random() < 0.2]
    present = np.zeros(size + 5, dtype=np.bool_)
    present[here] = True
    left = [number for number in here if number not in searched]
    results = {kind: _results(rng, kind, [n for n in searched if kind_of(n) is kind], here, left, columns)
               for kind in Kind}  # fmt: skip
    return Night(random_lists(rng, before), results, present)


def _results(
    rng: Rng, kind: Kind, numbers: list[int], here: list[int], left: list[int], columns: int
) -> Results:
    lists = random_lists(rng, numbers)
    offers = [(number, other, int(rng.integers(20)) * 500) for number in numbers for other in left
              if kind_of(other) is not kind and rng.random() < 0.3]  # fmt: skip
    shape = (len(numbers), TOP, columns)
    others = np.where(np.isin(lists.others, here), lists.others, NOBODY)
    order = np.argsort(others == NOBODY, axis=1, kind="stable")
    place = np.arange(len(numbers))[:, None]
    gone = others == NOBODY
    return Results(kind, Found(
        lists.numbers, others[place, order], np.where(gone, 0, lists.weights)[place, order],
        np.where(gone, 0, lists.limits)[place, order], rng.integers(0, 2, shape).astype(np.uint8),
        np.array(offers, np.int32).reshape(-1, 3), rng.integers(0, 3, len(offers)).astype(np.uint8),
        np.zeros((len(offers), columns), np.uint8), np.zeros(1, np.int64),
    ))  # fmt: skip


def _row(rng: Rng, number: int, numbers: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Best first, and of equals the lowest number; NOBODY behind the last."""
    able = [other for other in numbers if kind_of(other) is not kind_of(number)]
    some = rng.choice(able, min(len(able), int(rng.integers(TOP + 1))), replace=False).tolist() if able else []
    entries = sorted((-500 * int(rng.integers(20)), other) for other in some)
    rest = TOP - len(entries)
    return (
        [other for _, other in entries] + [NOBODY] * rest, [-weight for weight, _ in entries] + [0] * rest,
        [int(rng.integers(3)) for _ in entries] + [0] * rest,
    )  # fmt: skip
