"""The unit of every canonical name and place."""

from dataclasses import dataclass

from encoder.names.folds import light, skeleton
from encoder.names.romaniser import Spellings
from encoder.names.spread import Spread, spread_of


@dataclass(frozen=True, slots=True)
class NameWord:
    """One word of a name or a place in three granularities.

    Its ``repr`` tells nothing of the name: words of a child's record must not reach a log by way of a traceback.

    Attributes:
        latin: L0 form by rule table, lower-case a-z only (ASCII digits for a number in a place).
        light: spelling habits folded.
        skeleton: consonants, and the vowel of a word that starts with one.
        slot: whether the word is shared by so many that it says little (Khatun, Devi, Kumar, Md).
        spread: every Latin spelling that tokens are made of, with its share (`encoder.names.spread`).
    """

    latin: str
    light: str
    skeleton: str
    slot: bool
    spread: Spread

    def __repr__(self) -> str:
        """The type and nothing else."""
        return "NameWord(...)"


def make_word(latin: str, *, slot: bool = False, fitted: Spellings = ()) -> NameWord:
    """The word for a Latin form, its coarser forms worked out.

    Args:
        latin: lower-case a-z only, or ASCII digits.
        slot: whether the word carries little weight.
        fitted: further Latin spellings of a word that was not written in Latin, with their probabilities.
    """
    return NameWord(latin, light(latin), skeleton(latin), slot, spread_of(latin, fitted))
