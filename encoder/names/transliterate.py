"""One word of any script to lower-case a-z: form A, by rule table."""

import re
from functools import lru_cache, partial

from anyascii import anyascii

from encoder.names.burmese import read_burmese
from encoder.names.perso_arabic import read_perso_arabic
from encoder.names.phones import read_phones
from encoder.names.schwa import delete_schwas
from encoder.names.scripts import LONGEST_TOKEN, Script
from encoder.names.tables import RuleTable, rule_table
from encoder.names.tibetan import read_tibetan
from encoder.names.voicing import voice_stops

_NOT_A_TO_Z = re.compile("[^a-z]+")
_WITHOUT_TABLE = frozenset((Script.LATIN, Script.OTHER))
_READERS = {
    Script.PERSO_ARABIC: read_perso_arabic,
    Script.BURMESE: read_burmese,
    Script.TIBETAN: read_tibetan,
}


def transliterate(part: str, script: Script) -> str:
    """The Latin form of a word.

    Args:
        part: a word written in one script, cleaned and composed; read to its first `LONGEST_TOKEN` characters.
        script: its script.

    Returns:
        Lower-case a-z only, or ASCII digits for `Script.DIGIT`; empty when nothing reads any of it. What no rule of
        the script reads (letters of Shan or Mon among the Burmese) is left to anyascii.
    """
    return _transliterate(part[:LONGEST_TOKEN], script)


@lru_cache(maxsize=1 << 16)
def _transliterate(part: str, script: Script) -> str:
    if script is Script.DIGIT:
        return part
    by_rule = "" if script in _WITHOUT_TABLE else _READERS.get(script, partial(_read_indic, script=script))(part)
    return by_rule or _NOT_A_TO_Z.sub("", anyascii(part).lower())


def _read_indic(word: str, script: Script) -> str:
    table = rule_table(script.value)
    return "".join(_read_element(element, table) for element in table.elements(word))


def _read_element(element: str, table: RuleTable) -> str:
    options = table.options
    phones = read_phones(table.units(element), options["inherent"], options.get("final_nasal", ""))
    phones = delete_schwas(phones, options["deletion"])
    if table.between_vowels or table.after_nasals:
        phones = voice_stops(phones, table.between_vowels, table.after_nasals)
    return "".join(phone.latin for phone in phones)
