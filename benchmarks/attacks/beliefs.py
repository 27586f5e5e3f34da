"""Who may be whom, and how likely: scores of all pairs to a few candidates each, with a bound on the total."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.lists import NOBODY, Lists
from benchmarks.attacks.setting import Floats, Rows

CANDIDATES = 3
FAINT = 0.02
_IMPOSSIBLE = np.float32(-1e9)


@dataclass(frozen=True, repr=False)
class Beliefs:
    """Plain partners of each encoded record, the likely ones.

    partners    int32 (n, CANDIDATES), places in the plain list; NOBODY for none
    confidence  float32 (n, CANDIDATES)
    """

    partners: npt.NDArray[np.int32]
    confidence: Floats

    def best(self) -> tuple[Rows, Floats]:
        """The likeliest partner of each record and its confidence, both (n,)."""
        rows = np.arange(len(self.partners))
        first = self.confidence.argmax(axis=1)
        return self.partners[rows, first].astype(np.intp), self.confidence[rows, first]

    def known(self, encoded: Rows, plain: Rows) -> "Beliefs":
        """The same with pairs that the attacker knows for certain."""
        partners, confidence = self.partners.copy(), self.confidence.copy()
        confidence[np.isin(partners, plain)] = 0
        partners[encoded], confidence[encoded] = NOBODY, 0
        partners[encoded, 0], confidence[encoded, 0] = plain, 0.999
        return Beliefs(partners, confidence)


def believe(score: Floats, lists: Lists, mass: float, temperature: float) -> Beliefs:
    """Candidates of each encoded record with their confidence.

    Scores are log-likelihood ratios times `1 / temperature`. That a record is nobody of the other list has a level of
    its own, the same for all, chosen so that all confidence adds up to `mass`: the number of pairs that the attacker
    trusts by now.
    """
    scaled = np.where(lists.allowed, score * np.float32(temperature), _IMPOSSIBLE)
    places = np.argpartition(-scaled, min(CANDIDATES, len(scaled) - 1), axis=1)[:, :CANDIDATES]
    picked = np.take_along_axis(scaled, places, axis=1).astype(np.float64)
    rivals = _log_sum(scaled, 1)[:, None], _log_sum(scaled, 0)[places]
    confidence = _with_mass(picked, rivals, mass)
    confidence[picked <= _IMPOSSIBLE / 2] = 0
    return Beliefs(np.where(confidence > FAINT, places, NOBODY).astype(np.int32), confidence.astype(np.float32))


def _log_sum(scaled: Floats, axis: int) -> npt.NDArray[np.float64]:
    most = scaled.max(axis=axis, keepdims=True)
    total = np.exp(scaled - most).sum(axis=axis, dtype=np.float64)
    return np.asarray(np.log(total) + most.reshape(-1))


def _with_mass(
    picked: npt.NDArray[np.float64], rivals: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]], mass: float
) -> npt.NDArray[np.float64]:
    def at(nobody: float) -> npt.NDArray[np.float64]:
        of_row, of_column = (np.minimum(picked - np.logaddexp(rival, nobody), 0) for rival in rivals)
        return np.asarray(np.exp((of_row + of_column) / 2))

    low, high = -50.0, 1e4
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if at(middle).sum() > mass else (low, middle)
    return at(low)
