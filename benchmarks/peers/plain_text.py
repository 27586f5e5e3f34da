"""What a peer is given: every record's fields as plain text, prepared in one of two ways.

`by_anyascii` is what a careful user of a general tool does: every script to ASCII, lower case, letters only. `by_milap`
gives the same fields in the light forms of Milap's own normaliser, to part what normalising brings from what encoding
costs. In both, dates, calendars, sexes and the rule that a name from staff is not the child's are read by Milap, which
favours the peers.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from anyascii import anyascii

from encoder.calendars.interval import gregorian_date
from encoder.names.canonical import canonical_names
from encoder.names.places import canonical_place
from encoder.record import NameSource, RawRecord
from matcher.views import Sex

Words = Callable[[str], str]
NOT_LETTERS = re.compile(r"[^a-z0-9]+")
PHONE_DIGITS = 10
_SOUND = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")
_SILENT = re.compile(r"[aeiouyhw]+")
_TWICE = re.compile(r"(.)\1+")


def by_anyascii(text: str) -> str:
    """Letters and digits of any script as ASCII words, lower case."""
    return NOT_LETTERS.sub(" ", anyascii(text).lower()).strip()


def name_by_milap(text: str) -> str:
    """Light forms of the main name's words, titles dropped."""
    names = canonical_names(text).names
    return " ".join(word.light for word in names[0]) if names else ""


def place_by_milap(text: str) -> str:
    """Light forms of a place's words, address words dropped."""
    return " ".join(word.light for word in canonical_place(text))


def sound(word: str) -> str:
    """First letter and consonant classes of a word, after Soundex (Russell 1918) without its cut at four."""
    return word[:1] + _SILENT.sub("", _TWICE.sub(r"\1", word[1:].translate(_SOUND)))


def plain_rows(records: Sequence[RawRecord], name: Words, place: Words) -> list[dict[str, Any]]:
    """One row a record: plain columns, None or an empty list where nothing is known."""
    return [_row(record, name, place) for record in records]


def _row(record: RawRecord, name: Words, place: Words) -> dict[str, Any]:
    written = record.name or " ".join(p for p in (record.given_name, record.family_name) if p)
    own = "" if record.name_source is NameSource.STAFF else name(written)
    others = [name(text) for text in (*record.nicknames, *record.aliases)]
    birth = record.birth
    return {
        "unique_id": record.record_id,
        **_person("name", own), **_person("father", name(record.father_name or "")),
        **_person("mother", name(record.mother_name or "")),
        "names": _listed([own, *others]),
        "kin": _listed(map(name, (*record.sibling_names, *record.other_relatives, record.guardian_name or ""))),
        "village": place(record.home_village or "") or None,
        "subdistrict": place(record.home_subdistrict or "") or None,
        "district": place(record.home_district or "") or None,
        "state": place(record.home_state or "") or None,
        "sex": None if record.sex is Sex.UNKNOWN else record.sex.name.lower(),
        "birth_year": gregorian_date((birth.first + birth.last) // 2).year if birth else None,
        "birth_date": gregorian_date(birth.first).isoformat() if birth and birth.exact else None,
        "event_day": record.event_date.first if record.event_date else None,
        "phones": _listed("".join(filter(str.isdigit, phone))[-PHONE_DIGITS:] for phone in record.phones),
        "languages": _listed(map(place, record.languages)),
        "marks": _listed("".join(mark.lower().split()) for mark in record.marks),
    }


def _person(column: str, text: str) -> dict[str, str | None]:
    """A name as it stands, its words in alphabetical order, and the sound of its first word in that order."""
    words = sorted(text.split())
    return {
        column: text or None,
        f"{column}_sorted": " ".join(words) or None,
        f"{column}_sound": sound(max(words, key=len)) if words else None,
    }


def _listed(texts: Any) -> list[str]:
    return sorted({text for text in texts if text})
