"""Perso-Arabic letters to Latin.

Short vowels are mostly not written, so each consonant is taken to carry an inherent ``a`` that the schwa rule of the
Indo-Aryan scripts then drops where it would not be spoken, and that is never spoken in the clusters of the table
(``nd``, ``st`` …). Wau and ye are consonants or vowels by what is around them. Names whose short vowels no rule can
supply (Umar, Ikram) stand in the table as whole words.
"""

import re
from functools import cache

from encoder.names.phones import Phone, Sound, read_phones
from encoder.names.schwa import delete_schwas
from encoder.names.tables import Rule, rule_table

VOWEL_LETTERS = frozenset(("sign", "wau", "ye"))
_SHORT_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0656-\u065f]")
_ARABIC_ONLY = re.compile("[ثحخذصضطظعغفق]")
_PARTICIPLE = re.compile("م..و.[ہی]?")
LONG_U = "ۇ"
_SILENT = Rule("mark", "")


def read_perso_arabic(word: str) -> str:
    """The Latin form of a word in Urdu, Sindhi, Kashmiri, Persian or Arabic letters.

    Args:
        word: a word in one of the Perso-Arabic alphabets.
    """
    table = rule_table("perso_arabic")
    whole = table.words.get(word) or table.words.get(_SHORT_VOWEL_SIGNS.sub("", word))
    if whole:
        return whole
    units = [unit for unit in table.units(_with_long_u(word)) if unit.kind != "mark"]
    resolved = [_resolved(units, place) for place in range(len(units))]
    phones = _without_hiatus(read_phones(resolved, table.options["inherent"]))
    phones = delete_schwas(_clustered(phones), table.options["deletion"])
    return "".join(phone.latin for phone in phones)


def _with_long_u(word: str) -> str:
    """Wau as a vowel is o in words of the subcontinent and u in most of those from Arabic, which their letters show."""
    is_arabic = _ARABIC_ONLY.search(word) or _PARTICIPLE.fullmatch(word)
    return word.replace("و", LONG_U) if is_arabic else word


def _resolved(units: list[Rule], place: int) -> Rule:
    """The unit as a plain consonant or vowel sign."""
    unit = units[place]
    before = units[place - 1].kind if place else "start"
    carried = before == "alif" and place == 1
    after = units[place + 1].kind if place + 1 < len(units) else "end"
    match unit.kind:
        case "alif":
            return _SILENT if before == "start" and after in ("wau", "ye") else Rule("sign", unit.latin)
        case "wau":
            return _wau(unit, "alif-start" if carried else before, after, after_next=_kind(units, place + 2))
        case "ye":
            return Rule("consonant", "y") if before == "start" else Rule("sign", unit.latin)
        case "hamza":
            return _SILENT if after == "ye" or _latin(units, place + 1) == "e" else Rule("sign", unit.latin)
        case "he":
            return _he(before, after)
    return unit


def _kind(units: list[Rule], place: int) -> str:
    return units[place].kind if place < len(units) else "end"


def _latin(units: list[Rule], place: int) -> str:
    return units[place].latin if place < len(units) else ""


def _wau(unit: Rule, before: str, after: str, after_next: str) -> Rule:
    """A consonant at the start, between vowels and after a final ye (Dev); else a vowel."""
    is_dev = before == "ye" and after == "end"
    before_vowel = after in ("alif", "sign", "ye") or (after == "he" and after_next == "end" and before == "ye")
    is_consonant = before != "alif-start" and (before in ("start", "alif") or before_vowel or is_dev)
    return Rule("consonant", "w") if is_consonant else Rule("sign", unit.latin)


def _he(before: str, after: str) -> Rule:
    if after != "end":
        return Rule("consonant", "h")
    return Rule("sign", "a") if before in ("consonant", "ye") else Rule("tail", "h")


def _without_hiatus(phones: list[Phone]) -> list[Phone]:
    """Ain has no letter of its own in Latin: its place is held only for the vowels around it."""
    return [phone for phone in phones if phone.latin or phone.sound is not Sound.CONSONANT]


@cache
def _clusters(kind: str) -> frozenset[str]:
    return frozenset(rule_table("perso_arabic").options[kind].split())


def _clustered(phones: list[Phone]) -> list[Phone]:
    """Drop the inherent vowel inside the clusters that are spoken as one."""
    return [phone for place, phone in enumerate(phones) if not _in_cluster(phones, place)]


def _in_cluster(phones: list[Phone], place: int) -> bool:
    if phones[place].sound is not Sound.INHERENT or not 2 <= place < len(phones) - 1:
        return False
    left, right = phones[place - 1], phones[place + 1]
    if not phones[place - 2].is_vowel or right.sound is not Sound.CONSONANT:
        return False
    pair = f"{left.latin}-{right.latin}"
    is_final = place + 3 >= len(phones)
    return pair in _clusters("clusters") or (is_final and pair in _clusters("final_clusters"))
