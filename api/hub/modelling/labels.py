"""What people's decisions say about whether two records are of one child."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from api.hub.storage.judged import Judgement, judgements
from matcher.tables import UNITS_PER_BIT

MATCH = frozenset({"verify", "reunite"})
OTHER_CHILD = frozenset({
    "other_child", "sex_differs", "age_differs", "family_differs", "documents_differ", "dna_differs",
    "found_elsewhere",
})  # fmt: skip
"""Reasons of a rejection, a decline or a disproof that say: not this child.

No label are `identity_known`, `false_report` (it may describe the very child), `family_says_no` (a family may know its
child and not want it found) and `other`.
"""


@dataclass(frozen=True)
class Judged:
    """n judged pairs.

    missing, found  int64 (n,), record numbers: for looking the records up, and never stored
    weight          float64 (n,), bits, under the models of these numbers: `model`, int64 (n,)
    match           bool (n,), whether it is the same child
    """

    missing: npt.NDArray[np.int64]
    found: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    model: npt.NDArray[np.int64]
    match: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.missing)


def judged_pairs(conn: Connection, partition_id: int) -> Judged:
    """The settled pairs of a partition whose judgement says whether it is the same child, by candidate."""
    told = [(row, verdict) for row in judgements(conn, partition_id) if (verdict := verdict_of(row)) is not None]
    rows = [(row.missing_id, row.found_id, row.weight, row.model_id) for row, _ in told]
    missing, found, weight, model = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    match = np.array([verdict for _, verdict in told], dtype=np.bool_)
    return Judged(missing, found, weight / UNITS_PER_BIT, model, match)


def verdict_of(judgement: Judgement) -> bool | None:
    """Whether it is the same child; None when the judgement does not say, as for legal or administrative reasons."""
    if judgement.decision in MATCH:
        return True
    return False if judgement.reason in OTHER_CHILD else None
