"""How much a word of a name says, by how many people bear it: small integers, applied at the holder.

With p the share of a word among all words of names, slot words aside, where it is commonest, a word says -log2(p)
bits, and weighs

    1  a slot word (Devi, Kumar, Md), whatever its share
    2  under 7 bits: more than one word in 128 (Das, Singh)
    3  under 10 bits: more than one in 1,024 (Murugan)
    4  anything rarer, and any word that nobody counted

Values are weighed, never their q-grams: rare q-grams are mostly slips of the pen (DESIGN, section 4). Two spellings of
one word, or two scripts, should weigh the same: so the steps are coarse, and the spellings are counted together.
"""

from functools import cache

from encoder.names.tables import read_rows
from encoder.names.words import NameWord, make_word

SLOT, COMMON, FREQUENT, RARE = 1, 2, 3, 4
COMMON_BITS, FREQUENT_BITS = 7.0, 10.0
LEAST_SKELETON = 3
"""In shorter skeletons (Ram, Roma, Rumi) too many names meet."""


def weight_of_bits(bits: float) -> int:
    """The weight of a word that is no slot word.

    Args:
        bits: -log2 of its share among the words of names.
    """
    return COMMON if bits < COMMON_BITS else FREQUENT if bits < FREQUENT_BITS else RARE


def weight_key(word: NameWord) -> str:
    """The form by which a word is counted: the skeleton, where Mandal and Mondal meet, or light if that is short."""
    return word.skeleton if len(word.skeleton) >= LEAST_SKELETON else word.light


def word_weight(word: NameWord) -> int:
    """The weight of a word, 1 to 4."""
    return SLOT if word.slot else _weights().get(weight_key(word), RARE)


@cache
def _weights() -> dict[str, int]:
    return {weight_key(make_word(row["word"])): int(row["weight"]) for row in read_rows("name_weights")}
