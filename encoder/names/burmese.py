"""Burmese to Latin, syllable by syllable.

A syllable is one consonant with its medials, a rhyme (vowel signs and a final consonant under asat) and tones. The
rhyme is read as a whole, as in the spelling of names: ောင် aung, ွန် un, ိုက် aik. A consonant stacked under another
begins a syllable whose neighbour it closes; those two are one word to the reader (စန္ဒာ Sanda). The lower dot under
a nasal is written t (မြင့် Myint).
"""

import re
from dataclasses import dataclass
from functools import cache

from encoder.names.tables import read_rows

ASAT = "\u103a"
STACKER = "\u1039"
LOWER_DOT = "\u1037"
VISARGA = "\u1038"
TALL_A, PLAIN_A = "\u102b", "\u102c"
_MEDIALS = "\u103b-\u103e"
_VOWELS = "\u102b-\u1036"
_ONSETS = "က-အဿ"
_CLOSED = f"[{_ONSETS}]{LOWER_DOT}?{ASAT}(?!{STACKER})"
_SYLLABLE = re.compile(
    f"(?P<join>{STACKER}?)(?P<onset>[{_ONSETS}][{_MEDIALS}]*|[ဣ-ဧဩဪ])(?P<vowel>[{_VOWELS}]*{ASAT}?)"
    f"(?P<dot>{LOWER_DOT}?)(?P<final>(?:{_CLOSED}|[{_ONSETS}]{ASAT}?(?={STACKER}))?)[{LOWER_DOT}{VISARGA}]*"
)
_NASAL_ENDS = ("n", "ng")


@dataclass(frozen=True, slots=True)
class _Rules:
    onsets: dict[str, str]
    rhymes: dict[str, str]
    letters: dict[str, str]
    words: dict[str, str]


@cache
def _rules() -> _Rules:
    rows = list(read_rows("burmese"))
    kinds = ("onset", "rhyme", "letter", "word")
    return _Rules(*({row["source"]: row["latin"] for row in rows if row["kind"] == kind} for kind in kinds))


def burmese_syllables(word: str) -> tuple[str, ...]:
    """The parts of a word that Latin spelling writes as words of their own: its syllables, stacked ones together.

    Args:
        word: a word in Burmese letters, written without space as usual (``အောင်အောင်``).
    """
    parts: list[str] = []
    for match in _SYLLABLE.finditer(word):
        if match["join"] and parts:
            parts[-1] += match[0]
        else:
            parts.append(match[0])
    return tuple(parts)


def read_burmese(word: str) -> str:
    """The Latin form of a word in Burmese letters; letters of Shan, Mon and Karen have no rule and are skipped.

    Args:
        word: one or more syllables.
    """
    whole = _rules().words.get(word)
    if whole is not None:
        return whole
    return "".join(map(_read_syllable, _SYLLABLE.finditer(word.replace(TALL_A, PLAIN_A))))


def _read_syllable(match: re.Match[str]) -> str:
    rules = _rules()
    onset, vowel = match["onset"], match["vowel"]
    final = match["final"].replace(LOWER_DOT, "").replace(ASAT, "")
    rhyme = vowel + (final + ASAT if final else "")
    if onset in rules.letters:
        return rules.letters[onset] + (_coda(final) if final else "")
    if "\u103d" in onset and f"\u103d{rhyme}" in rules.rhymes:
        latin = _onset(onset.replace("\u103d", "")) + rules.rhymes[f"\u103d{rhyme}"]
    else:
        latin = _onset(onset) + _rhyme(rhyme, vowel, final)
    has_dot = bool(match["dot"]) or LOWER_DOT in match[0]
    return f"{latin}t" if has_dot and latin.endswith(_NASAL_ENDS[0]) else latin


def _onset(written: str) -> str:
    onsets = _rules().onsets
    plain = written.replace("\u103d", "")
    latin = onsets.get(plain) or onsets.get(plain[:2]) or onsets[plain[0]]
    return latin + "w" if "\u103d" in written else latin


def _rhyme(rhyme: str, vowel: str, final: str) -> str:
    rhymes = _rules().rhymes
    return rhymes[rhyme] if rhyme in rhymes else rhymes.get(vowel, "a") + _coda(final)


def _coda(final: str) -> str:
    return _rules().onsets.get(final, "")[:1] if final else ""
