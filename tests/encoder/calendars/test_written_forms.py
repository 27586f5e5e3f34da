"""Dates with names of months, marks of calendars, native digits and short years, as stations write them."""

from datetime import date

import nepali_datetime
import pytest
from hijridate import Gregorian, Hijri
from hypothesis import given
from hypothesis import strategies as st

from encoder.calendars.bangla import BANGLA
from encoder.calendars.bikram_sambat import BIKRAM_SAMBAT
from encoder.calendars.countries import CalendarCountry, calendar_countries
from encoder.calendars.date_words import VOCABULARY
from encoder.calendars.gregorian import GREGORIAN
from encoder.calendars.hijri import HIJRI
from encoder.calendars.interval import day_number, gregorian_date
from encoder.calendars.month_names import MONTHS, Month, MonthFamily
from encoder.calendars.parse import LONGEST_DATE, parse_date, read_date
from encoder.calendars.written import Grain, WrittenDate
from encoder.field_errors import DateError, FieldError
from encoder.written_text import vocabulary_of
from tests.encoder.calendars.test_parse import days

FIRST, LAST = date(1990, 1, 1), date(2030, 12, 31)

ONE_DAY = [
    "12 Aug 2012", "12-Aug-2012", "12.Aug.2012", "12Aug2012", "12 August, 2012", "12th of August, 2012", "Aug 12, 2012",
    "2012 Aug 12", "AUGUST 12th 2012", "Sunday, 12 Aug 2012", "12-Aug-12", "12 Aug '12", "12/8/12", "12.08.12",
    "12 8 2012", "12\u201308\u20132012", "12 / 08 / 2012", "12. 8. 2012", "12-08-2012 10:30 AM", "DOB: 12/08/2012",
    "12/08/2012 AD", "१२ अगस्त २०१२",
    "12 अगस्ट 2012", "१२ अगस्त, २०१२ ई.", "১২ আগস্ট ২০১২", "১২ই আগস্ট, ২০১২", "১২/০৮/২০১২ ইং",
    "১২.০৮.২০১২ খ্রিঃ", "১২ আগষ্ট ২০১২ তারিখ", "12 اگست 2012", "۱۲ اگست ۲۰۱۲", "\u200e12/08/2012\u200f",
]  # fmt: skip


@pytest.mark.parametrize("text", ONE_DAY)
def test_one_gregorian_day(text: str) -> None:
    written = read_date(text)
    assert (written.calendar, written.grain) == (GREGORIAN, Grain.DAY)
    assert written.days == days("2012-08-12")


@pytest.mark.parametrize(
    "text",
    ["August 2012", "Aug 2012", "aug-2012", "Aug '12", "2012 August", "08/2012", "2012/08", "8-2012", "00/08/2012",
     "2012-08-00", "00 Aug 2012", "month of August 2012", "अगस्त २०१२", "আগস্ট ২০১২", "اگست 2012"],
)  # fmt: skip
def test_month_and_year_only(text: str) -> None:
    assert parse_date(text) == days("2012-08-01", "2012-08-31")


@pytest.mark.parametrize(
    "text", ["2012", "२०१२", "00/00/2012", "2012-00-00", "2012 AD", "सन् 2012", "২০১২ সাল", "year 2012"]
)
def test_year_only(text: str) -> None:
    assert parse_date(text) == days("2012-01-01", "2012-12-31")


@pytest.mark.parametrize(
    ("text", "calendar", "year", "month", "day"),
    [
        ("Asharh 1419", BANGLA, 1419, 3, None),
        ("১২ আষাঢ় ১৪১৯", BANGLA, 1419, 3, 12),
        ("12 Ashar 1419 BN", BANGLA, 1419, 3, 12),
        ("১২ই আষাঢ়, ১৪১৯ বঙ্গাব্দ", BANGLA, 1419, 3, 12),
        ("১লা বৈশাখ ১৪১৯", BANGLA, 1419, 1, 1),
        ("১৪১৯ বঙ্গাব্দ", BANGLA, 1419, None, None),
        ("BN 1419-03-12", BANGLA, 1419, 3, 12),
        ("BS 2069-03-11", BIKRAM_SAMBAT, 2069, 3, 11),
        ("B.S. 2069/3/11", BIKRAM_SAMBAT, 2069, 3, 11),
        ("2069-03-11 BS", BIKRAM_SAMBAT, 2069, 3, 11),
        ("2069 Asar", BIKRAM_SAMBAT, 2069, 3, None),
        ("2069 Asar 11", BIKRAM_SAMBAT, 2069, 3, 11),
        ("11 Asar 2069", BIKRAM_SAMBAT, 2069, 3, 11),
        ("वि.सं. २०६९ असार ११", BIKRAM_SAMBAT, 2069, 3, 11),
        ("वि. सं. २०६९/०३/११", BIKRAM_SAMBAT, 2069, 3, 11),
        ("२०६९ असार ११ गते", BIKRAM_SAMBAT, 2069, 3, 11),
        ("BS 069-03-11", BIKRAM_SAMBAT, 2069, 3, 11),
        ("Chait 2069", BIKRAM_SAMBAT, 2069, 12, None),
        ("AH 1433-07-10", HIJRI, 1433, 7, 10),
        ("10 Rajab 1433", HIJRI, 1433, 7, 10),
        ("10 Rabi-ul-Awwal 1433 AH", HIJRI, 1433, 3, 10),
        ("Rabi al-Thani 1433", HIJRI, 1433, 4, None),
        ("১০ রজব ১৪৩৩ হিজরি", HIJRI, 1433, 7, 10),
        ("রমজান ১৪৩৩", HIJRI, 1433, 9, None),
        ("رمضان 1433", HIJRI, 1433, 9, None),
        ("हि 1433", HIJRI, 1433, None, None),
        ("হিজরি: ১৪৩৩", HIJRI, 1433, None, None),
    ],
)
def test_other_calendars(text: str, calendar: object, year: int, month: int | None, day: int | None) -> None:
    written = read_date(text)
    assert (written.calendar, written.year, written.month, written.day) == (calendar, year, month, day)
    assert written.days == written.calendar.interval(year, month, day)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Aug-12", "year cannot be told"),
        ("12 Aug", "year cannot be told"),
        ("August", "year cannot be told"),
        ("Aug 12, 05", "year cannot be told"),
        ("12 Asharh 19", "year cannot be told"),
        ("12 Aug 2012 2013", "year cannot be told"),
        ("Asharh 2012", "different calendars"),
        ("12 Baishakh 2040", "different calendars"),
        ("BS 12 August 2012", "different calendars"),
        ("BS 10 Rajab 1433", "different calendars"),
        ("BS BN 1419", "different calendars"),
        ("32 Aug 2012", "no such day"),
        ("Holi 2012", "not a date"),
        ("Durga Puja 2012", "not a date"),
        ("summer of 2012", "not a date"),
        ("12 Aug Sep 2012", "not a date"),
        ("12:08:2012", "not a date"),
        ("12 Aug 2012?", "not a date"),
        ("BN 12/8/19", "not a date"),
        ("069-03-11", "not a date"),
        ("12 2012 8", "not a date"),
        ("2012-08-12" + " " * LONGEST_DATE, "too long"),
    ],
)
def test_what_would_be_a_guess_is_told_instead(text: str, says: str) -> None:
    with pytest.raises(DateError, match=says) as caught:
        read_date(text)
    assert "write" in str(caught.value)


@pytest.mark.parametrize(("short", "year"), [("00", 2000), ("12", 2012), ("49", 2049), ("50", 1950), ("99", 1999)])
def test_a_short_year_means_the_same_whatever_the_day_it_is_read(short: str, year: int) -> None:
    assert parse_date(f"5/3/{short}") == parse_date(f"5-Mar-{short}") == days(f"{year}-03-05")


def test_a_year_of_a_country_with_its_own_calendar() -> None:
    nepal, bangladesh = frozenset({CalendarCountry.NEPAL}), frozenset({CalendarCountry.BANGLADESH})
    assert read_date("2069-03-11", nepal) == read_date("BS 2069-03-11")
    assert read_date("11/3/2069", nepal | bangladesh) == read_date("BS 2069-03-11")
    assert read_date("1419-03-12", bangladesh) == read_date("BN 1419-03-12")
    assert read_date("2012-03-11", nepal) == read_date("2012-03-11")
    for text, countries in (("2069-03-11", bangladesh), ("1419-03-12", nepal), ("2101", nepal)):
        with pytest.raises(DateError, match="BS:, BN: or AH:"):
            read_date(text, countries)


def test_countries_by_their_names() -> None:
    assert calendar_countries(["नेपाल", "India"]) == {CalendarCountry.NEPAL}
    assert calendar_countries(["BANGLADESH ", "NP"]) == set(CalendarCountry)
    assert calendar_countries(["भारत", "", "Nepalganj"]) == set()


@pytest.mark.parametrize("form", [(month, form) for month, forms in MONTHS.items() for form in forms.split()])
def test_every_form_of_a_month_is_read_as_that_month(form: tuple[Month, str]) -> None:
    month, text = form
    year = {MonthFamily.GREGORIAN: 2012, MonthFamily.BAISHAKH: 1419, MonthFamily.HIJRI: 1433}[month.family]
    written = read_date(f"5 {text.replace('_', ' ')} {year}")
    assert (written.month, written.day, written.year) == (month.number, 5, year)


def test_no_word_of_a_date_means_two_things() -> None:
    for month, forms in MONTHS.items():
        assert {VOCABULARY[form] for form in vocabulary_of({month: forms})} == {month}
    assert {month for month in VOCABULARY.values() if isinstance(month, Month)} == set(MONTHS)


@given(st.dates(FIRST, LAST), st.data())
def test_every_form_of_a_day_round_trips(day: date, data: st.DataObject) -> None:
    forms = MONTHS[Month(MonthFamily.GREGORIAN, day.month)].split()
    name = data.draw(st.sampled_from(forms))
    order = data.draw(st.sampled_from(["{d} {m} {y}", "{m} {d}, {y}", "{y} {m} {d}", "{d}/{n}/{y}", "{y}.{n}.{d}"]))
    text = order.format(d=day.day, m=name, n=day.month, y=day.year)
    digits = data.draw(st.sampled_from(["0123456789", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "۰۱۲۳۴۵۶۷۸۹"]))
    assert parse_date(text.translate(str.maketrans("0123456789", digits))) == days(day.isoformat())


def test_three_calendars_agree_with_their_libraries_over_forty_years() -> None:
    """Bikram Sambat and Hijri by the libraries' own way from a Gregorian day; Bangla by counting on from new year."""
    bangla_year, bangla_day = 1396, (date(1989, 4, 14) - FIRST).days
    lengths: list[int] = []
    for number in range(day_number(FIRST), day_number(LAST) + 1):
        day = gregorian_date(number)
        if (day.month, day.day) == (4, 14):
            bangla_year, bangla_day = day.year - 593, 0
        elif number == day_number(FIRST):
            bangla_day = (day - date(1989, 4, 14)).days
        else:
            bangla_day += 1
        lengths = [BANGLA.month(bangla_year, m).last - BANGLA.month(bangla_year, m).first + 1 for m in range(1, 13)]
        left, month = bangla_day, 1
        while left >= lengths[month - 1]:
            left, month = left - lengths[month - 1], month + 1
        nepali = nepali_datetime.date.from_datetime_date(day)
        hijri = Gregorian(day.year, day.month, day.day).to_hijri()
        assert BIKRAM_SAMBAT.interval(nepali.year, nepali.month, nepali.day).first == number
        assert HIJRI.interval(hijri.year, hijri.month, hijri.day).first == number
        assert BANGLA.interval(bangla_year, month, left + 1).first == number
    assert Hijri(1433, 7, 10).to_gregorian() == date(2012, 5, 31)


@given(
    st.text(max_size=70)
    | st.lists(st.sampled_from([*VOCABULARY, *"0123456789-/. ,:'", "2012", "1419", "2069"]), max_size=8).map(" ".join)
)
def test_any_text_gives_a_date_or_one_reason(text: str) -> None:
    try:
        written = read_date(text)
    except FieldError:
        return
    else:
        assert isinstance(written, WrittenDate)
        assert written.days.first <= written.days.last
        assert repr(written) == f"WrittenDate({written.grain})"
