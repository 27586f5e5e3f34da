"""Two lists of records that partly overlap: one encoded, one in plain text."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.setting import Rows, Target

NOBODY = -1


@dataclass(frozen=True, repr=False)
class Lists:
    """Which records of a target the attacker sees in codes, and which he has in plain text; both in random order.

    encoded  intp (n,), numbers of records
    plain    intp (n,), the same
    truth    intp (n,): place in `plain` of each encoded record, NOBODY when it is not there; for scoring only
    allowed  bool (n, n): which pairs agree in what the hub shows, the presence bits above all
    """

    encoded: Rows
    plain: Rows
    truth: Rows
    allowed: npt.NDArray[np.bool_]

    @property
    def common(self) -> npt.NDArray[np.bool_]:
        """Whether an encoded record is in the plain list, bool (n,)."""
        return np.asarray(self.truth != NOBODY)

    @property
    def chance(self) -> float:
        """Share of the common records that a guess among the allowed ones would name."""
        return float((1 / np.maximum(self.allowed[self.common].sum(axis=1), 1)).mean())


def draw_lists(
    target: Target, records: int, overlap: float, rng: np.random.Generator, open_attributes: bool = False
) -> Lists:
    """Draw two lists of so many records, of which a share is common; needs records * (2 - overlap) in the target.

    Raises:
        ValueError: the target has too few records, or nothing would be common.
    """
    common = round(records * overlap)
    if common < 1 or 2 * records - common > target.records:
        raise ValueError(f"Two lists of {records} with {common} in common need more than {target.records} records.")
    drawn = rng.permutation(target.records)[: 2 * records - common]
    encoded = rng.permutation(drawn[:records])
    plain = rng.permutation(np.concatenate([drawn[:common], drawn[records:]]))
    places = np.full(target.records, NOBODY)
    places[plain] = np.arange(records)
    allowed = target.pattern[encoded][:, None] == target.pattern[plain]
    if open_attributes and target.blocks is not None:
        allowed &= target.blocks[encoded][:, None] == target.blocks[plain]
    return Lists(encoded, plain, places[encoded], allowed)


def most_records(target: Target, overlap: float) -> int:
    """Length of the longest two lists that a target has records for."""
    return int(target.records / (2 - overlap) + 1e-9)
