"""Keyed SimHash: bags of weighted tokens of one view to packed codes.

Bit j of a code is XOR over planes k of sign(sum over tokens g of w(g) * s[k, j](g)), where s is the token's sign vector
(Charikar 2002 for one plane; the XOR of majorities after Armknecht & Schaefer, PoPETs 2026(2)). No sum is zero: when
the weights of a bag add up to an even number, its token with the lowest order word counts one more in every plane
(docs/decisions/0002-ties-in-codes.md). Two implementations of one signature stand here; tests hold them equal bit for
bit.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from encoder.counters import Words, add_weighted, majority
from encoder.jit import kernel
from encoder.vocabulary import Rows, ViewVocabulary

Weights = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def simhash_codes(
    vocabulary: ViewVocabulary, token_ids: npt.NDArray[np.int32], weights: Weights, offsets: npt.NDArray[np.int64]
) -> Words:
    """Codes of n bags that stand one behind the other. Order in a bag is free; a token may come more than once.

    Args:
        vocabulary: gave the ids; not reset since.
        token_ids: int32 (t,), from `vocabulary.ids`.
        weights: uint8 or uint16 (t,), at least 1.
        offsets: int64 (n + 1,), bag i is token_ids[offsets[i]:offsets[i + 1]]; from 0 up to t.

    Returns:
        uint64 (n, words), bit order as in `encoder.xof`. An empty bag, an absent view, gives all zeros.

    Raises:
        ValueError: an array has another dtype or shape, a weight is 0, or an id is not of this vocabulary (any more).
    """
    rows, drawn = _checked(vocabulary, token_ids, weights, offsets)
    codes = np.zeros((len(offsets) - 1, vocabulary.words), np.uint64)
    if len(rows):
        highest = int(weights.max()) * int(np.diff(offsets).max())
        wide = weights.astype(np.int64)
        _fill(drawn.signs, drawn.orders, vocabulary.planes, rows, wide, offsets, highest.bit_length(), codes)
    return codes


def simhash_codes_reference(
    vocabulary: ViewVocabulary, token_ids: npt.NDArray[np.int32], weights: Weights, offsets: npt.NDArray[np.int64]
) -> Words:
    """The formula written out, slow and clear; arguments, result and errors of `simhash_codes`."""
    rows, drawn = _checked(vocabulary, token_ids, weights, offsets)
    codes = np.zeros((len(offsets) - 1, vocabulary.words), np.uint64)
    for bag, (first, end) in enumerate(pairwise(offsets)):
        if first == end:
            continue
        bag_rows, votes = rows[first:end], weights[first:end].astype(np.int64)
        if votes.sum() % 2 == 0:
            votes[drawn.orders[bag_rows].argmin()] += 1
        sums = votes @ (2 * _bits(drawn.signs[bag_rows]).astype(np.int64) - 1)
        bits = np.bitwise_xor.reduce((sums > 0).astype(np.uint8).reshape(vocabulary.planes, -1), axis=0)
        codes[bag] = np.packbits(bits, bitorder="little").view("<u8")
    return codes


def _bits(words: Words) -> npt.NDArray[np.uint8]:
    return np.unpackbits(words.astype("<u8").view(np.uint8), axis=-1, bitorder="little")


def _checked(
    vocabulary: ViewVocabulary, token_ids: npt.NDArray[np.int32], weights: Weights, offsets: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int32], Rows]:
    """The row of each token, and what was drawn for the rows; the kernel trusts them blindly, so doubt ends here."""
    drawn = vocabulary.rows()
    if token_ids.ndim != 1 or token_ids.dtype != np.int32:
        raise ValueError(f"token_ids is {token_ids.dtype}{token_ids.shape}, needs int32(t,).")
    if weights.shape != token_ids.shape or weights.dtype not in (np.uint8, np.uint16) or not weights.all():
        raise ValueError(f"weights is {weights.dtype}{weights.shape}, needs uint8 or uint16{token_ids.shape}, above 0.")
    if offsets.ndim != 1 or offsets.dtype != np.int64 or not len(offsets):
        raise ValueError(f"offsets is {offsets.dtype}{offsets.shape}, needs int64(n + 1,).")
    if offsets[0] != 0 or offsets[-1] != len(token_ids) or (np.diff(offsets) < 0).any():
        raise ValueError(f"offsets must ascend from 0 to the {len(token_ids)} token_ids.")
    end_id = drawn.first_id + len(drawn.signs)
    if len(token_ids) and not drawn.first_id <= token_ids.min() <= token_ids.max() < end_id:
        raise ValueError("token_ids holds an id that this vocabulary did not give since its last reset.")
    return token_ids - np.int32(drawn.first_id), drawn


@kernel
def _designated(orders: Words, rows: npt.NDArray[np.int32]) -> int:
    """The row of a bag whose order word is the lowest."""
    designated = rows[0]
    lowest = orders[designated]
    for row in rows[1:]:
        order = orders[row]
        if order < lowest:
            lowest = order
            designated = row
    return int(designated)


@kernel
def _fill(
    signs: Words,
    orders: Words,
    planes: int,
    rows: npt.NDArray[np.int32],
    weights: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.int64],
    highest_level: int,
    codes: Words,
) -> None:
    width = signs.shape[1]
    words = codes.shape[1]
    counters = np.empty((highest_level, width), np.uint64)
    scratch = np.empty(width, np.uint64)
    decided = np.empty(width, np.uint64)
    for bag in range(codes.shape[0]):
        total = 0
        levels = 0
        bag_rows = rows[offsets[bag] : offsets[bag + 1]]
        if bag_rows.size and not weights[offsets[bag] : offsets[bag + 1]].sum() & 1:
            # The one more vote is where the counters start: cheaper than adding it to all their levels. An even number
            # and the odd one above it have as many levels, so `highest_level` still bounds them.
            counters[0] = signs[_designated(orders, bag_rows)]
            total = 1
            levels = 1
        for t in range(offsets[bag], offsets[bag + 1]):
            weight = int(weights[t])
            total += weight
            # No sum exceeds the total so far, so its bits bound the carry: no test of the carry is needed.
            while total >> levels:
                counters[levels] = np.uint64(0)
                levels += 1
            add_weighted(counters, levels, scratch, signs[rows[t]], weight)
        if total:
            majority(counters, levels, total, scratch, decided)
            for plane in range(planes):
                for i in range(words):
                    codes[bag, i] ^= decided[plane * words + i]
