"""Double Metaphone (Philips 2000) from its public description: two phonetic codes a word, for Primero's match.

The rules for Slavic, Spanish and Italian spellings that names of South Asia never meet are left out.
"""

import re
from functools import cache

LETTERS = 4
"""Length of a code, the usual one."""

_VOWEL = "[AEIOUY]"
_SILENT_START = re.compile("GN|KN|PN|WR|PS")
_RULES: tuple[tuple[str, str, str], ...] = (
    (r"^[AEIOUY]", "A", "A"), (_VOWEL, "", ""),
    ("BB?", "P", "P"),
    (r"^CH(?=ARAC|ARIS|OR|YM|IA|EM)", "K", "K"), (r"(?<=^M)CH|(?<=OR)CH(?=ES|ID)|(?<=AR)CH(?=IT)|CH(?=[TS])", "K", "K"),
    (r"(?<=[AOUE])CH(?=[LRNMBHFVW])|^CH(?=[LRNMBHFVW])", "K", "K"), ("^CH", "X", "X"), ("CH", "X", "K"),
    ("(?<!WI)CZ", "S", "X"), ("CIA", "X", "X"), ("(?<!^M)CC(?=[IE]|H[^U])", "X", "X"), ("CC", "K", "K"),
    ("C[KGQ]", "K", "K"), ("C(?=I[OEA])", "S", "X"), ("C(?=[IEY])", "S", "S"), ("C(?:[CKQ](?![EI]))?", "K", "K"),
    ("DG(?=[IEY])", "J", "J"), ("DG", "TK", "TK"), ("D[TD]?", "T", "T"),
    ("FF?", "F", "F"),
    (r"(?<=[^AEIOUY])GH", "K", "K"), ("^GH(?=I)", "J", "J"), ("^GH", "K", "K"), ("(?<=[BHD].)GH", "", ""),
    ("(?<=[CGLRT].U)GH", "F", "F"), (r"(?<=[^I])GH", "K", "K"), ("GH", "", ""),
    (r"(?<=^[AEIOUY])GN", "KN", "N"), ("GN(?!EY)", "N", "KN"), ("GLI", "KL", "L"),
    ("^G(?=Y|E[SPBLYIR]|I[BLNE])", "K", "J"), ("G(?=[EIY])", "J", "K"), ("GG?", "K", "K"),
    (rf"(?<![^AEIOUY])H(?={_VOWEL})", "H", "H"), ("H", "", ""),
    ("^JJ?", "J", "A"), (rf"(?<={_VOWEL})J(?=[AO])", "J", "H"), ("JJ?", "J", "J"),
    ("KK?", "K", "K"), ("LL?", "L", "L"), ("MM?|MB$", "M", "M"), ("NN?", "N", "N"),
    ("PH", "F", "F"), ("P[PB]?", "P", "P"), ("QQ?", "K", "K"), ("RR?", "R", "R"),
    ("(?<=[IY])S(?=L)", "", ""), ("^S(?=UGAR)", "X", "S"), ("SH(?=EIM|OEK|OLM|OLZ)", "S", "S"), ("SH", "X", "X"),
    ("S(?=I[OA])", "S", "X"), ("^S(?=[MNLW])", "S", "X"), ("SZ", "S", "X"), ("SCH(?=E[RN])", "X", "SK"),
    ("SCH(?=OO|UY|ED|EM)", "SK", "SK"), ("SCH", "X", "X"), ("SC(?=[IEY])", "S", "S"), ("SC", "SK", "SK"),
    ("SS?", "S", "S"),
    ("T(?=IA|ION)", "X", "X"), ("TCH", "X", "X"), ("TH(?=OM|AM)", "T", "T"), ("T?TH", "0", "T"), ("T[TD]?", "T", "T"),
    ("VV?", "F", "F"),
    ("WR", "R", "R"), (rf"^W(?={_VOWEL})", "A", "F"), ("^WH", "A", "A"), (rf"(?<={_VOWEL})W$", "", "F"), ("W", "", ""),
    ("^X", "S", "S"), ("XX?", "KS", "KS"), ("ZH", "J", "J"), ("Z(?=[OIA])", "S", "TS"), ("ZZ?", "S", "S"),
)  # fmt: skip
_BY_RULE = [(re.compile(pattern), first, second) for pattern, first, second in _RULES]


@cache
def double_metaphone(word: str) -> tuple[str, str]:
    """The primary and the secondary code of a word, at most LETTERS long; empty for a word without Latin letters."""
    letters = re.sub("[^A-Z]", "", word.upper())
    place = 1 if _SILENT_START.match(letters) else 0
    first = second = ""
    while place < len(letters) and min(len(first), len(second)) < LETTERS:
        rule, one, other = next(
            ((match, one, other) for rule, one, other in _BY_RULE if (match := rule.match(letters, place))),
            (None, "", ""),
        )
        first, second = first + one, second + other
        place = max(place + 1, rule.end() if rule else 0)
    return first[:LETTERS], second[:LETTERS]
