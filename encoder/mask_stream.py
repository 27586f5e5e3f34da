"""The key stream of masked comparison: a nonce for each pair of rows, and AES-256 in counter mode from it.

The nonce is BLAKE2b (RFC 7693, keyed, 14 bytes) of refs, versions and rows of both records, and the stream of a pair is
AES-256 of the blocks nonce || 0, nonce || 1, ..., the count in two bytes, big-endian: counter mode (NIST SP 800-38A,
section 6.5) for many pairs in one call of the library. A pair key and a nonce draw one stream only; no two different
pairs of rows share a nonce, but for a chance of n**2 / 2**113 among n of them.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from encoder.jit import kernel
from encoder.mask_keys import PairKey, reveal_nonce_and_cipher_key_of_pair_key
from matcher.errors import InputError

NONCE_BYTES = 14
BLOCK_BYTES = 16
MOST_BLOCKS = 2**16
"""Blocks that one nonce has: two bytes count them."""
_REF_BYTES = 255
_LABEL = b"milap mask nonce v1"

Nonces = npt.NDArray[np.uint8]


class RowPair(NamedTuple):
    """One row of a missing report beside one row of a found record, versions counted: what a mask is for.

    A tuple, because a night makes a million of them.
    """

    missing_ref: str
    missing_version: int
    missing_row: int
    found_ref: str
    found_version: int
    found_row: int

    def __repr__(self) -> str:
        """Nothing: refs stay out of logs and tracebacks."""
        return "RowPair()"


def nonces_of(key: PairKey, pairs: Sequence[RowPair]) -> Nonces:
    """The nonce of each of p pairs of rows, uint8 (p, 14).

    Keyed BLAKE2b over label, then both refs behind their lengths (one byte), versions (four bytes) and rows (one byte),
    the missing record's first, numbers big-endian.

    Raises:
        InputError: a ref is longer than 255 bytes, or a version or a row does not fit.
    """
    keyed = blake2b(_LABEL, digest_size=NONCE_BYTES, key=reveal_nonce_and_cipher_key_of_pair_key(key)[0])
    drawn = bytearray()
    try:
        for pair in pairs:
            state = keyed.copy()
            state.update(_framed(*pair))
            drawn += state.digest()
    except (OverflowError, ValueError):
        # The chained error would show the ref.
        raise InputError("A pair of rows to mask has a ref, version or row that no record has; ask again.") from None
    return np.frombuffer(drawn, np.uint8).reshape(-1, NONCE_BYTES)


def _framed(
    missing_ref: str, missing_version: int, missing_row: int, found_ref: str, found_version: int, found_row: int
) -> bytes:
    missing, found = missing_ref.encode(), found_ref.encode()
    return b"".join((
        len(missing).to_bytes(1, "big"), missing, missing_version.to_bytes(4, "big"), missing_row.to_bytes(1, "big"),
        len(found).to_bytes(1, "big"), found, found_version.to_bytes(4, "big"), found_row.to_bytes(1, "big"),
    ))  # fmt: skip


class MaskStream:
    """Draws streams under one pair key; keeps its buffers between calls, so that one is for one thread."""

    def __init__(self, key: PairKey) -> None:
        """Set up the cipher."""
        self._encryptor = Cipher(AES(reveal_nonce_and_cipher_key_of_pair_key(key)[1]), ECB()).encryptor()  # noqa: S305
        self._blocks = np.zeros(0, np.uint8)
        self._drawn = np.zeros(BLOCK_BYTES, np.uint8)

    def draw(self, nonces: Nonces, blocks: int) -> npt.NDArray[np.uint16]:
        """The first `blocks` blocks of the stream of each nonce, as little-endian words.

        Args:
            nonces: uint8 (p, 14).
            blocks: at least 1, at most MOST_BLOCKS.

        Returns:
            uint16 (p, 8 * blocks), good until the next call.

        Raises:
            ValueError: so many blocks one nonce does not have.
        """
        if not 1 <= blocks <= MOST_BLOCKS:
            raise ValueError(f"A nonce has 1 to {MOST_BLOCKS} blocks, not {blocks}.")
        size = len(nonces) * blocks * BLOCK_BYTES
        if size > len(self._blocks):
            # The library wants room for one block more than it writes.
            self._blocks, self._drawn = np.zeros(size, np.uint8), np.zeros(size + BLOCK_BYTES, np.uint8)
        counted = self._blocks[:size]
        starts = np.pad(nonces, ((0, 0), (0, BLOCK_BYTES - NONCE_BYTES)))
        _count(starts.view(np.uint64), counted.view(np.uint64).reshape(len(nonces), blocks, 2))
        into: Any = self._drawn
        self._encryptor.update_into(counted, into)  # type: ignore[arg-type]
        words = self._drawn[:size].view("<u2").astype(np.uint16, copy=False)
        return words.reshape(len(nonces), blocks * BLOCK_BYTES // 2)


@kernel
def _count(nonces: npt.NDArray[np.uint64], blocks: npt.NDArray[np.uint64]) -> None:
    """Write nonce || count into every block, both uint64 (p, blocks, 2) and (p, 2) of little-endian words.

    The last two bytes of a block are the highest of its second word, the higher one of the count before the lower.
    """
    for p in range(blocks.shape[0]):
        head, tail = nonces[p, 0], nonces[p, 1]
        for count in range(blocks.shape[1]):
            swapped = (count & 0xFF) << 8 | count >> 8
            blocks[p, count, 0] = head
            blocks[p, count, 1] = tail | np.uint64(swapped) << np.uint64(48)
