"""What a hub sees of one pair of codes under many masks, and how well it tells two such pairs apart."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, ks_2samp, norm

from encoder.mask_stream import RowPair
from encoder.masking import mask_rows
from tests.encoder.masking_builders import EVERY_VIEW, PROFILE, both_sides

Words = npt.NDArray[np.uint64]
Bits = npt.NDArray[np.float64]
Masker = Callable[[npt.NDArray[np.uint8], npt.NDArray[np.uint8], np.random.Generator], tuple[Bits, Bits]]
"""From two plain codes, uint8 (bits,), to what a hub got of them in MASKS comparisons, float64 (MASKS, bits) each."""

MASKS = 6_000
KEYS = both_sides()
BITS = 64 * PROFILE.words
ENDS = [64 * word for word in PROFILE.offsets]


@dataclass(frozen=True)
class Figures:
    """Smallest chance, over all that was counted, that two samples of one distribution differ so much."""

    bits: float
    weights: float
    pairs: float

    @property
    def least(self) -> float:
        return min(self.bits, self.weights, self.pairs)


def sent(missing: npt.NDArray[np.uint8], found: npt.NDArray[np.uint8], rng: np.random.Generator) -> tuple[Bits, Bits]:
    """The product: fresh refs for each comparison, so fresh masks."""
    refs = rng.integers(0, 2**62, MASKS).tolist()
    pairs = [RowPair(f"m{ref}", 1, 0, f"f{ref}", 1, 0) for ref in refs]
    has = np.full(MASKS, EVERY_VIEW)
    one, other = (
        mask_rows(key, pairs, PROFILE, np.tile(_packed(code), (MASKS, 1)), has)
        for key, code in zip(KEYS, (missing, found), strict=True)
    )
    return _bits(one), _bits(other)


def broken(permute: str, mask: str) -> Masker:
    """The protocol with another permutation (none, shift, fresh) or another mask (none, one, fresh)."""

    def masker(
        missing: npt.NDArray[np.uint8], found: npt.NDArray[np.uint8], rng: np.random.Generator
    ) -> tuple[Bits, Bits]:
        masks = rng.integers(0, 2, (1 if mask == "one" else MASKS, BITS), dtype=np.uint8)
        places = np.concatenate([_places(rng, permute, end - first) + first for first, end in pairwise(ENDS)], axis=1)
        one, other = ((code[places] ^ (0 if mask == "none" else masks)) for code in (missing, found))
        return one.astype(np.float64), other.astype(np.float64)

    return masker


def _places(rng: np.random.Generator, permute: str, n: int) -> npt.NDArray[np.intp]:
    places = np.tile(np.arange(n), (MASKS, 1))
    if permute == "shift":
        return (places + rng.integers(0, n, (MASKS, 1))) % n
    return rng.permuted(places, axis=1) if permute == "fresh" else places


def told_apart(
    masker: Masker, one: tuple[npt.NDArray[np.uint8], ...], other: tuple[npt.NDArray[np.uint8], ...], seed: int
) -> Figures:
    """How well two pairs of codes with the same distance in each view are told apart by all that the hub has of them.

    Bits of either code, of their difference, numbers of ones by view, and pairs of bits at every two places.
    """
    rng = np.random.default_rng(seed)
    seen = [_all_bits(*masker(*codes, rng)) for codes in (one, other)]
    return Figures(
        _smallest(*(bits.sum(axis=0) for bits in seen)),
        _weights(*seen),
        _smallest(*((bits.T @ bits)[np.triu_indices(bits.shape[1], 1)] for bits in seen)),
    )


def _all_bits(one: Bits, other: Bits) -> Bits:
    """Both codes and their difference, (MASKS, 3 * bits)."""
    return np.concatenate([one, other, np.abs(one - other)], axis=1)


def _smallest(one: Bits, other: Bits) -> float:
    """Chance of the largest difference of two counts, over all that were counted (Bonferroni)."""
    share = (one + other) / (2 * MASKS)
    spread = np.sqrt(2 * MASKS * share * (1 - share))
    moved = spread > 0
    z = (one - other)[moved] / spread[moved]
    if not len(z):
        return 0.0
    return float(min(1.0, 2 * norm.sf(np.abs(z).max()) * len(z)))


def _weights(one: Bits, other: Bits) -> float:
    """Numbers of ones by view of both codes: Kolmogorov and Smirnov's test, and a chi-square of their mean."""
    figures = []
    for code in range(2):
        for first, end in pairwise(ENDS):
            columns = slice(code * BITS + first, code * BITS + end)
            ones = [bits[:, columns].sum(axis=1) for bits in (one, other)]
            figures.append(float(ks_2samp(*ones).pvalue))
            z = (ones[0].mean() - ones[1].mean()) / np.sqrt((end - first) / 4 * 2 / MASKS)
            figures.append(float(chi2.sf(z * z, 1)))
    return min(1.0, min(figures) * len(figures))


def _packed(bits: npt.NDArray[np.uint8]) -> Words:
    return np.packbits(bits, bitorder="little").view("<u8").astype(np.uint64)


def _bits(words: Words) -> Bits:
    return np.unpackbits(words.astype("<u8").view(np.uint8), axis=1, bitorder="little").astype(np.float64)
