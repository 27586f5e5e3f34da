"""Graph matching without known pairs: who is who by the similarities inside each list alone.

Signatures of the highest similarities give a first guess, then neighbours vote (benchmarks.attacks.strong_edges) and
the many weak similarities to believed pairs are weighed (benchmarks.attacks.evidence), with more pairs believed each
round; at the end one linear assignment. Nothing is known but the encoder and the presence bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from benchmarks.attacks.beliefs import Beliefs, believe
from benchmarks.attacks.evidence import Evidence, gather, weak_scores
from benchmarks.attacks.finding import Finding
from benchmarks.attacks.lists import Lists, draw_lists, most_records
from benchmarks.attacks.setting import Floats, Rows, Target
from benchmarks.attacks.signatures import signature_scores
from benchmarks.attacks.strong_edges import add_votes

OVERLAPS = (0.05, 0.2, 0.5, 1.0)
ROUNDS = 10
FIRST_SHARE = 0.1
"""Share of the common records that is believed after the signatures; it grows to all of them."""
TEMPERATURE, PARTIAL_TEMPERATURE = 0.5, 0.3
"""Views and neighbours are no independent witnesses: so much of their word counts, less when lists overlap in part."""
FEWEST_COMMON = 150
"""With fewer common records neighbours are seldom common: signatures alone do better."""
SETTLED = 0.995
"""Rounds end when so many choose as before."""
SURE = 0.5
_SURE_EDGE = 6.0
"""Standard deviations of noise from which an edge cannot be missed by accident."""


@dataclass(frozen=True, repr=False)
class Matching:
    """What the attack says.

    partners  intp (n,): place in the plain list of each encoded record; everybody gets one
    sure      bool (n,): whether the attack believes it
    """

    partners: Rows
    sure: npt.NDArray[np.bool_]


def graph_matching(
    target: Target, *, rng: np.random.Generator, overlaps: Sequence[float] = OVERLAPS, records: int | None = None,
    rounds: int = ROUNDS, open_attributes: bool = False,
) -> list[Finding]:
    """Attack a target with plain lists that overlap it by so much, both of the same length.

    Args:
        target: the codes and, for the plain list, the bags.
        rng: draws lists and rehearsals.
        overlaps: shares of the lists that are common, each attacked by itself.
        records: length of each list; the most that the target has records for at the smallest overlap by default.
        rounds: rounds of voting; 0 for signatures alone.
        open_attributes: whether sex, birth band and quarter are compared as well.

    Returns:
        For each overlap the share of the common records that was given its own plain record, and of the sure ones.
    """
    records = most_records(target, min(overlaps)) if records is None else records
    findings = []
    for overlap in overlaps:
        lists = draw_lists(target, records, overlap, rng, open_attributes)
        matching = match_lists(target, lists, overlap, rng, rounds)
        given = f"plain list, {overlap:.0%} overlap" + (", open attributes" if open_attributes else "")
        findings += scored("graph matching", given, lists, matching)
    return findings


def match_lists(
    target: Target, lists: Lists, overlap: float, rng: np.random.Generator, rounds: int = ROUNDS,
    seeds: tuple[Rows, Rows] | None = None,
) -> Matching:
    """Match two lists; seeds are places of pairs that are known, in the encoded and in the plain list."""
    evidence = gather(target, lists, rng)
    known = 0 if seeds is None else len(seeds[0])
    common = overlap * len(lists.encoded)
    first = signature_scores(evidence, lists, overlap, rng)
    beliefs = _beliefs(first, lists, max(FIRST_SHARE * common, known), 1.0, seeds)
    score = first
    temperature = TEMPERATURE if overlap == 1 else PARTIAL_TEMPERATURE
    choice = _first_choice(score, lists)
    rounds = rounds if common >= FEWEST_COMMON or known else 0
    for turn in range(rounds):
        score = (first if overlap == 1 else 2 * first) + weak_scores(evidence, beliefs)
        _vote(evidence, beliefs, score)
        share = min(1.0, FIRST_SHARE + (1 - FIRST_SHARE) * (turn + 1) / max(rounds - 3, 1))
        beliefs = _beliefs(score, lists, max(share * common, known), temperature, seeds)
        before, choice = choice, _first_choice(score, lists)
        if (before == choice).mean() > SETTLED:
            beliefs = _beliefs(score, lists, common, temperature, seeds)
            break
    partners = _assigned(score, lists, seeds) if rounds else choice
    best, confidence = beliefs.best()
    return Matching(partners, (best == partners) & (confidence > SURE))


def scored(
    attack: str, given: str, lists: Lists, matching: Matching, counted: npt.NDArray[np.bool_] | None = None
) -> list[Finding]:
    """Findings over the records that count, all by default: the common ones re-identified, the sure ones right.

    Where the attack is sure of nobody the second finding is left out.
    """
    counted = np.ones(len(lists.truth), dtype=np.bool_) if counted is None else counted
    right = matching.partners == lists.truth
    common, sure = lists.common & counted, matching.sure & counted
    records = len(lists.encoded)
    counts = (("re-identified", common), ("right where it is sure", sure))
    return [
        Finding(attack, given, records, measure, float(right[these].mean()), lists.chance)
        for measure, these in counts
        if these.any()
    ]


def _first_choice(score: Floats, lists: Lists) -> Rows:
    """The best plain record of each encoded one, intp (n,); two may choose the same."""
    return np.asarray(np.where(lists.allowed, score, np.float32(-np.inf)).argmax(axis=1))


def _vote(evidence: list[Evidence], beliefs: Beliefs, score: Floats) -> None:
    for view in evidence:
        sure = _SURE_EDGE * view.noise
        add_votes(
            view.coded_edges, view.plain_edges, beliefs.partners, beliefs.confidence, view.noise, sure, score
        )


def _beliefs(
    score: Floats, lists: Lists, mass: float, temperature: float, seeds: tuple[Rows, Rows] | None
) -> Beliefs:
    beliefs = believe(score, lists, mass, temperature)
    return beliefs if seeds is None else beliefs.known(*seeds)


def _assigned(score: Floats, lists: Lists, seeds: tuple[Rows, Rows] | None) -> Rows:
    """One plain record for each encoded one, all different, with the highest sum of scores."""
    gain = np.where(lists.allowed, score, np.float32(-1e6))
    if seeds is not None:
        gain[seeds[0]], gain[:, seeds[1]] = -1e6, -1e6
        gain[seeds] = 1e6
    return np.asarray(linear_sum_assignment(gain, maximize=True)[1])
