"""Google Person Finder's search (app/indexing.py), rebuilt: every word of the query begins a word of the name.

Hits are ranked 8 when both have the same words, 6 when all of the query's stand in the name, otherwise by how many do,
5 at most. The query is the child's main name; a name that staff gave is asked for as it stands, since a public list
would show it. Words are brought to ASCII first, which favours it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.peers.plain_text import by_anyascii
from benchmarks.peers.token_sums import all_best, sums
from encoder.record import RawRecord

SAME_WORDS, ALL_WORDS, SOME_WORDS = 8.0, 6.0, 5.0

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def person_finder(missing: Sequence[RawRecord], found: Sequence[RawRecord], top: int) -> tuple[Ints, Ints, Floats]:
    """Index of the missing and the found record, and rank score, of at most `top` hits a missing record."""
    queries = [name_words(record) for record in missing]
    names = [name_words(record) for record in found]
    return all_best(_ranked(queries, names), top)


def name_words(record: RawRecord) -> list[str]:
    """Different words of the main name in ASCII."""
    written = record.name or " ".join(part for part in (record.given_name, record.family_name) if part)
    return list(dict.fromkeys(by_anyascii(written).split()))


def _ranked(queries: Sequence[Sequence[str]], names: Sequence[Sequence[str]]) -> Iterator[tuple[int, Floats]]:
    probes = [dict.fromkeys(words, 1.0) for words in queries]
    begun = sums(probes, [dict.fromkeys(_beginnings(words), 1.0) for words in names])
    whole = sums(probes, [dict.fromkeys(words, 1.0) for words in names])
    lengths = np.array([len(words) for words in names])
    for (first, hits), (_, equal) in zip(begun, whole, strict=True):
        asked = np.array([len(words) for words in queries[first : first + len(hits)]])[:, None]
        score = np.minimum(SOME_WORDS, 1 + equal)
        score[equal == asked] = ALL_WORDS
        score[(equal == asked) & (lengths[None, :] == asked)] = SAME_WORDS
        score[(hits < asked) | (asked == 0)] = 0
        yield first, score


def _beginnings(words: Sequence[str]) -> list[str]:
    return [word[:end] for word in words for end in range(1, len(word) + 1)]
