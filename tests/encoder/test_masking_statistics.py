"""Masked codes of equal distance cannot be told apart, by statistics that do tell protocols apart that we broke."""

import numpy as np
import numpy.typing as npt
import pytest

from tests.encoder.masked_views import BITS, ENDS, broken, sent, told_apart

CHANCE = 1e-3
"""Below it two samples of one distribution fall once in a thousand seeds."""

Code = npt.NDArray[np.uint8]


def near_the_start() -> tuple[Code, Code]:
    """Nothing but zeros, and ones at the first places of each view."""
    missing = np.zeros(BITS, np.uint8)
    return missing, differing(missing, range(20))


def spread_out() -> tuple[Code, Code]:
    """Half ones and half zeros, different at every third place."""
    missing = np.random.default_rng(7).integers(0, 2, BITS, dtype=np.uint8)
    return missing, differing(missing, range(2, 62, 3))


def all_ones() -> tuple[Code, Code]:
    missing = np.ones(BITS, np.uint8)
    return missing, differing(missing, range(40, 60))


def differing(code: Code, places: range) -> Code:
    found = code.copy()
    for first in ENDS[:-1]:
        found[first + np.array(places)] ^= 1
    return found


@pytest.mark.parametrize("other", [spread_out, all_ones, near_the_start])
def test_codes_of_equal_distance_are_indistinguishable(other) -> None:  # type: ignore[no-untyped-def]
    assert told_apart(sent, near_the_start(), other(), seed=8).least > CHANCE


def test_so_they_are_when_numpy_permutes_and_masks() -> None:
    """The test itself: by the protocol as it is written, in numpy."""
    assert told_apart(broken("fresh", "fresh"), near_the_start(), spread_out(), seed=9).least > CHANCE


@pytest.mark.parametrize(
    ("permute", "mask", "by"),
    [
        ("none", "fresh", "bits"),
        ("shift", "fresh", "pairs"),
        ("fresh", "none", "weights"),
        ("fresh", "one", "pairs"),
        ("none", "none", "bits"),
        ("none", "one", "bits"),
    ],
)  # fmt: skip
def test_protocols_broken_on_purpose_are_told_apart(permute: str, mask: str, by: str) -> None:
    figures = told_apart(broken(permute, mask), near_the_start(), spread_out(), seed=10)
    assert getattr(figures, by) < 1e-9


def test_another_distance_is_told_apart() -> None:
    """It is what the hub is to learn."""
    missing, _ = near_the_start()
    assert told_apart(sent, near_the_start(), (missing, differing(missing, range(22))), seed=11).bits < 1e-9
