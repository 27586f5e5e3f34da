"""Initials: single letters that stand for a name, in Tamil Nadu and Kerala mostly the father's.

`Md`, `Sk` and `Kr` are words of the lexicon and no initials; `Abdul` is a word like any other.
"""

import re

from encoder.names.words import NameWord

LONGEST_RUN = 3
_ONE_SOUND = re.compile("[bcdgjkpst]h|[a-z]")
_VOWEL = re.compile("[aeiouy]")
# A consonant with at most one sign, or a vowel: how Tamil abbreviates a name (கு. for Kumar). In scripts with the same
# habit of one syllable to a surname (দে, झा) a rule like this would lose names.
_TAMIL_SYLLABLE = re.compile("[க-ஹ][ா-்]?|[அ-ஔ]")


def is_tamil_initial(token: str) -> bool:
    """Whether a token of cleaned text is an initial as Tamil writes it: one syllable."""
    return _TAMIL_SYLLABLE.fullmatch(token) is not None


def initials_of(word: NameWord) -> tuple[str, ...]:
    """The letters of which a word is made up if it only abbreviates names (K, KS, Kh), in order; none for a name."""
    latin = word.latin
    if len(latin) == 1:
        return (latin,) if latin.isalpha() else ()
    if word.slot or len(latin) > LONGEST_RUN or _VOWEL.search(latin) or not latin.isalpha():
        return ()
    return tuple(sound[0] for sound in _ONE_SOUND.findall(latin))
