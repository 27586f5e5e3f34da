"""Which Latin letters each native letter was written as: EM over all ways to cut the Latin word into chunks.

Each native letter takes 0 to LONGEST_CHUNK Latin letters, in order. The model is one distribution over chunks a letter,
without context: the network sees the neighbours. EM is that of Dempster, Laird and Rubin (1977), and cutting one side
into chunks for the letters of the other that of Jiampojamarn et al. (2007).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numba as nb
import numpy as np
import numpy.typing as npt

LONGEST_CHUNK = 3
BASE = 27
CHUNKS = BASE**LONGEST_CHUNK
ROUNDS = 8
FIRST_LENGTHS = np.array([0.3, 0.5, 0.15, 0.05])
"""How often a letter is taken to have given 0, 1, 2 or 3 Latin letters before anything is known."""
_SMOOTHING = 1e-6
_UNREACHED = -1e17


@dataclass(frozen=True)
class _Encoded:
    """Words as runs of numbers: letters of word i are at offsets[i] to offsets[i + 1]."""

    letters: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]


def align(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, ...] | None]:
    """The likeliest chunks of each (native, Latin) pair, one a native letter; None where the Latin is too long for it.

    Args:
        pairs: words of one script with Latin forms of a-z only.
    """
    known = {letter: number for number, letter in enumerate(sorted({c for native, _ in pairs for c in native}))}
    native = _encoded([[known[c] for c in native] for native, _ in pairs])
    latin = _encoded([[ord(c) - 96 for c in form] for _, form in pairs])
    chances = np.full((len(known), CHUNKS), 1e-3)
    lengths = FIRST_LENGTHS
    for _ in range(ROUNDS):
        counts = np.zeros_like(chances)
        _expect(native.letters, native.offsets, latin.letters, latin.offsets, chances, lengths, counts)
        chances = (counts + _SMOOTHING) / (counts.sum(1, keepdims=True) + _SMOOTHING * CHUNKS)
        lengths = np.ones(LONGEST_CHUNK + 1)
    chosen = np.zeros(len(native.letters), dtype=np.int32)
    _decide(native.letters, native.offsets, latin.letters, latin.offsets, chances, chosen)
    return [_chunks(chosen[a:b]) for a, b in zip(native.offsets[:-1], native.offsets[1:], strict=True)]


def _encoded(words: list[list[int]]) -> _Encoded:
    letters = np.array([letter for word in words for letter in word], dtype=np.int32)
    return _Encoded(letters, np.cumsum([0, *map(len, words)]))


def _chunks(codes: npt.NDArray[np.int32]) -> tuple[str, ...] | None:
    return None if (codes < 0).any() else tuple(map(_letters, codes.tolist()))


def _letters(code: int) -> str:
    spelled = ""
    while code:
        spelled = chr(96 + code % BASE) + spelled
        code //= BASE
    return spelled


@nb.njit(cache=True)
def _code(latin, start, length):  # type: ignore[no-untyped-def]
    code = 0
    for i in range(length):
        code = code * BASE + latin[start + i]
    return code


@nb.njit(cache=True)
def _expect(letters, offsets, latins, latin_offsets, chances, lengths, counts):  # type: ignore[no-untyped-def]
    """Expected number of times that each letter gave each chunk, by forward and backward sums."""
    for word in range(len(offsets) - 1):
        native = letters[offsets[word] : offsets[word + 1]]
        latin = latins[latin_offsets[word] : latin_offsets[word + 1]]
        n, m = len(native), len(latin)
        before, after = np.zeros((n + 1, m + 1)), np.zeros((n + 1, m + 1))
        before[0, 0] = after[n, m] = 1.0
        for i in range(n):
            for j in range(m + 1):
                if before[i, j] > 0:
                    for k in range(min(LONGEST_CHUNK, m - j) + 1):
                        before[i + 1, j + k] += before[i, j] * chances[native[i], _code(latin, j, k)] * lengths[k]
        whole = before[n, m]
        if whole <= 0:
            continue
        for i in range(n - 1, -1, -1):
            for j in range(m + 1):
                total = 0.0
                for k in range(min(LONGEST_CHUNK, m - j) + 1):
                    chunk = _code(latin, j, k)
                    onward = chances[native[i], chunk] * lengths[k] * after[i + 1, j + k]
                    total += onward
                    counts[native[i], chunk] += before[i, j] * onward / whole
                after[i, j] = total


@nb.njit(cache=True)
def _decide(letters, offsets, latins, latin_offsets, chances, chosen):  # type: ignore[no-untyped-def]
    """The likeliest chunk of every letter (Viterbi), -1 throughout a word that cannot be cut."""
    for word in range(len(offsets) - 1):
        start = offsets[word]
        native = letters[start : offsets[word + 1]]
        latin = latins[latin_offsets[word] : latin_offsets[word + 1]]
        n, m = len(native), len(latin)
        best, taken = np.full((n + 1, m + 1), 10 * _UNREACHED), np.zeros((n + 1, m + 1), np.int8)
        best[0, 0] = 0.0
        for i in range(n):
            for j in range(m + 1):
                if best[i, j] > _UNREACHED:
                    for k in range(min(LONGEST_CHUNK, m - j) + 1):
                        score = best[i, j] + np.log(chances[native[i], _code(latin, j, k)])
                        if score > best[i + 1, j + k]:
                            best[i + 1, j + k], taken[i + 1, j + k] = score, k
        if best[n, m] < _UNREACHED:
            chosen[start : start + n] = -1
            continue
        j = m
        for i in range(n - 1, -1, -1):
            length = taken[i + 1, j]
            j -= length
            chosen[start + i] = _code(latin, j, length)
