"""Masks of one use: a code permuted within each view and then XORed, for one comparison with one other row.

Both gateways draw the same permutation and the same mask, so that the hub, which has both results and not the key, can
count in which bits of each view the codes differ, and sees of these bits neither which they are nor what
(docs/decisions/0034-masked-comparison.md). Two implementations of one signature stand here; tests hold them equal.

The stream of a pair of rows (encoder.mask_stream) gives, as little-endian words of 16 bits, first the mask, as long as
the code, then the permutations, view by view: Fisher and Yates' shuffle (Durstenfeld, Communications of the ACM 7,
1964) from the last bit down, each place uniform by Lemire's multiplication with rejection (ACM Transactions on Modeling
and Computer Simulation 29, 2019). Absent views draw as much as present ones: what one side lacks must not shift the
other's stream.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from encoder.jit import kernel
from encoder.mask_keys import PairKey
from encoder.mask_stream import BLOCK_BYTES, MOST_BLOCKS, MaskStream, Nonces, RowPair, nonces_of
from matcher.errors import BatchError, InputError
from matcher.profile import EncodingProfile

CHUNK = 128
"""Pairs drawn at a time: their streams stay in the processor's cache."""
SPARE_BLOCKS = 8
"""Blocks drawn beyond those that no rejection needs; where they do not do, the pair is drawn again with more."""
MOST_BITS = 2**16
"""Bits of a code: words of 16 bits can permute them, and one nonce has blocks for several times as many draws."""
_WORD_BITS = 64
_DRAWN_BITS = 16
_DRAWS_A_BLOCK = 8 * BLOCK_BYTES // _DRAWN_BITS

Words = npt.NDArray[np.uint64]


def mask_rows(
    key: PairKey, pairs: Sequence[RowPair], profile: EncodingProfile, codes: Words, presence: npt.NDArray[np.uint16]
) -> Words:
    """The own codes of p pairs of rows, as the hub may have them.

    Every pair of rows may be masked for one code only, ever: two codes under one mask show their difference.

    Args:
        key: derived for the masked profile, both gateways, and the sides of these pairs.
        pairs: p pairs, one side of each the own.
        profile: the masked profile.
        codes: uint64 (p, profile.words), the own row of each pair.
        presence: uint16 (p,), bit i set when view i is present in the own row.

    Returns:
        uint64 (p, profile.words). A view that the own row lacks is all zero, whatever `codes` has there.

    Raises:
        ProfileMismatchError: the key was derived for another profile.
        BatchError: an array has another shape or dtype, or presence names a view that the profile lacks.
        InputError: the profile's codes are too long, or a pair has a ref, a version or a row that does not fit.
    """
    key.check(profile)
    _check(len(pairs), profile, codes, presence)
    nonces, stream = nonces_of(key, pairs), MaskStream(key)
    masked = np.empty((len(pairs), profile.words), np.uint64)
    for first in range(0, len(pairs), CHUNK):
        part = slice(first, first + CHUNK)
        _mask_part(stream, nonces[part], profile, codes[part], presence[part], masked[part])
    return masked


def stream_blocks(profile: EncodingProfile) -> int:
    """Blocks of key stream that a pair of rows takes when no draw is rejected."""
    draws = sum(parameters.bits - 1 for parameters in profile.views)
    return -(-(profile.words * _WORD_BITS // _DRAWN_BITS + draws) // _DRAWS_A_BLOCK)


def _mask_part(
    stream: MaskStream, nonces: Nonces, profile: EncodingProfile, codes: Words, presence: npt.NDArray[np.uint16],
    masked: Words,
) -> None:
    ends, blocks = np.array(profile.offsets), stream_blocks(profile) + SPARE_BLOCKS
    open_ = np.arange(len(nonces))
    while len(open_):
        short = np.zeros(len(nonces), np.bool_)
        _permute_and_mask(stream.draw(nonces[open_], blocks), open_, ends, codes, presence, masked, short)
        open_, blocks = np.flatnonzero(short), min(2 * blocks, MOST_BLOCKS)


def _check(pairs: int, profile: EncodingProfile, codes: Words, presence: npt.NDArray[np.uint16]) -> None:
    """The kernel trusts what it gets blindly, so doubt ends here."""
    if codes.shape != (pairs, profile.words) or codes.dtype != np.uint64:
        raise BatchError(f"Codes to mask are {codes.dtype}{codes.shape}, need uint64{(pairs, profile.words)}.")
    if presence.shape != (pairs,) or presence.dtype != np.uint16:
        raise BatchError(f"Presence of codes to mask is {presence.dtype}{presence.shape}, needs uint16{(pairs,)}.")
    if pairs and int(presence.max()) >> len(profile.views):
        raise BatchError("Presence of codes to mask names a view that the profile lacks; encode the record again.")
    if profile.words * _WORD_BITS > MOST_BITS:
        raise InputError(f"Codes of {profile.name} are longer than {MOST_BITS} bits; mask those of a smaller profile.")


@kernel
def _permute_and_mask(
    stream: npt.NDArray[np.uint16], places: npt.NDArray[np.intp], ends: npt.NDArray[np.intp], codes: Words,
    presence: npt.NDArray[np.uint16], masked: Words, short: npt.NDArray[np.bool_],
) -> None:
    """Mask row places[s] by stream s; `short` tells the rows whose stream was not long enough."""
    bits = np.empty(64 * codes.shape[1], np.uint8)
    for s in range(places.size):
        row = places[s]
        words = stream[s]
        drawn = 4 * codes.shape[1]
        for view in range(ends.size - 1):
            first, end = ends[view], ends[view + 1]
            _unpack(codes[row, first:end], bits)
            drawn = _shuffle(bits, 64 * (end - first), words, drawn)
            shown = np.uint64(0) - np.uint64(presence[row] >> view & 1)
            for i in range(first, end):
                mask = np.uint64(0)
                for part in range(4):
                    mask |= np.uint64(words[4 * i + part]) << np.uint64(16 * part)
                masked[row, i] = (_packed(bits, i - first) ^ mask) & shown
        short[row] = drawn > words.size


@kernel
def _shuffle(bits: npt.NDArray[np.uint8], n: int, words: npt.NDArray[np.uint16], drawn: int) -> int:
    """Permute the first n bits by words from `drawn` on; gives where it ended, beyond the last if they are too few."""
    for last in range(n - 1, 0, -1):
        count = np.uint32(last + 1)
        if drawn >= words.size:
            return int(words.size) + 1
        product = np.uint32(words[drawn]) * count
        drawn += 1
        if product & np.uint32(0xFFFF) < count:
            # Of 65,536 words so many are over that `count` of places would not be equally likely.
            over = np.uint32(0x10000) % count
            while product & np.uint32(0xFFFF) < over:
                if drawn >= words.size:
                    return int(words.size) + 1
                product = np.uint32(words[drawn]) * count
                drawn += 1
        place = product >> np.uint32(16)
        kept = bits[last]
        bits[last] = bits[place]
        bits[place] = kept
    return drawn


@kernel
def _unpack(words: Words, bits: npt.NDArray[np.uint8]) -> None:
    for i in range(words.size):
        word = words[i]
        for b in range(64):
            bits[64 * i + b] = np.uint8(word >> np.uint64(b) & np.uint64(1))


@kernel
def _packed(bits: npt.NDArray[np.uint8], i: int) -> np.uint64:
    """Word i of the bits, eight at a time: multiplied so, each lands at a place of its own in the top byte."""
    word = np.uint64(0)
    for first in range(0, 64, 8):
        eight = np.uint64(0)
        for b in range(8):
            eight |= np.uint64(bits[64 * i + first + b]) << np.uint64(8 * b)
        word |= eight * np.uint64(0x0102040810204080) >> np.uint64(56) << np.uint64(first)
    return word
