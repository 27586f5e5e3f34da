"""Masks as decision 34 has them, in plain Python: one row at a time, bit by bit, from the two secrets of a pair key."""

import hashlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from encoder.mask_keys import PairKey, reveal_nonce_and_cipher_key_of_pair_key
from encoder.mask_stream import RowPair
from matcher.profile import EncodingProfile

STREAM_BYTES = 2**20


def slow_nonce(nonce_key: bytes, pair: RowPair) -> bytes:
    told = b"milap mask nonce v1"
    for ref, version, row in (pair[:3], pair[3:]):
        told += bytes([len(ref)]) + ref.encode() + version.to_bytes(4, "big") + bytes([row])
    return hashlib.blake2b(told, digest_size=14, key=nonce_key).digest()


def slow_stream(cipher_key: bytes, nonce: bytes, size: int) -> bytes:
    """Counter mode of the library, which counts the last bytes of its first block up."""
    return Cipher(AES(cipher_key), CTR(nonce + bytes(2))).encryptor().update(bytes(size))


def slow_mask_row(
    key: PairKey, pair: RowPair, profile: EncodingProfile, code: npt.NDArray[np.uint64], presence: int
) -> list[int]:
    nonce_key, cipher_key = reveal_nonce_and_cipher_key_of_pair_key(key)
    stream = slow_stream(cipher_key, slow_nonce(nonce_key, pair), STREAM_BYTES)
    masks = [int.from_bytes(stream[8 * i : 8 * i + 8], "little") for i in range(profile.words)]
    drawn = _words(stream[8 * profile.words :])
    masked: list[int] = []
    for view, parameters in enumerate(profile.views):
        first = profile.offsets[view]
        bits = [int(code[first + b // 64]) >> b % 64 & 1 for b in range(parameters.bits)]
        for last in range(parameters.bits - 1, 0, -1):
            place = _uniform(drawn, last + 1)
            bits[last], bits[place] = bits[place], bits[last]
        for word in range(parameters.words):
            shuffled = sum(bits[64 * word + b] << b for b in range(64))
            masked.append(shuffled ^ masks[first + word] if presence >> view & 1 else 0)
    return masked


def _words(stream: bytes) -> Iterator[int]:
    return (int.from_bytes(stream[i : i + 2], "little") for i in range(0, len(stream), 2))


def _uniform(drawn: Iterator[int], count: int) -> int:
    """A place below `count`: of the 65,536 words as many lead to each one, and the rest are passed over."""
    for word in drawn:
        if word * count % 2**16 >= 2**16 % count:
            return word * count // 2**16
    raise AssertionError("the stream ended")
