"""Tokens of the words of a person's name: whole words by how common they are, initials, call names."""

from dataclasses import dataclass
from functools import lru_cache

from encoder.names.canonical import canonical_names
from encoder.names.grams import START
from encoder.names.initials import initials_of
from encoder.names.nicknames import call_names
from encoder.names.spread import SHARES
from encoder.names.weights import RARE, word_weight
from encoder.names.words import NameWord, make_word
from encoder.tokens.piece import CACHE, LIGHT, LITERAL, SKELETON, Piece, of_pairs, value_piece, word_piece

INITIAL = RARE
"""Factor of an initial: its few tokens are those with which the word that it stands for begins."""
CALL_NAME = 8
"""Factor of a call name, one token: a tenth to a fifth of a word, so that it adds to a likeness and makes none."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ToldWord:
    """One word of a name with its pieces; compared by identity, since equal texts share one.

    Attributes:
        word: the word as read.
        pieces: tokens at full weight.
        shared: tokens for a name that another view has as well: half the weight.
        mark: what the word has in common with other spellings of it in one record; empty for initials.
        calls: a token for each call name that the word is or may go by.
    """

    word: NameWord
    pieces: tuple[Piece, ...]
    shared: tuple[Piece, ...]
    mark: str = ""
    calls: tuple[Piece, ...] = ()


@lru_cache(CACHE)
def told_names(text: str) -> tuple[tuple[ToldWord, ...], ...]:
    """The names that a field holds, alias parts apart; read once for all views."""
    return tuple(tuple(map(_told_word, name)) for name in canonical_names(text).names)


@lru_cache(CACHE)
def _told_word(word: NameWord) -> ToldWord:
    letters = initials_of(word)
    if letters:
        pieces = tuple(_initial_piece(letter) for letter in letters)
        return ToldWord(word, pieces, pieces)
    factor = word_weight(word)
    whole, half = word_piece(word, factor), word_piece(word, max(factor // 2, 1))
    calls = tuple(value_piece("call", name, CALL_NAME * SHARES) for name in call_names(word))
    return ToldWord(word, (whole,), (half,), _mark(word), calls=calls)


def _mark(word: NameWord) -> str:
    """The skeleton, unless it is a single letter, in which many words would meet."""
    return word.skeleton if len(word.skeleton) > 1 else word.light


@lru_cache(CACHE)
def _initial_piece(letter: str) -> Piece:
    """The tokens with which every word starts that has this initial, and nothing of how it ends."""
    word = make_word(letter)
    forms = (("0", word.latin, LITERAL), ("1", word.light, LIGHT), ("2", word.skeleton, SKELETON))
    return of_pairs((tag + START + form[:1], weight * INITIAL * SHARES) for tag, form, weight in forms)
