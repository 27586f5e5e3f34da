"""From the text of an age to the years it stands for."""

import re
from dataclasses import replace
from functools import lru_cache

from encoder.ages.forms import FORMS, GROUP_FORM
from encoder.ages.stated import OLDEST_YEARS, StatedAge, in_years
from encoder.ages.words import ABOUT, MARKS, NUMBER, VOCABULARY, Meaning
from encoder.birth_reason import BirthReason
from encoder.calendars.parse import read_date
from encoder.field_errors import FieldError
from encoder.written_text import Part, parts, phrase_at, plain, with_hyphens

LONGEST_AGE = 60
CACHED_AGES = 1 << 13

NOT_AN_AGE = "That is not an age; write years, such as 8, 8-10 or about 8, or months, such as 6 months."
A_DATE = "That is a date and no age; write the age in years, and have the spreadsheet keep 8-10 as text."
OUT_OF_BOUNDS = f"The number must be 0 to {OLDEST_YEARS}; check it."

_PLAIN = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)
_HALF, _LONE_HALF = re.compile(r"(\d) ?(?:½| 1/2(?!\d))"), "½"


def parse_age(text: str) -> StatedAge:
    """The ages that a text stands for; FieldError says what to write instead."""
    if len(text) > LONGEST_AGE:
        raise FieldError("That is too long for an age; write years, such as 8 or 8-10.")
    return _parse(text)


def age_in_words(text: str) -> StatedAge | None:
    """The ages of a text that has a word of an age in it, such as 8 years; None for any other text."""
    if len(text) > LONGEST_AGE or not any(part.word for part in parts(plain(text))):
        return None
    try:
        return parse_age(text)
    except FieldError:
        return None


@lru_cache(maxsize=CACHED_AGES)
def _parse(text: str) -> StatedAge:
    if _PLAIN.fullmatch(text):
        return _within_bounds(in_years(float(text)))
    clean = _HALF.sub(r"\1.5", plain(with_hyphens(text))).replace(_LONE_HALF, "0.5")
    stated = _stated(_meanings(parts(clean, decimals=True)))
    if stated is None:
        raise FieldError(A_DATE if _is_date(text) else NOT_AN_AGE)
    return _within_bounds(stated)


def _meanings(listed: list[Part]) -> list[Meaning]:
    """What the parts mean in their order; nothing at all when one of them means nothing known."""
    found: list[Meaning] = []
    at = 0
    while at < len(listed):
        meaning, at = _meaning(listed, at)
        if meaning is None:
            return []
        found.append(meaning)
    return found


def _meaning(listed: list[Part], at: int) -> tuple[Meaning | None, int]:
    part = listed[at]
    if part.number:
        return (NUMBER, float(part.number)), at + 1
    if part.other:
        return MARKS.get(part.other), at + 1
    return phrase_at(listed, at, VOCABULARY)


def _stated(meanings: list[Meaning]) -> StatedAge | None:
    letters = "".join(letter for letter, _ in meanings)
    values = [value for _, value in meanings if value is not None]
    if GROUP_FORM.fullmatch(letters):
        return next(value for value in values if isinstance(value, StatedAge))
    numbers = [value for value in values if not isinstance(value, StatedAge)]
    make = next((make for form, make in FORMS if form.fullmatch(letters)), None)
    if make is None:
        return None
    stated = make(numbers)
    hedged = ABOUT in letters and stated.reason is BirthReason.AGE
    return replace(stated, reason=BirthReason.ABOUT) if hedged else stated


def _within_bounds(stated: StatedAge) -> StatedAge:
    if stated.low > OLDEST_YEARS or stated.oldest > OLDEST_YEARS:
        raise FieldError(OUT_OF_BOUNDS)
    return stated


def _is_date(text: str) -> bool:
    try:
        read_date(text)
    except FieldError:
        return False
    return True
