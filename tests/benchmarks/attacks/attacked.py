"""Invented records to attack, and targets whose codes have nothing to do with them."""

from dataclasses import replace
from functools import cache

import numpy as np

from benchmarks.attacks.finding import Finding
from benchmarks.attacks.setting import Target
from benchmarks.attacks.weak import one_plane_target
from benchmarks.common.data import People, invent


@cache
def people(missing: int = 600) -> People:
    return invent(missing, missing // 2, 11)


@cache
def one_plane(missing: int = 600) -> Target:
    return one_plane_target(people(missing).missing)


def randomised(target: Target, rng: np.random.Generator) -> Target:
    """The same records with random codes: nothing but presence bits and open attributes is left to see."""
    views = []
    for view in target.views:
        codes = rng.integers(0, 2**64, view.codes.shape, dtype=np.uint64)
        views.append(replace(view, codes=codes * view.present[:, None].astype(np.uint64)))
    return replace(target, views=tuple(views))


def figure(found: list[Finding], measure: str, given: str = "") -> Finding:
    """The finding of this measure, and what is given ends with."""
    (finding,) = [each for each in found if each.measure == measure and each.given.endswith(given)]
    return finding
