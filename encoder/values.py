"""From the text of one cell to the typed value of its field. Errors never repeat the text."""

from collections.abc import Callable
from functools import lru_cache

from encoder.ages.parse import age_in_words, parse_age
from encoder.ages.stated import StatedAge
from encoder.calendars.countries import NO_COUNTRY, Countries
from encoder.calendars.interval import DayInterval
from encoder.calendars.parse import parse_date, read_date
from encoder.calendars.written import WrittenDate
from encoder.field_errors import DateError, FieldError
from encoder.schema import LIST_SEPARATOR, Field, Value
from encoder.sexes import parse_sex
from encoder.written_text import ascii_digits
from matcher.views import Kind

Converter = Callable[[str], object]
"""Text without blanks around it to a value, None for a value that is not known; raises FieldError."""

# What clerks write into a field that must not stay empty. Two children called "unknown" have nothing in common.
_PLACEHOLDER_WORDS = (
    "-", "--", "---", "?", "??", "???", ".", "..", "...", "xx", "xxx", "n/a", "na", "n.a.", "#n/a", "null", "none",
    "unknown", "not known", "not available", "not applicable", "not stated", "not given", "do not know",
    "अज्ञात", "नामालूम", "मालूम नहीं", "थाहा छैन", "पता नहीं", "अज्ञात नाम", "অজ্ঞাত", "অজ্ঞাতনামা", "অজানা", "জানা নেই",
    "نامعلوم",
)  # fmt: skip
# Spelled out in each case, because this is looked up for every cell.
PLACEHOLDERS = frozenset(
    form for word in _PLACEHOLDER_WORDS for form in (word, word.upper(), word.capitalize(), word.title())
)

LONGEST_NUMBER = 20
CACHED_NUMBERS = 1 << 12

_KINDS = {kind.name.lower(): kind for kind in Kind}
_FLAGS = {
    **dict.fromkeys(("true", "yes", "y", "1", "1.0", "हाँ", "हां", "हो", "হ্যাঁ", "ہاں"), True),
    **dict.fromkeys(("false", "no", "n", "0", "0.0", "नहीं", "होइन", "না", "نہیں"), False),
}


def convert_text(text: str) -> str | None:
    """The text itself, or None for a placeholder."""
    return None if text in PLACEHOLDERS else text


def is_placeholder(text: str) -> bool:
    """Whether the text only says that there is nothing to say."""
    return text in PLACEHOLDERS


def convert_list(text: str) -> tuple[str, ...]:
    """Its parts, without the empty ones and placeholders, in the order given."""
    if LIST_SEPARATOR not in text:
        return () if text in PLACEHOLDERS else (text,)
    parts = [part.strip() for part in text.split(LIST_SEPARATOR)]
    return tuple([part for part in parts if part and part not in PLACEHOLDERS])


def convert_number(text: str, field: Field) -> float:
    """A plain decimal number within the bounds of its field, digits of any script."""
    if len(text) > LONGEST_NUMBER:
        raise FieldError("That is too long for a number; write digits only.")
    return _number(text, field.low, field.high)


@lru_cache(maxsize=CACHED_NUMBERS)
def _number(text: str, low: float, high: float) -> float:
    digits = ascii_digits(text)
    # float() alone would also take 1e5, 1_0, nan and infinity, which nobody means as an age or a height.
    if not digits.replace(".", "", 1).isdecimal():
        raise FieldError("That is not a number; write digits only, such as 8 or 8.5.")
    number = float(digits)
    if not low <= number <= high:
        raise FieldError(f"The number must be {low:g} to {high:g}; check it.")
    return number


def convert_age(text: str) -> StatedAge:
    """An age in any of its forms."""
    return parse_age(text)


def convert_birth_date(text: str, countries: Countries = NO_COUNTRY) -> WrittenDate | StatedAge:
    """A date of birth; or an age, where the text has the words of one."""
    try:
        return read_date(text, countries)
    except DateError:
        if (age := age_in_words(text)) is None:
            raise
        return age


def convert_photo_date(text: str, countries: Countries = NO_COUNTRY) -> DayInterval | float:
    """A date; or the child's age in the photo in years, written as one or two digits or in words."""
    digits = ascii_digits(text)
    if len(digits) <= 2 and digits.isdecimal():
        return float(digits)
    try:
        return parse_date(text, countries)
    except DateError:
        if (age := age_in_words(text)) is None:
            raise
        return (age.low + age.oldest) / 2


def convert_kind(text: str) -> Kind:
    """Missing or found."""
    if (kind := _KINDS.get(text.lower())) is None:
        raise FieldError("The kind must be missing or found; write one of the two.")
    return kind


def convert_choice(text: str, field: Field) -> object:
    """One of the words of the field, in any case."""
    assert field.choices is not None
    try:
        return field.choices(text.lower())
    except ValueError:
        words = ", ".join(field.choices)
        # The ValueError holds the cell's text: it must not be chained into a traceback.
        raise FieldError(f"That word is not known here; write one of {words}.") from None


def convert_flag(text: str, field: Field) -> bool:
    """Yes or no."""
    if (flag := _FLAGS.get(text.lower())) is None:
        taken = "yes" if field.when_unreadable else "no"
        raise FieldError(f"That is neither yes nor no, and counts as {taken} to be safe; write yes or no.")
    return flag


_DATES: dict[Value, Callable[..., object]] = {
    Value.DATE: parse_date,
    Value.BIRTH_DATE: convert_birth_date,
    Value.PHOTO_DATE: convert_photo_date,
}
_PLAIN: dict[Value, Converter] = {
    Value.TEXT: convert_text,
    Value.LIST: convert_list,
    Value.AGE: convert_age,
    **_DATES,
    Value.KIND: convert_kind,
    Value.SEX: parse_sex,
}
_WITH_FIELD: dict[Value, Callable[[str, Field], object]] = {
    Value.NUMBER: convert_number,
    Value.CHOICE: convert_choice,
    Value.FLAG: convert_flag,
}


def converter_of(field: Field) -> Converter:
    """How the text of this field is read."""
    if field.value in _PLAIN:
        return _PLAIN[field.value]
    convert = _WITH_FIELD[field.value]
    return lambda text: convert(text, field)


def convert_in_countries(text: str, field: Field, countries: Countries) -> object:
    """A date field of a record of these countries; FieldError."""
    return _DATES[field.value](text, countries)
