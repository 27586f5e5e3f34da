"""Words of a date that are not months: marks of a calendar, and what may stand around the numbers."""

from enum import StrEnum

from encoder.calendars.bangla import BANGLA
from encoder.calendars.bikram_sambat import BIKRAM_SAMBAT
from encoder.calendars.calendar import Calendar
from encoder.calendars.gregorian import GREGORIAN
from encoder.calendars.hijri import HIJRI
from encoder.calendars.month_names import MONTH_OF, Month
from encoder.written_text import vocabulary_of

CALENDARS = (GREGORIAN, BIKRAM_SAMBAT, BANGLA, HIJRI)


class Filler(StrEnum):
    """Words that change nothing."""

    FILLER = "filler"


_MARKS = {
    GREGORIAN.name: (
        "ad ce gregorian ई ईस्वी ईसवी इस्वी ईस्वी_सन् ईसवी_सन् "
        "খ্রি খ্রিঃ খ্রিস্টাব্দ খ্রীস্টাব্দ খ্রিষ্টাব্দ খ্রীষ্টাব্দ ইং ইংরেজি ইংরেজী عیسوی"
    ),
    BIKRAM_SAMBAT.name: (
        "bs vs bikram_sambat bikram_samvat vikram_samvat vikram_sambat sambat samvat "
        "वि_सं बि_सं वि_स विक्रम_संवत विक्रम_सम्वत् विक्रम_संवत् बिक्रम_सम्बत् विक्रम_सम्बत संवत सम्वत् संवत् विक्रमी"
    ),
    BANGLA.name: "bn bangla bangla_san bangla_sal bangabda বঙ্গাব্দ বাংলা বাংলা_সন বাং বঙ্গাব্দে",
    HIJRI.name: "ah hijri hijra হিজরি হিজরী হিঃ হি हिजरी हि ہجری ھ ه",
}
_FILLERS: dict[Filler, str] = {
    Filler.FILLER: (
        "of the on in date dt day month year dob born st nd rd th gate "
        "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
        "सन सन् साल वर्ष तिथि तारीख तारिख दिनांक मिति गते महीना महिना को का "
        "সন সাল সালে সালের তারিখ তাং মাস মাসের লা রা ঠা ই শে سن تاریخ ماہ"
    )
}

_CALENDAR_NAMED = {calendar.name: calendar for calendar in CALENDARS}

Meaning = Month | Calendar | Filler

VOCABULARY: dict[str, Meaning] = {
    **{form: filler for form, filler in vocabulary_of(_FILLERS).items()},  # noqa: C416 - a dict of a narrower type
    **{form: _CALENDAR_NAMED[name] for form, name in vocabulary_of(_MARKS).items()},
    **MONTH_OF,
}
"""What a word of a date means. Words of seasons and festivals are left out on purpose: nobody is to guess a date."""
