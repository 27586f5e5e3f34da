"""From the date and ages of a row to its birth, and what is to be told about them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from encoder.ages.stated import StatedAge
from encoder.birth import BirthInterval, birth_interval
from encoder.calendars.interval import is_in_future
from encoder.calendars.written import WrittenDate
from encoder.reading.problems import Severity

AGE_FOR_A_DATE = "It holds an age and no date, and was read as one; write it into the column age."
BOUNDS_CROSSED = "It is above age_max; check both, neither is used."
BORN_AFTER_EVENT = "It is after event_date; check both, and the calendar (BS:, BN: or AH: before the date)."
BORN_IN_FUTURE = "It is in the future; check it, and the calendar (BS:, BN: or AH: before the date)."
NO_DAY_OF_AGE = "Without age_as_of or event_date the age says nothing; write the date on which it was true."

AGES = ("age", "age_min", "age_max")

Told = list[tuple[str, Severity, str]]
"""Fields with what became of them and the message."""


def settle_birth(values: dict[str, Any], today: date | None) -> tuple[BirthInterval | None, Told]:
    """The birth that the values of a row state, and what to tell.

    Puts ages in years where the stated ages were, and takes out what is not used: bounds that contradict each other,
    and a date of birth after the event or after `today`.
    """
    told: Told = []
    stated = _stated_ages(values, told)
    _drop_late_birth(values, today, told)
    as_of = values.get("age_as_of") or values.get("event_date")
    birth = birth_interval(
        values.get("date_of_birth"), age=stated.get("age"), age_min=stated.get("age_min"),
        age_max=stated.get("age_max"), as_of=as_of, basis=values.get("age_basis"),
    )  # fmt: skip
    if birth is None and stated:
        told.append(("age", Severity.NOTE, NO_DAY_OF_AGE))
    return birth, told


def _stated_ages(values: dict[str, Any], told: Told) -> dict[str, StatedAge]:
    stated: dict[str, StatedAge] = {name: values.pop(name) for name in AGES if name in values}
    if isinstance(born := values.get("date_of_birth"), StatedAge):
        del values["date_of_birth"]
        stated.setdefault("age", born)
        told.append(("date_of_birth", Severity.NOTE, AGE_FOR_A_DATE))
    low, high = stated.get("age_min"), stated.get("age_max")
    if low is not None and high is not None and low.low >= high.below:
        del stated["age_min"], stated["age_max"]
        told.append(("age_min", Severity.DROPPED, BOUNDS_CROSSED))
    values |= _years_of(stated)
    return stated


def _years_of(stated: Mapping[str, StatedAge]) -> dict[str, float]:
    """Ages as the record shows them: `age` for one age, `age_min` and `age_max` for the ends of a range."""
    years: dict[str, float] = {}
    if (age := stated.get("age")) is not None:
        years = {"age_min": age.low, "age_max": age.oldest} if age.is_range else {"age": age.low}
    if (low := stated.get("age_min")) is not None:
        years["age_min"] = low.low
    if (high := stated.get("age_max")) is not None:
        years["age_max"] = high.oldest
    return years


def _drop_late_birth(values: dict[str, Any], today: date | None, told: Told) -> None:
    born: WrittenDate | None = values.get("date_of_birth")
    if born is None:
        return
    event = values.get("event_date")
    if event is not None and born.days.first > event.last:
        message = BORN_AFTER_EVENT
    elif today is not None and is_in_future(born.days, today):
        message = BORN_IN_FUTURE
    else:
        return
    del values["date_of_birth"]
    told.append(("date_of_birth", Severity.DROPPED, message))
