"""Countries whose own calendar is the usual one, so that a year can be read there without its letters."""

from collections.abc import Iterable
from enum import StrEnum

from encoder.calendars.bangla import BANGLA
from encoder.calendars.bikram_sambat import BIKRAM_SAMBAT
from encoder.calendars.calendar import Calendar
from encoder.calendars.gregorian import GREGORIAN
from encoder.written_text import plain, vocabulary_of


class CalendarCountry(StrEnum):
    """A country with a calendar of its own in daily use."""

    NEPAL = "Nepal"
    BANGLADESH = "Bangladesh"


_FORMS = vocabulary_of({
    CalendarCountry.NEPAL: "nepal nepali np npl नेपाल नेपाली নেপাল নেপালি নেপালী نیپال",
    CalendarCountry.BANGLADESH: "bangladesh bangladeshi bd bgd বাংলাদেশ বাংলাদেশি বাংলাদেশী बांग्लादेश बंगलादेश بنگلہ_دیش",
})  # fmt: skip
_CALENDARS = {CalendarCountry.NEPAL: BIKRAM_SAMBAT, CalendarCountry.BANGLADESH: BANGLA}

Countries = frozenset[CalendarCountry]
NO_COUNTRY: Countries = frozenset()


def calendar_countries(names: Iterable[str]) -> Countries:
    """Those of the named countries or nationalities that have a calendar of their own."""
    return frozenset(found for name in names if (found := _FORMS.get("".join(plain(name).split()))))


def calendar_of_year(year: int, countries: Countries) -> Calendar:
    """The calendar of a year without letters: Gregorian, unless it cannot be and the calendar of a country has it."""
    if GREGORIAN.first_year <= year <= GREGORIAN.last_year:
        return GREGORIAN
    fitting = (_CALENDARS[country] for country in sorted(countries))
    return next((calendar for calendar in fitting if calendar.first_year <= year <= calendar.last_year), GREGORIAN)
