"""When a photo was taken: as a person writes it, and how old the child is in it."""

from dataclasses import replace

from api.wire.problems import ProblemError
from encoder.faces.record_face import photo_years
from encoder.field_errors import FieldError
from encoder.record import RawRecord
from encoder.values import convert_photo_date

LONGEST = 40


def checked_taken(text: str | None) -> str | None:
    """What a person wrote, None when it is nothing; ProblemError `invalid-body` when it is no date and no age."""
    text = (text or "").strip()
    if not text:
        return None
    try:
        if len(text) > LONGEST:
            raise FieldError
        convert_photo_date(text)
    except FieldError:
        detail = "The part taken is a date, such as 2024-05, or the age of the child in the photo in whole years."
        raise ProblemError("invalid-body", detail, parts=["taken"]) from None
    return text


def years_in(taken: str | None, record: RawRecord) -> float | None:
    """Age of the child in a photo in years: by what is written of the photo, else by what the record says of all."""
    return photo_years(record if taken is None else replace(record, photo_date=convert_photo_date(taken)))
