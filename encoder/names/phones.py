"""From the written units of an Indic script to a row of sounds.

In these scripts a consonant carries an inherent vowel unless a vowel sign or a virama follows. Which inherent vowels
are really spoken is decided later (`encoder.names.schwa`), so they stay marked here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from encoder.names.tables import Rule

LABIALS = frozenset("pbm")


class Sound(Enum):
    """What a phone is, as far as the rules need to know."""

    CONSONANT = "consonant"
    VOWEL = "vowel"
    INHERENT = "inherent"
    NASAL = "nasal"


_SOUND_OF_KIND = {
    "consonant": Sound.CONSONANT,
    "joined": Sound.CONSONANT,
    "tail": Sound.CONSONANT,
    "vowel": Sound.VOWEL,
    "sign": Sound.VOWEL,
    "nasal": Sound.NASAL,
    "inherent": Sound.INHERENT,
}


@dataclass(frozen=True, slots=True)
class Phone:
    """One sound and its Latin letters."""

    sound: Sound
    latin: str

    @property
    def is_vowel(self) -> bool:
        """Whether the phone is a vowel, written or inherent."""
        return self.sound is Sound.VOWEL or self.sound is Sound.INHERENT


_NASAL_M = Phone(Sound.NASAL, "m")


@cache
def _phone(kind: str, latin: str) -> Phone:
    """One shared phone for every use of a rule: tables hold a few hundred, words by the million pass through."""
    return Phone(_SOUND_OF_KIND[kind], latin)


def read_phones(units: Iterable[Rule], inherent: str, final_nasal: str = "") -> list[Phone]:
    """The sounds of a word, every inherent vowel included.

    Args:
        units: rules of the word's written units, in order.
        inherent: Latin letters of the script's inherent vowel.
        final_nasal: Latin letters of a nasal sign at the end of the word (``m`` in the south); empty if as elsewhere.
    """
    phones: list[Phone] = []
    spoken = _phone("inherent", inherent)
    for unit in units:
        _append_unit(phones, unit, spoken)
    if final_nasal and phones and phones[-1].sound is Sound.NASAL:
        phones[-1] = _phone("nasal", final_nasal)
    return _assimilated(phones)


def _append_unit(phones: list[Phone], unit: Rule, inherent: Phone) -> None:
    if unit.kind in ("sign", "virama", "joined") and phones and phones[-1].sound is Sound.INHERENT:
        phones.pop()
    if unit.kind in _SOUND_OF_KIND and (unit.latin or unit.kind == "consonant"):
        phones.append(_phone(unit.kind, unit.latin))
    if unit.kind in ("consonant", "joined"):
        phones.append(inherent)


def _assimilated(phones: list[Phone]) -> list[Phone]:
    """Nasals take the place of articulation of what follows: n before most consonants, m before labials."""
    return [
        _NASAL_M if phone.sound is Sound.NASAL and _before_labial(phones, place) else phone
        for place, phone in enumerate(phones)
    ]


def _before_labial(phones: list[Phone], place: int) -> bool:
    return place + 1 < len(phones) and phones[place + 1].latin[:1] in LABIALS
