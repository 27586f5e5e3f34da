"""What both lists say in one view: similarities of codes on one side, what they should be on the other."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.beliefs import Beliefs
from benchmarks.attacks.expected import expected_similarity, noise_of
from benchmarks.attacks.lists import Lists
from benchmarks.attacks.setting import Floats, Target, TargetView
from benchmarks.attacks.strong_edges import Edges, strong_edges

STRONG = 3.0
"""Standard deviations of noise from which a similarity is a strong edge."""
FEWEST_PRESENT = 20
MOST_PAIRS = 1_000
"""Confident pairs that the weak similarities are compared on; more would cost and say little."""
TRUSTED = 0.02
DEMAND = 0.2
"""Added to the half that the likelihood takes: a likeness of the right record must be nearly all that it should be."""


@dataclass(frozen=True, repr=False)
class Evidence:
    """One view of both lists.

    noise          standard deviation of the similarity of unrelated codes
    coded          float32 (n, n), similarities of the encoded list, 0 on the diagonal
    plain          float32 (n, n), expected ones of the plain list, 0 on the diagonal
    coded_present  bool (n,)
    plain_present  bool (n,)
    coded_edges, plain_edges  the strong ones
    """

    noise: float
    coded: Floats
    plain: Floats
    coded_present: npt.NDArray[np.bool_]
    plain_present: npt.NDArray[np.bool_]
    coded_edges: Edges
    plain_edges: Edges


def gather(target: Target, lists: Lists, rng: np.random.Generator) -> list[Evidence]:
    """The evidence of every view that enough records of both lists have."""
    views = [_gather(view, lists, rng) for view in target.views]
    return [view for view in views if min(view.coded_present.sum(), view.plain_present.sum()) >= FEWEST_PRESENT]


def _gather(view: TargetView, lists: Lists, rng: np.random.Generator) -> Evidence:
    noise = noise_of(view)
    coded = view.code_similarity(lists.encoded, lists.encoded)
    np.fill_diagonal(coded, 0)
    plain = expected_similarity(view, lists.plain, rng)
    present = view.present[lists.encoded], view.present[lists.plain]
    edges = [strong_edges(like, STRONG * noise, known) for like, known in zip((coded, plain), present, strict=True)]
    return Evidence(noise, coded, plain, present[0], present[1], edges[0], edges[1])


def weak_scores(evidence: list[Evidence], beliefs: Beliefs, most: int = MOST_PAIRS) -> Floats | float:
    """Log-likelihood ratios by the similarities to the records that both lists are believed to have, float32 (n, n).

    Similarities are cut off a little above the noise: strong edges have had their say, and one wrong pair would shout.
    The noise is normal with a known spread, so a ratio is linear in the codes' similarities: matrix products do it.
    """
    partners, confidence = beliefs.best()
    trusted = np.argsort(-confidence, kind="stable")[:most]
    trusted = trusted[confidence[trusted] > TRUSTED]
    if not len(trusted):
        return 0.0
    common: Floats | float = 0.0
    energy: Floats | float = 0.0
    for view in evidence:
        products, expected = _products(view, trusted, partners[trusted], confidence[trusted])
        common, energy = common + products, energy + expected
    assert isinstance(common, np.ndarray)
    assert isinstance(energy, np.ndarray)
    slope = _slope(common[trusted, partners[trusted]], energy[partners[trusted]], confidence[trusted])
    return slope * common - np.float32((0.5 + DEMAND) * slope**2) * energy


def _products(
    view: Evidence, trusted: npt.NDArray[np.intp], partners: npt.NDArray[np.intp], confidence: Floats
) -> tuple[Floats, Floats]:
    """Weighted products of coded and expected similarities (n, n), and the weighted squares of the expected (n,)."""
    bound = np.float32(STRONG * view.noise)
    plain = view.plain[:, partners].clip(0, bound)
    mean = plain.mean(axis=0)
    plain -= mean
    coded = view.coded[:, trusted].clip(-1.5 * bound, 1.5 * bound)
    coded -= mean
    weighted = plain * (confidence / np.float32(view.noise**2))
    energy = np.einsum("ij,ij->i", plain, weighted) * view.plain_present
    return coded @ weighted.T, energy.astype(np.float32)


def _slope(common: Floats, energy: Floats, confidence: Floats) -> np.float32:
    """How much of the expected likeness the believed pairs have: little while many of them are wrong."""
    ratio = (common * confidence).sum() / max((energy * confidence).sum(), 1e-9)
    return np.float32(np.clip(ratio, 0.05, 1))
