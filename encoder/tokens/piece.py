"""Pieces: the tokens of one word or value, made once and shared by every record that has it."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from encoder.names.folds import light, skeleton
from encoder.names.grams import bigrams
from encoder.names.words import NameWord

CACHE = 1 << 17
"""Words and values kept; villages, phones and names of a state fit."""

LITERAL, LIGHT, SKELETON = 1, 2, 2
"""Weights of the three granularities of a word (NAMES: .2 / .4 / .4), times the share of a spelling."""


class Piece:
    """Tokens of one value with their integer weights (1..65,535); equal values share one object.

    Compared by identity, so that the encoder can keep what it drew for a piece without hashing its tokens again.
    """

    __slots__ = ("tokens", "weights")

    def __init__(self, tokens: tuple[str, ...], weights: tuple[int, ...]) -> None:
        """Tokens and weights of one length."""
        self.tokens = tokens
        self.weights = weights

    def __repr__(self) -> str:
        """A count: tokens spell a name."""
        return f"Piece({len(self.tokens)} tokens)"


@lru_cache(CACHE)
def word_piece(word: NameWord, factor: int) -> Piece:
    """Padded bigrams of a word's spellings in three granularities, hashed apart, each by its spelling's share.

    The shares of a word add up to `encoder.names.spread.SHARES`; all weights are multiplied by `factor`.
    """
    weights: Counter[str] = Counter()
    for spelled, share in word.spread:
        forms = (("0", spelled, LITERAL), ("1", light(spelled), LIGHT), ("2", skeleton(spelled), SKELETON))
        for tag, form, weight in forms:
            for gram in bigrams(form):
                weights[tag + gram] += weight * share * factor
    return of_pairs(weights.items())


@lru_cache(CACHE)
def value_piece(tag: str, value: str, weight: int) -> Piece:
    """One token for a value that is equal or not."""
    return Piece((f"{tag}:{value}",), (weight,))


@lru_cache(CACHE)
def code_piece(tag: str, code: str, whole: int, part: int) -> Piece:
    """A number or identifier: one token for the whole and one for each run of three characters, against typos."""
    runs = [(f"{tag}3:{code[i : i + 3]}", part) for i in range(len(code) - 2)]
    return of_pairs([(f"{tag}:{code}", whole), *runs])


def of_pairs(pairs: Iterable[tuple[str, int]]) -> Piece:
    """A piece from (token, weight) pairs."""
    listed = list(pairs)
    return Piece(tuple(token for token, _ in listed), tuple(weight for _, weight in listed))
