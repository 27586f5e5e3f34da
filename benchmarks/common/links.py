"""The pipeline of `milap link` on files, held against the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt

from api.cli.console import Reporter
from api.cli.linking import LinkOptions, link_files
from matcher.assignment import assign_one_to_one
from matcher.evaluation import Evaluation, Ranked, evaluate
from matcher.profile import EncodingProfile
from matcher.tables import UNITS_PER_BIT

Truth = set[tuple[str, str]]
LOWEST_BITS = -100.0


@dataclass(frozen=True)
class Candidates:
    """c candidate pairs of one engine, best first within a missing record: ids, match weights in bits, rank from 1."""

    missing: Sequence[str]
    found: Sequence[str]
    weight: npt.NDArray[np.float64]
    rank: npt.NDArray[np.int32]
    seconds: float = 0.0

    def evaluate(self, truth: Truth) -> Evaluation:
        """Recall at 1, 5, 10 and 100 and best F1 over thresholds."""
        true = np.array([pair in truth for pair in zip(self.missing, self.found, strict=True)], dtype=np.bool_)
        return evaluate(Ranked(true, self.rank, self.weight), len(truth))

    def rank_of(self, truth: Sequence[tuple[str, str]]) -> npt.NDArray[np.int32]:
        """Rank of each true pair, int32 (t,), 0 when the list lacks it."""
        known = dict(zip(zip(self.missing, self.found, strict=True), self.rank.tolist(), strict=True))
        return np.array([known.get(pair, 0) for pair in truth], dtype=np.int32)

    def one_to_one(self) -> "Candidates":
        """The optimal assignment among these candidates, as Milap makes it; for peers that have none of their own."""
        sides = (np.array(ids, dtype=np.str_) for ids in (self.missing, self.found))
        numbers = [np.unique(ids, return_inverse=True)[1] for ids in sides]
        units = np.round(self.weight * UNITS_PER_BIT).astype(np.int32)
        keep = assign_one_to_one(numbers[0].astype(np.int64), numbers[1].astype(np.int64), units, int(units.min()))
        places = np.flatnonzero(keep).tolist()
        return Candidates(
            [self.missing[i] for i in places], [self.found[i] for i in places], self.weight[keep], self.rank[keep]
        )


def ranked(missing: Sequence[str], found: Sequence[str], weight: npt.NDArray[np.float64], seconds: float) -> Candidates:
    """Candidates in any order, put into order and ranked; equal weights stand in the order of the found ids."""
    left, right = np.array(missing, dtype=np.str_), np.array(found, dtype=np.str_)
    order = np.lexsort((right, -weight, left))
    left = left[order]
    rank = np.arange(1, len(left) + 1) - np.searchsorted(left, left, side="left")
    return Candidates(left.tolist(), right[order].tolist(), weight[order], rank.astype(np.int32), seconds)


def link(folder: Path, profile: EncodingProfile, top: int, *, one_to_one: bool = False) -> Candidates:
    """Link missing.csv and found.csv of a folder with everything fitted on the spot."""
    started = perf_counter()
    options = LinkOptions(profile, top, None if not one_to_one else 0.0, one_to_one)
    table = link_files(folder / "missing.csv", folder / "found.csv", options, Reporter(quiet=True)).table
    seconds = perf_counter() - started
    return Candidates(table.missing_ids, table.found_ids, table.weight / UNITS_PER_BIT, table.rank, seconds)
