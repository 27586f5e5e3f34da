"""Known plain text: learn what codes look like from known pairs, then look every other code up in a dictionary.

The attacker knows some records with their codes, and the plain text of all others (posters), but not which code is
whose. Codes of the dictionary are predicted by regression (`learning`), views are added up as log-likelihoods, and what
comes out nearly certain is taken for known in another round.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from benchmarks.attacks.bits import Floats
from benchmarks.attacks.finding import Finding
from benchmarks.attacks.learning import Kernel, Known, Rows, predicted
from benchmarks.attacks.seen import seen_beside
from benchmarks.attacks.setting import Target, TargetView

Numbers = npt.NDArray[np.int64]
PAIRS = (200, 1_000, 3_000)
ROUNDS = 3
CERTAIN = 0.99
"""Posterior from which a match is taken for known in the next round."""
LEAST_GAIN = 0.1
"""Share of the pairs known so far that a round has to add, or it is the last."""
DONE = 0.98
"""Share of the codes with a nearly certain text from which no further round is made."""
IMPOSSIBLE = np.float32(-1e6)
"""Log-likelihood of a text that what is seen beside the code rules out."""


def regression(
    target: Target, pairs: int, dictionary: int, rng: np.random.Generator, kernel: Kernel = "kernel",
    rounds: int = ROUNDS,
) -> list[Finding]:
    """Match codes to a dictionary of so many records, by so many other pairs that are known.

    Args:
        target: has at least pairs + dictionary records; those beyond are left out.
        pairs: known pairs of code and plain text, drawn at random.
        dictionary: records whose plain text is known and whose codes are looked up.
        rng: draws the known pairs.
        kernel: `linear` for regression on token weights, `kernel` for the covariance of the bits.
        rounds: most rounds; with 1 nothing is taken for known that is not.

    Returns:
        Share of the dictionary's codes whose best entry is right: by each view alone (of the codes that have it), by
        all views, by all views in rounds, and the same with open attributes. Where a view is absent is always seen: its
        code is all zeros.

    Raises:
        ValueError: the target has too few records.
    """
    if target.records < pairs + dictionary:
        raise ValueError(f"Target {target.name} has too few records; give it at least {pairs + dictionary}.")
    drawn = rng.permutation(target.records)[: pairs + dictionary]
    known, looked_up = Known(drawn[:pairs], drawn[:pairs]), np.sort(drawn[pairs:])
    lookup = _Lookup(target, looked_up, kernel, f"{pairs:,} pairs")
    return [*lookup.first_round(known), *lookup.in_rounds(known, rounds)]


class _Lookup:
    """A dictionary of d records, whose codes are looked up in it."""

    def __init__(self, target: Target, records: Rows, kernel: Kernel, given: str) -> None:
        self._target, self._records, self._kernel, self._given = target, records, kernel, given
        self._pattern, self._seen = target.pattern[records], seen_beside(target)[records]
        self._first: Floats = np.zeros((0, 0), np.float32)

    def first_round(self, known: Known) -> Iterator[Finding]:
        """By each view alone, and by all together."""
        total = np.zeros((len(self._records),) * 2, np.float32)
        for view in self._target.views:
            here = np.flatnonzero(view.present[self._records])
            if not len(here):
                continue
            scores = self._of_view(view, known)
            yield self._told(f"matched by {view.name} alone", _right(scores[np.ix_(here, here)]), 1 / len(here))
            total += scores
        self._first = total
        yield self._told("matched", _right(_ruled(total, self._pattern)), _guess(self._pattern))

    def in_rounds(self, known: Known, rounds: int) -> Iterator[Finding]:
        """By all views in rounds, codes alone and with open attributes."""
        ways = (("matched, in rounds", self._pattern), ("matched, in rounds with open attributes", self._seen))
        for measure, seen in ways:
            yield self._told(measure, _right(self._rounds(known, rounds, seen)), _guess(seen))

    def _rounds(self, known: Known, rounds: int, seen: Numbers) -> Floats:
        scores, have = _ruled(self._first, seen), len(known.codes)
        for _ in range(rounds - 1):
            codes, texts = _certain(scores)
            if len(codes) > DONE * len(scores) or len(known.codes) + len(codes) < (1 + LEAST_GAIN) * have:
                break
            have = len(known.codes) + len(codes)
            more = Known(
                np.concatenate([known.codes, self._records[codes]]), np.concatenate([known.texts, self._records[texts]])
            )
            scores = _ruled(np.sum([self._of_view(view, more) for view in self._target.views], axis=0), seen)
        return scores

    def _of_view(self, view: TargetView, known: Known) -> Floats:
        """Log-likelihood ratio of each code under each text, float32 (d, d); 0 where either lacks the view."""
        scores = np.zeros((len(self._records),) * 2, np.float32)
        here, known = np.flatnonzero(view.present[self._records]), known.within(view)
        if len(here) and len(known.codes):
            rows = self._records[here]
            scores[np.ix_(here, here)] = predicted(view, known, rows, self._kernel).log_ratios(view.codes[rows])
        return scores

    def _told(self, measure: str, figure: float, chance: float) -> Finding:
        attack = f"known plain text, {self._kernel} regression"
        return Finding(attack, self._given, len(self._records), measure, figure, chance)


def _ruled(scores: Floats, seen: Numbers) -> Floats:
    """Scores of codes, float32 (d, d), with texts ruled out of which something else would be seen, int64 (d,)."""
    return np.where(seen[:, None] != seen, IMPOSSIBLE, scores)


def _guess(seen: Numbers) -> float:
    """Share of records that a guess among those of which the same is seen gets right."""
    return len(np.unique(seen)) / len(seen)


def _right(scores: Floats) -> float:
    """Share of codes whose best text is their own, float32 (d, d); texts that come out even share the hit."""
    best = scores.max(axis=1)
    return float(np.where(np.diag(scores) >= best, 1 / (scores == best[:, None]).sum(axis=1), 0.0).mean())


def _certain(scores: Floats) -> tuple[Rows, Rows]:
    """Codes with a text that is nearly certain, and theirs: the best of each other, and above CERTAIN after Bayes."""
    texts = scores.argmax(axis=1)
    codes = np.arange(len(scores))
    posterior = np.exp(scores[codes, texts] - logsumexp(scores, axis=1))
    chosen = (posterior >= CERTAIN) & (scores.argmax(axis=0)[texts] == codes)
    return codes[chosen], texts[chosen]
