"""Photo codes: what they give to a hub without the key, to one with known pairs, and to whoever has the key.

On SYNTHETIC embeddings, which no face had a part in. A code is the signs of keyed rotations of an embedding: renewable
and unlinkable without the key, not irreversible (FACES, item 6).
"""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from benchmarks.attacks.bits import Floats, ones
from benchmarks.attacks.finding import Finding
from benchmarks.attacks.setting import Rows
from benchmarks.common.photo_quality import Album, identity_of, invented, profile_of
from encoder.faces.fitting import fit_mean
from encoder.faces.rotation import stacked_rotations
from encoder.faces.space import FaceSpace
from encoder.faces.template import TemplateEncoder, directions
from encoder.keys import LinkageKey
from matcher.photo_figures import auc, scored
from matcher.views import View

ATTACK = "photo templates"
EACH = 2
"""Photos of each person: the first is in the attacker's album, codes are of the second as well."""
FITTED_PEOPLE, FITTED_EACH = 200, 4
PAIRS = (10, 50, 200)
PENALTY = 0.05
LATER = 8
"""Later epochs whose codes are compared with those of the first: each pair of keys is off by its own little."""


def photo_templates(people: int, rng: np.random.Generator, pairs: tuple[int, ...] = PAIRS) -> list[Finding]:
    """Attack the photo codes of so many invented people.

    Returns:
        By codes alone, whether two photos are of one person (AUC), which is what codes are for, and the same with codes
        of two epochs, which must be .50; with known pairs of embedding and code, the share of the other codes whose
        embedding is picked from among all; with the key, the mean cosine of the embedding that comes back.
    """
    seeds = rng.integers(0, 2**31, 2).tolist()
    album, others = invented(people, EACH, seeds[0]), invented(FITTED_PEOPLE, FITTED_EACH, seeds[1])
    mean = fit_mean(others.embeddings, [str(number) for number in others.subject])
    space = FaceSpace(identity_of(album), mean)
    key = LinkageKey.generate("benchmark", "first")
    signs = _signs(album, key, space)
    true = directions(album.embeddings, space).astype(np.float32)
    first, second = np.arange(0, people * EACH, EACH), np.arange(1, people * EACH, EACH)
    later = [_signs(album, LinkageKey.generate("benchmark", f"{n}"), space) for n in range(LATER)]
    unlinked = float(np.mean([_linked(signs, other) for other in later]))
    found = [
        _told("codes of one epoch", people, "two photos of one person, AUC", _linked(signs[first], signs[second]), 0.5),
        _told("codes of two epochs", people, "one photo, AUC", unlinked, 0.5),
    ]
    for count in (count for count in pairs if count < people):
        known = rng.permutation(people)[:count]
        for codes, photo in ((first, "by the photo itself"), (second, "by another photo")):
            share = picked(true[first], signs[first], signs[codes], known)
            found.append(_told(f"{count} pairs", people, f"re-identified {photo}", share, 1 / (people - count)))
    view_key = key.view_key(profile_of(space.bits), View.PHOTO, 0)
    back = recovered(signs, stacked_rotations(view_key, space.identity.dimensions, space.bits).astype(np.float32))
    cosine = float((back * true).sum(axis=1).mean())
    return [*found, _told("the key", people, "embedding back, cosine", cosine, 0.0)]


def picked(embeddings: Floats, signs: Floats, codes: Floats, known: Rows) -> float:
    """Share of codes that the embedding of their person predicts best, by kernel regression on known pairs.

    Args:
        embeddings: float32 (n, d), of length 1, one of each person.
        signs: float32 (n, bits), +1 and -1, their codes, of which those of `known` are known.
        codes: float32 (n, bits), the codes to be told, of the same persons.
        known: intp, persons left out of the share.
    """
    rest = np.setdiff1d(np.arange(len(signs)), known)
    kernel = (2 / np.pi) * np.arcsin((embeddings @ embeddings[known].T).clip(-1, 1))
    gram = kernel[known] + PENALTY * np.eye(len(known))
    share = (kernel[rest] @ cho_solve(cho_factor(gram), signs[known])).clip(-0.95, 0.95)
    scores = codes[rest] @ np.arctanh(share).T + 0.5 * np.log1p(-(share**2)).sum(axis=1)
    return float((scores.argmax(axis=1) == np.arange(len(rest))).mean())


def recovered(signs: Floats, planes: Floats) -> Floats:
    """Directions of length 1 that n codes, float32 (n, bits), point to by their hyperplanes, float32 (bits, d)."""
    back = signs @ planes
    return np.asarray(back / np.linalg.norm(back, axis=1, keepdims=True), dtype=np.float32)


def _signs(album: Album, key: LinkageKey, space: FaceSpace) -> Floats:
    codes = TemplateEncoder(key, profile_of(space.bits), space).encode(album.embeddings)
    return ones(codes) * 2 - 1


def _linked(codes: Floats, others: Floats) -> float:
    like = (codes @ others.T).astype(np.float64)
    return auc(scored(np.diag(like), like[~np.eye(len(like), dtype=np.bool_)]))


def _told(given: str, people: int, measure: str, figure: float, chance: float) -> Finding:
    return Finding(ATTACK, given, people, measure, figure, chance)
