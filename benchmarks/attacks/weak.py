"""Encodings that are known to be broken: what every attack has to succeed on before its figures say anything."""

import hmac
import secrets
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from benchmarks.attacks.setting import Target, TargetView, bag_matrix, target_of
from benchmarks.common.data import resized
from encoder.names.grams import bigrams
from encoder.record import RawRecord
from encoder.schema import FIELDS, Value
from encoder.tokens.piece import Piece
from matcher.profile import NETWORK_2026_11_22

BLOOM_BITS = 1_024
HASHES = 5
"""Bits set for each bigram: with a report's hundred bigrams about a third of the filter."""
ONE_PLANE_BITS = 1_024
_TEXTS = tuple(f for f in FIELDS if f.view is not None and f.value in (Value.TEXT, Value.LIST))


def weak_targets(records: Sequence[RawRecord]) -> list[Target]:
    """The records as record-level Bloom filters, and as one-plane codes of one aspect each."""
    return [bloom_target(records), one_plane_target(records)]


def one_plane_target(records: Sequence[RawRecord]) -> Target:
    """Every view of the network profile with a single plane of 1,024 bits, under a fresh random key."""
    return target_of(records, resized(NETWORK_2026_11_22, "one plane", ONE_PLANE_BITS))


def bloom_target(records: Sequence[RawRecord]) -> Target:
    """A cryptographic long-term key (Schnell, Bachteler and Reiher 2011): bigrams of all fields in one Bloom filter."""
    grams = [_grams(record) for record in records]
    key = secrets.token_bytes(32)
    drawn: dict[str, npt.NDArray[np.intp]] = {}
    bits = np.zeros((len(records), BLOOM_BITS), dtype=np.uint8)
    for row, tokens in enumerate(grams):
        for token in tokens:
            if token not in drawn:
                drawn[token] = _places(key, token)
            bits[row, drawn[token]] = 1
    codes = np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)
    bags = bag_matrix([(Piece(tokens, (1,) * len(tokens)),) for tokens in grams])
    view = TargetView("record", 0, codes, bits.sum(axis=1) > 0, bags)
    return Target("Bloom filter", (view,), len(records))


def _grams(record: RawRecord) -> tuple[str, ...]:
    """The different bigrams of all text fields, untagged, words by themselves."""
    found: set[str] = set()
    for field in _TEXTS:
        value = getattr(record, field.name)
        texts = value if isinstance(value, tuple) else (value,) if value else ()
        found.update(gram for text in texts for word in text.casefold().split() for gram in _word_grams(word))
    return tuple(sorted(found))


@lru_cache(1 << 16)
def _word_grams(word: str) -> tuple[str, ...]:
    return bigrams(word)


def _places(key: bytes, token: str) -> npt.NDArray[np.intp]:
    words = np.frombuffer(hmac.digest(key, token.encode("utf-8", "surrogatepass"), "sha256"), dtype="<u4")
    return (words[:HASHES] % BLOOM_BITS).astype(np.intp)
