"""What a person says of a photo: when it was taken, and whether somebody has aged it."""

from dataclasses import dataclass, replace

from api.wire.problems import ProblemError
from encoder.faces.record_face import photo_years
from encoder.field_errors import FieldError
from encoder.record import RawRecord
from encoder.values import convert_photo_date

LONGEST = 40
_FLAGS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """What was said of a photo; None is what nobody said.

    taken       a date, or the age of the child
    progressed  whether the picture shows the child as it might look by now: no photo of it, and not weighed as one
    """

    taken: str | None = None
    progressed: bool | None = None


def said_of(taken: str | None, progressed: str | None) -> Said:
    """What the parts of a form say; ProblemError `invalid-body` for a part that says something else."""
    word = (progressed or "").strip().lower()
    if word and word not in _FLAGS:
        raise ProblemError("invalid-body", "The part progressed is yes or no.", parts=["progressed"])
    return Said(checked_taken(taken), _FLAGS.get(word))


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
