"""The tokens of one view with their sign bits and order words, drawn once each and kept between records."""

import threading
from collections.abc import Callable, Iterable
from typing import NamedTuple, NoReturn, SupportsIndex

import numpy as np
import numpy.typing as npt

from encoder.keys import LinkageKey
from encoder.xof import order_word, sign_bits
from matcher.profile import EncodingProfile
from matcher.views import View

MAX_TOKENS = 400_000
MAX_BYTES = 64 * 2**20
"""Bounds of one view's sign matrix and order words, after which it counts as full; the smaller one counts."""

_FIRST_CAPACITY = 1_024
# Ids go on counting after a reset and start over far away, so that an id from before a reset is noticed.
_ID_SPAN = 2**30
_WORD_BYTES = 8


class Rows(NamedTuple):
    """What was drawn for the r ids from `first_id` on: row i belongs to id first_id + i."""

    first_id: int
    """The lowest id in use."""
    signs: npt.NDArray[np.uint64]
    """uint64 (r, planes * words), packed sign bits, plane after plane."""
    orders: npt.NDArray[np.uint64]
    """uint64 (r,), order words."""


class ViewVocabulary:
    """Row ids, packed sign bits and order words of the tokens of one view, under one key and profile.

    Safe to share between threads. It is a table of identities: never printed, pickled or copied.

    A long job asks `full` between chunks and calls `reset`, or it grows with the number of different tokens.
    """

    __slots__ = ("_first_id", "_ids", "_lock", "_orders", "_signs", "_view_keys", "max_tokens", "parameters")

    def __init__(self, key: LinkageKey, profile: EncodingProfile, view: View, max_tokens: int = MAX_TOKENS) -> None:
        """Start empty; KeyError when the profile lacks the view."""
        self.parameters = profile.views[profile.position(view)]
        self._view_keys = [key.view_key(profile, view, plane) for plane in range(self.planes)]
        self.max_tokens = min(max_tokens, MAX_BYTES // (_WORD_BYTES * (self.planes * self.words + 1)))
        self._first_id = 0
        self._ids = _Ids(self._add)
        self._signs, self._orders = self._empty(_FIRST_CAPACITY)
        self._lock = threading.Lock()

    @property
    def words(self) -> int:
        """uint64 words of one code."""
        return self.parameters.words

    @property
    def planes(self) -> int:
        """Planes of sign bits that one code is the XOR of."""
        return self.parameters.planes

    @property
    def full(self) -> bool:
        """Whether a reset is due before the next chunk."""
        return len(self) >= self.max_tokens

    def ids(self, tokens: Iterable[str]) -> list[int]:
        """The row id of each token, in order; draws the bits of tokens not seen before."""
        return list(map(self._ids.__getitem__, tokens))

    def rows(self) -> Rows:
        """The sign bits and order words of all ids in use."""
        with self._lock:
            count = len(self._ids)
            return Rows(self._first_id, self._signs[:count], self._orders[:count])

    def reset(self) -> None:
        """Forget all tokens and give their memory back; ids from before are refused from now on."""
        with self._lock:
            self._first_id = (self._first_id + len(self._ids)) % _ID_SPAN
            self._ids.clear()
            self._signs, self._orders = self._empty(_FIRST_CAPACITY)

    def _add(self, token: str) -> int:
        """Draw the sign bits and the order word of a new token and give it the next row."""
        drawn = b"".join(sign_bits(view_key, token, self.parameters.bits) for view_key in self._view_keys)
        order = order_word(self._view_keys[0], token)
        with self._lock:
            row = len(self._ids)
            known = self._ids.get(token)  # another thread may have been faster
            if known is not None:
                return known
            if row == len(self._signs):
                self._grow()
            self._signs[row] = _words(drawn)
            self._orders[row] = order
            self._ids[token] = self._first_id + row
            return self._first_id + row

    def _grow(self) -> None:
        # New arrays, never in place: a kernel in another thread may still read the old ones.
        rows = len(self._signs)
        signs, orders = self._empty(2 * rows)
        signs[:rows], orders[:rows] = self._signs, self._orders
        self._signs, self._orders = signs, orders

    def _empty(self, capacity: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """Room for the sign bits and the order words of so many tokens."""
        return np.empty((capacity, self.planes * self.words), np.uint64), np.empty(capacity, np.uint64)

    def __len__(self) -> int:
        """Number of tokens since the last reset."""
        return len(self._ids)

    def __repr__(self) -> str:
        """The view and a count; never a token or a bit."""
        return f"ViewVocabulary({self.parameters.view}, {len(self)} tokens)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse pickling, copy and deepcopy with TypeError."""
        raise TypeError("A vocabulary is never pickled or copied; build one from the key where it is needed.")


class _Ids(dict[str, int]):
    """Token to row id. A hit costs one dict lookup in C; a miss calls `add`, which fills it in."""

    __slots__ = ("_add",)

    def __init__(self, add: Callable[[str], int]) -> None:
        super().__init__()
        self._add = add

    def __missing__(self, token: str) -> int:
        return self._add(token)

    def __repr__(self) -> str:
        return f"<{len(self)} tokens>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("A vocabulary is never pickled or copied; build one from the key where it is needed.")


def _words(packed: bytes) -> npt.NDArray[np.uint64]:
    return np.frombuffer(packed, dtype="<u8").astype(np.uint64)
