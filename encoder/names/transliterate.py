"""One word of any script to lower-case a-z: form A, by rule table."""

import re
from functools import lru_cache

from anyascii import anyascii

from encoder.names.perso_arabic import read_perso_arabic
from encoder.names.phones import read_phones
from encoder.names.schwa import delete_schwas
from encoder.names.scripts import Script
from encoder.names.tables import RuleTable, rule_table
from encoder.names.voicing import voice_stops

_NOT_A_TO_Z = re.compile("[^a-z]+")
_WITHOUT_TABLE = frozenset((Script.LATIN, Script.OTHER))


@lru_cache(maxsize=1 << 16)
def transliterate(part: str, script: Script) -> str:
    """The Latin form of a word.

    Args:
        part: a word written in one script, cleaned and composed.
        script: its script.

    Returns:
        Lower-case a-z only, or ASCII digits for `Script.DIGIT`; empty when no rule reads any of it.
    """
    if script is Script.DIGIT:
        return part
    if script in _WITHOUT_TABLE:
        return _NOT_A_TO_Z.sub("", anyascii(part).lower())
    if script is Script.PERSO_ARABIC:
        return read_perso_arabic(part)
    return _read_indic(part, script)


def _read_indic(word: str, script: Script) -> str:
    table = rule_table(script.value)
    return "".join(_read_element(element, table) for element in table.elements(word))


def _read_element(element: str, table: RuleTable) -> str:
    phones = delete_schwas(read_phones(table.units(element), table.options["inherent"]), table.options["deletion"])
    if table.options.get("voicing"):
        phones = voice_stops(phones)
    return "".join(phone.latin for phone in phones)
