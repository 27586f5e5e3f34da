"""What about the dates and ages of a record a clerk could mend."""

from collections.abc import Iterator
from datetime import date

from encoder.birth import BirthInterval, birth_interval, years_before
from encoder.birth_reason import BirthReason
from encoder.calendars.interval import DayInterval, is_in_future
from encoder.record import RawRecord

CHILD_UNTIL_YEARS = 18
MOST_YEARS_APART = 2
"""Years by which an age and a date of birth may disagree before a clerk is asked."""

INVENTED = (
    "This day often stands for one that nobody knows, so only its year is compared; write the true day if it is known, "
    "or the year alone."
)
AGE_DISAGREES = "It is more than two years away from date_of_birth, which is the one compared; check both."
ADULT = "The child was 18 or older at event_date; check both, and the calendar of the date."
EVENT_IN_FUTURE = "It is in the future; check it, and the calendar (BS:, BN: or AH: before the date)."
BORN_IN_FUTURE = "It is in the future; check it, and the calendar (BS:, BN: or AH: before the date)."
EVENT_BEFORE_BIRTH = "It is before the birth; check it, and the age with the date on which it was true."

Told = tuple[str, str]
"""A field and a message about it."""


def date_advice(record: RawRecord, today: date) -> Iterator[Told]:
    """Fields with one sentence each; nothing for a record whose dates agree."""
    event, birth = record.event_date, record.birth
    if event is not None and is_in_future(event, today):
        yield "event_date", EVENT_IN_FUTURE
        event = None  # what it says of the birth is worth nothing
    if birth is not None:
        yield from _of_birth(record, birth, event, today)


def _of_birth(record: RawRecord, birth: BirthInterval, event: DayInterval | None, today: date) -> Iterator[Told]:
    field = "age" if record.date_of_birth is None else "date_of_birth"
    if record.date_of_birth is not None and is_in_future(record.date_of_birth.days, today):
        yield field, BORN_IN_FUTURE
    if birth.reason is BirthReason.INVENTED_DAY:
        yield field, INVENTED
    if event is not None:
        if birth.first > event.last:
            yield "event_date", EVENT_BEFORE_BIRTH
        elif birth.last <= years_before(event.first, CHILD_UNTIL_YEARS):
            yield field, ADULT
    if record.date_of_birth is not None and _age_disagrees(record, birth):
        yield "age", AGE_DISAGREES


def _age_disagrees(record: RawRecord, birth: BirthInterval) -> bool:
    ages = record.age, record.age_min, record.age_max
    if ages == (None, None, None):
        return False
    as_of = record.age_as_of or record.event_date
    told = birth_interval(age=ages[0], age_min=ages[1], age_max=ages[2], as_of=as_of, basis=record.age_basis)
    if told is None:
        return False
    return (
        told.last < years_before(birth.first, MOST_YEARS_APART)
        or told.first > years_before(birth.last, -MOST_YEARS_APART)
    )
