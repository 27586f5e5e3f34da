"""From the text of one cell to the typed value of its field. Errors never repeat the text."""

from collections.abc import Callable
from functools import lru_cache

from encoder.calendars.interval import DayInterval
from encoder.calendars.parse import ascii_digits, parse_date
from encoder.field_errors import FieldError
from encoder.schema import LIST_SEPARATOR, Field, Value
from encoder.sexes import parse_sex
from matcher.views import Kind

Converter = Callable[[str], object]
"""Text without blanks around it to a value, None for a value that is not known; raises FieldError."""

# What clerks write into a field that must not stay empty. Two children called "unknown" have nothing in common.
_PLACEHOLDER_WORDS = (
    "-", "--", "---", "?", "??", ".", "n/a", "n.a.", "#n/a", "null", "unknown", "not known", "not available",
    "not applicable", "not stated", "अज्ञात", "थाहा छैन", "पता नहीं", "অজ্ঞাত", "অজানা", "জানা নেই", "نامعلوم",
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


# Spreadsheets turn a typed hyphen between numbers into this.
EN_DASH = "\u2013"

AgeRange = tuple[float, float]


def convert_age(text: str, field: Field) -> float | AgeRange:
    """An age in years, or the two ends of a PFIF range such as 8-10."""
    low, dash, high = text.replace(EN_DASH, "-").partition("-")
    if not (low and dash and high):
        return convert_number(text, field)
    ends = convert_number(low.strip(), field), convert_number(high.strip(), field)
    if ends[0] > ends[1]:
        raise FieldError("The range of ages runs backwards; write the lower age first, such as 8-10.")
    return ends


def convert_birth_date(text: str) -> str:
    """The text of a date, once it is known to be one."""
    parse_date(text)
    return text


def convert_photo_date(text: str) -> DayInterval | float:
    """A date; or, for one or two digits, the child's age in the photo in years."""
    digits = ascii_digits(text)
    if len(digits) <= 2 and digits.isdecimal():
        return float(digits)
    return parse_date(text)


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


_PLAIN: dict[Value, Converter] = {
    Value.TEXT: convert_text,
    Value.LIST: convert_list,
    Value.DATE: parse_date,
    Value.BIRTH_DATE: convert_birth_date,
    Value.PHOTO_DATE: convert_photo_date,
    Value.KIND: convert_kind,
    Value.SEX: parse_sex,
}
_WITH_FIELD: dict[Value, Callable[[str, Field], object]] = {
    Value.NUMBER: convert_number,
    Value.AGE: convert_age,
    Value.CHOICE: convert_choice,
    Value.FLAG: convert_flag,
}


def converter_of(field: Field) -> Converter:
    """How the text of this field is read."""
    if field.value in _PLAIN:
        return _PLAIN[field.value]
    convert = _WITH_FIELD[field.value]
    return lambda text: convert(text, field)
