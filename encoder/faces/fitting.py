"""Mean and whitening of a face space, fitted from an operator's own photos (FACES, item 4).

Every child counts once, however many photos there are: a child with many would pull the mean towards one face.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from encoder.faces.interface import EmbedderIdentity
from encoder.faces.space import TEMPLATE_BITS, FaceSpace
from matcher.errors import InputError

MIN_PHOTOS = 20
"""Photos that a mean needs."""

MIN_SUBJECTS = 10
"""Children that a mean needs: all holders get it, and the mean of one child's photos is that child's face."""

MIN_SUBJECTS_WITH_TWO = 30
"""Children with two or more photos that a whitening needs."""

MIN_SHRINKAGE = 0.01
"""Least share of the identity matrix in a within-class covariance: no direction is ever without variance."""

Vectors = npt.NDArray[np.float64]


class FittingError(InputError):
    """There are too few photos to fit from, or they do not fit each other (exit status 2)."""


def fit_space(
    identity: EmbedderIdentity, embeddings: Vectors, subjects: Sequence[str], *, whiten: bool, on: date, tool: str,
    ages: str = "", bits: int = TEMPLATE_BITS,
) -> FaceSpace:  # fmt: skip
    """A space of one embedder with its mean, and its whitening if wanted, and where they come from.

    Args:
        identity: the embedder that made the embeddings.
        embeddings: float64 (n, d), one a photo.
        subjects: n pseudonyms, equal where the photos show the same child; they are not kept.
        whiten: whether to fit a whitening too.
        on: the day it is fitted, for the provenance.
        tool: name and version of what fits, for the provenance.
        ages: ages in the photos, in words such as "0-17 years", for the provenance; empty when not known.
        bits: of a code.

    Raises:
        FittingError: as `fit_mean` and `fit_whitening`.
    """
    mean = fit_mean(embeddings, subjects)
    whitening = fit_whitening(embeddings, subjects) if whiten else None
    provenance: dict[str, str | int | float] = {
        "photos": len(subjects), "subjects": len(set(subjects)), "fitted_on": on.isoformat(), "tool": tool,
    }  # fmt: skip
    return FaceSpace(identity, mean, whitening, bits, provenance | ({"ages": ages} if ages else {}))


def fit_mean(embeddings: Vectors, subjects: Sequence[str]) -> Vectors:
    """The mean face: of the means of the children, float64 (d,).

    Args:
        embeddings: float64 (n, d), n at least MIN_PHOTOS.
        subjects: n pseudonyms, at least MIN_SUBJECTS different ones.

    Raises:
        FittingError: too few photos or children, or embeddings that are not finite.
    """
    groups = _by_subject(embeddings, subjects)
    if len(subjects) < MIN_PHOTOS or len(groups) < MIN_SUBJECTS:
        raise FittingError(
            f"A mean needs at least {MIN_PHOTOS} photos of {MIN_SUBJECTS} children, and there are {len(subjects)} of "
            f"{len(groups)}; add photos, or work without a mean."
        )
    return np.asarray(np.mean([group.mean(axis=0) for group in groups], axis=0))


def fit_whitening(embeddings: Vectors, subjects: Sequence[str]) -> Vectors:
    """Within-class covariance normalisation: B, float64 (d, d), with B B^T the inverse of the covariance.

    B is the Cholesky factor of the inverse of the mean covariance of a child's photos (Hatch, Kajarekar and Stolcke,
    Within-class covariance normalization, Interspeech 2006), shrunk towards a multiple of the identity (Ledoit and
    Wolf, Journal of Multivariate Analysis 88, 2004) with each child's covariance as one observation.

    Args:
        embeddings: float64 (n, d).
        subjects: n pseudonyms, of which at least MIN_SUBJECTS_WITH_TWO have two photos or more.

    Raises:
        FittingError: too few such children, embeddings that are not finite, or photos that are all the same.
    """
    groups = [group for group in _by_subject(embeddings, subjects) if len(group) > 1]
    if len(groups) < MIN_SUBJECTS_WITH_TWO:
        raise FittingError(
            f"A whitening needs at least {MIN_SUBJECTS_WITH_TWO} children with two photos or more, and there are "
            f"{len(groups)}; add photos, or fit a mean alone."
        )
    return np.linalg.cholesky(np.linalg.inv(_shrunk(_within(groups))))


def _by_subject(embeddings: Vectors, subjects: Sequence[str]) -> list[Vectors]:
    """Embeddings of each child, in order of first appearance."""
    if embeddings.ndim != 2 or len(embeddings) != len(subjects):
        raise FittingError("Every photo needs one embedding and one child; embed the photos again.")
    if not np.isfinite(embeddings).all():
        raise FittingError("An embedding holds what is no finite number; embed the photos again.")
    rows: dict[str, list[int]] = {}
    for row, subject in enumerate(subjects):
        rows.setdefault(subject, []).append(row)
    return [embeddings[several] for several in rows.values()]


def _within(groups: list[Vectors]) -> list[Vectors]:
    """Factors of the children's covariances: F, float64 (photos, d), with F^T F the unbiased covariance."""
    return [(group - group.mean(axis=0)) / np.sqrt(len(group) - 1) for group in groups]


def _shrunk(factors: list[Vectors]) -> Vectors:
    """Mean of the covariances, shrunk by the variance of that mean over its distance from the identity's multiple."""
    count, d = len(factors), factors[0].shape[1]
    mean = np.sum([factor.T @ factor for factor in factors], axis=0) / count
    level = np.trace(mean) / d
    if not level > 0:
        raise FittingError("The photos of each child are one and the same; add photos of different days.")
    # The squared norm of F^T F is that of F F^T, which is small.
    squares = sum(float(np.sum((factor @ factor.T) ** 2)) for factor in factors)
    variance = (squares / count - float(np.sum(mean**2))) / (count - 1)
    distance = float(np.sum((mean - level * np.eye(d)) ** 2))
    share = min(1.0, max(MIN_SHRINKAGE, variance / distance if distance > 0 else 1.0))
    return np.asarray((1 - share) * mean + share * level * np.eye(d))
