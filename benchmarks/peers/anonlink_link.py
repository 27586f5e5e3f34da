"""anonlink and clkhash: record-level keyed Bloom filters (CLKs) of 1,024 bits, compared by Dice."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from anonlink.similarities import dice_coefficient_accelerated
from clkhash.clk import generate_clks
from clkhash.comparators import ExactComparison, NgramComparison
from clkhash.field_formats import BitsPerFeatureStrategy, FieldHashingProperties, MissingValueSpec, StringSpec
from clkhash.schema import Schema

BITS = 1024
SECRET = "benchmark"  # one throw-away secret for both sides
FIELDS = (
    ("name", 2, 200), ("father", 2, 200), ("mother", 2, 200), ("village", 2, 100), ("district", 2, 100),
    ("birth_year", 0, 40), ("sex", 0, 20),
)
"""Column, q-grams (0 for the whole value) and bits a feature: names carry most, as clkhash's guide advises."""


def schema() -> Schema:
    """A schema with fixed bits a feature, so that a long village does not outweigh a short name."""
    specs = []
    for column, grams, bits in FIELDS:
        comparison = NgramComparison(grams) if grams else ExactComparison()
        missing = MissingValueSpec(sentinel="", replace_with="")
        hashing = FieldHashingProperties(comparison, BitsPerFeatureStrategy(bits), missing_value=missing)
        specs.append(StringSpec(column, hashing))
    return Schema(specs, BITS)


def values(rows: Sequence[dict[str, Any]]) -> list[tuple[str, ...]]:
    """The schema's columns of plain rows."""
    return [tuple("" if row[c] is None else str(row[c]) for c, _, _ in FIELDS) for row in rows]


def clks(people: Sequence[tuple[str, ...]], workers: int | None = None) -> list[Any]:
    """CLKs as clkhash makes them, bitarrays of BITS; `workers` 1 stays in this process."""
    return list(generate_clks(people, schema(), SECRET, validate=False, max_workers=workers))


def packed(filters: Sequence[Any]) -> npt.NDArray[np.uint8]:
    """CLKs as uint8 (n, BITS / 8)."""
    return np.frombuffer(b"".join(f.tobytes() for f in filters), dtype=np.uint8).reshape(len(filters), -1)


def candidates(
    missing: Sequence[Any], found: Sequence[Any], threshold: float, k: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Dice, missing and found index of at most k candidates a missing record, best first."""
    dice, (left, right) = dice_coefficient_accelerated((missing, found), threshold, k=k)
    return (
        np.asarray(cast(Any, dice), dtype=np.float64), np.asarray(cast(Any, left), dtype=np.int64),
        np.asarray(cast(Any, right), dtype=np.int64),
    )
