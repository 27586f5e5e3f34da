"""Perso-Arabic letters to Latin.

Short vowels are mostly not written, so each consonant is taken to carry an inherent ``a`` that the schwa rule of the
Indo-Aryan scripts then drops where it would not be spoken. Wau and ye are consonants or vowels by what is around them.
"""

from encoder.names.phones import Phone, Sound, read_phones
from encoder.names.schwa import delete_schwas
from encoder.names.tables import Rule, rule_table

VOWEL_LETTERS = frozenset(("sign", "wau", "ye"))


def read_perso_arabic(word: str) -> str:
    """The Latin form of a word in Urdu, Sindhi, Kashmiri, Persian or Arabic letters.

    Args:
        word: a word in one of the Perso-Arabic alphabets.
    """
    table = rule_table("perso_arabic")
    units = [unit for unit in table.units(word) if unit.kind != "mark"]
    resolved = [_resolved(units, place) for place in range(len(units))]
    phones = _without_hiatus(read_phones(resolved, table.options["inherent"]))
    return "".join(phone.latin for phone in delete_schwas(phones, table.options["deletion"]))


def _resolved(units: list[Rule], place: int) -> Rule:
    """The unit as a plain consonant or vowel sign."""
    unit = units[place]
    before = units[place - 1].kind if place else "start"
    carried = before == "alif" and place == 1
    after = units[place + 1].kind if place + 1 < len(units) else "end"
    if unit.kind == "alif":
        return Rule("mark", "") if before == "start" and after in ("wau", "ye") else Rule("sign", unit.latin)
    if unit.kind == "wau" and not carried and (before in ("start", "alif") or after in ("alif", "sign", "ye")):
        return Rule("consonant", "w")
    if unit.kind == "ye" and before == "start":
        return Rule("consonant", "y")
    if unit.kind == "he" and after != "end":
        return Rule("consonant", "h")
    if unit.kind == "he":
        return Rule("sign", "a") if before in ("consonant", "ye") else Rule("tail", "h")
    return Rule("sign", unit.latin) if unit.kind in VOWEL_LETTERS else unit


def _without_hiatus(phones: list[Phone]) -> list[Phone]:
    """Ain has no letter of its own in Latin: its place is held only for the vowels around it."""
    return [phone for phone in phones if phone.latin or phone.sound is not Sound.CONSONANT]
