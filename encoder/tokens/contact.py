"""Tokens of contacts: phone numbers and identifiers that the child or the family knows."""

import unicodedata

from encoder.record import RawRecord
from encoder.tokens.piece import Piece, code_piece

WHOLE, RUN = 6, 2
NATIONAL_DIGITS = 10
"""Digits compared from the end: country and trunk prefixes are written or left out at will."""


def contact_bag(record: RawRecord) -> tuple[Piece, ...]:
    """Pieces of all phones and identifiers; too short ones say nothing and are left out."""
    phones = (_digits(text)[-NATIONAL_DIGITS:] for text in record.phones)
    codes = (_code(text) for text in record.identifiers)
    return (
        *(code_piece("tel", number, WHOLE, RUN) for number in phones if len(number) >= 6),
        *(code_piece("id", code, WHOLE, RUN) for code in codes if len(code) >= 3),
    )


def _digits(text: str) -> str:
    if text.isascii():
        return "".join(filter(str.isdigit, text))
    return "".join(str(value) for c in text if (value := unicodedata.digit(c, None)) is not None)


def _code(text: str) -> str:
    """The value without its scheme, which clerks name differently, and without punctuation."""
    value = text.rpartition(":")[2]
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", value).casefold()))
