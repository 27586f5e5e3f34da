"""A key that is no secret, its shares, and shares that somebody tampered with."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import shamir_mnemonic

from encoder.key_shares import KeyShare
from encoder.keys import linkage_key_from_secret_bytes

SECRET = bytes(range(100, 132))
KEY = linkage_key_from_secret_bytes(SECRET, "east", "2026-11")


def reworded(share: KeyShare, **changes: Any) -> KeyShare:
    """The share with its words changed as somebody would who knows how checksums are made."""
    parsed = replace(shamir_mnemonic.Share.from_mnemonic(" ".join(share.words)), **changes)
    return replace(share, words=tuple(parsed.mnemonic().split()))


def forged(share: KeyShare) -> KeyShare:
    """A share with a sound checksum and another value."""
    value = shamir_mnemonic.Share.from_mnemonic(" ".join(share.words)).value
    return reworded(share, value=bytes([value[0] ^ 1]) + value[1:])


def misspelt(share: KeyShare, at: int, word: str) -> KeyShare:
    """The share with one word replaced; `at` counts from 0."""
    words: Sequence[str] = share.words
    return replace(share, words=(*words[:at], word, *words[at + 1 :]))
