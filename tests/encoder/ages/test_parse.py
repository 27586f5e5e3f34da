"""Ages in every form that stations and shelters write, and what is no age."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.ages.classes import LAST_CLASS
from encoder.ages.numbers import NUMBERS, ROMAN
from encoder.ages.parse import LONGEST_AGE, age_in_words, parse_age
from encoder.ages.stated import OLDEST_YEARS, StatedAge
from encoder.ages.words import VOCABULARY
from encoder.birth_reason import BirthReason
from encoder.field_errors import FieldError

MONTH = 1 / 12

PLAIN = [
    "8", " 8 ", "८", "৮", "۸", "8 years", "8 yrs.", "8y", "8-yr-old", "8 years old", "age 8", "Aged 8 yrs", "eight",
    "आठ वर्ष", "८ वर्षीय", "৮ বছর", "আট বছর", "বয়স ৮", "آٹھ سال", "8 साल का", "8.0",
]  # fmt: skip
ABOUT = [
    "about 8", "abt. 8", "approx 8", "approx. 8 yrs", "8 (approx)", "~8", "c. 8", "around eight years",
    "लगभग ८ वर्ष", "करीब 8 साल", "প্রায় ৮ বছর", "আনুমানিক ৮", "تقریباً 8 سال", "8 years approx", "looks about 8",
]  # fmt: skip
RANGES = [
    ("8-10", 8, 11), ("8\u201310", 8, 11), ("8 to 10 years", 8, 11), ("8 or 9", 8, 10), ("8/9 yrs", 8, 10),
    ("between 8 and 10", 8, 11), ("about 8-10", 8, 11), ("८-१०", 8, 11), ("8 से 10 साल", 8, 11),
    ("৮ থেকে ১০ বছর", 8, 11), ("आठ-नौ साल", 8, 10), ("सात आठ साल", 7, 9), ("10 ± 2 years", 8, 13), ("1 ± 2", 0, 4),
    ("8-8", 8, 9), ("under 5", 0, 5), ("below 6 years", 0, 6), ("<5", 0, 5), ("5 साल से कम", 0, 5), ("up to 5", 0, 6),
    ("5 or less", 0, 6), ("above 12", 12, 26), ("12 and above", 12, 26), ("> 12", 12, 26), ("12 साल से अधिक", 12, 26),
    ("6-9 months", 0.5, 10 * MONTH), ("6 months to 2 years", 0.5, 3), ("under 6 months", 0, 0.5),
]  # fmt: skip
MONTHS = [
    ("6 months", 6 * MONTH), ("18 mths", 1.5), ("६ महीने", 0.5), ("৬ মাস", 0.5), ("10 years 6 months", 10.5),
    ("10y 6m", 10.5), ("10 yrs and 6 months", 10.5), ("১০ বছর ৬ মাস", 10.5),
]  # fmt: skip
CLASSES = [
    ("Class IV", 4), ("class 4", 4), ("Std. 4", 4), ("4th standard", 4), ("IV std", 4), ("grade four", 4),
    ("৪র্থ শ্রেণি", 4), ("চতুর্থ শ্রেণী", 4), ("कक्षा ४", 4), ("चौथी कक्षा", 4), ("reads in class 4", 4), ("class XII", 12),
    ("Class 1", 1),
]  # fmt: skip
GROUPS = [
    ("infant", 0, 2), ("Toddler", 1, 4), ("minor", 0, 18), ("नाबालिग", 0, 18), ("teenager", 13, 20), ("newborn", 0, 1),
    ("adult", 18, 26),
]  # fmt: skip
NO_AGES = [
    "grown", "-3", "nan", "1e1", "1_0", "inf", "8-", "-", "8.5.1", "8 brothers", "8 F", "?", "+", "१०-", "8 9 10 11",
    "class", "", "summer", "years", "6 mango", "²",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_one_age_in_years(text: str) -> None:
    assert parse_age(text) == StatedAge(8, 9, BirthReason.AGE)


@pytest.mark.parametrize("text", ABOUT)
def test_one_age_that_its_writer_calls_approximate(text: str) -> None:
    assert parse_age(text) == StatedAge(8, 9, BirthReason.ABOUT)


@pytest.mark.parametrize("text", ["8½", "8 ½", "8 1/2", "8.5", "साढ़े आठ साल", "সাড়ে আট বছর"])
def test_half_a_year_more(text: str) -> None:
    assert parse_age(text) == StatedAge(8.5, 9.5, BirthReason.AGE)


@pytest.mark.parametrize(("text", "low"), [("½", 0.5), ("डेढ़ साल", 1.5), ("আড়াই বছর", 2.5)])
def test_ages_between_whole_ones_have_words(text: str, low: float) -> None:
    assert parse_age(text) == StatedAge(low, low + 1, BirthReason.AGE)


def test_eight_plus_is_eight_and_some_months_or_a_little_more() -> None:
    assert parse_age("8+") == parse_age("৮+ বছর") == parse_age("8 yrs +") == StatedAge(8, 10, BirthReason.ABOUT)


@pytest.mark.parametrize(("text", "low", "below"), RANGES)
def test_ranges_and_limits(text: str, low: float, below: float) -> None:
    stated = parse_age(text)
    assert (stated.low, stated.reason) == (low, BirthReason.AGE_RANGE)
    assert stated.below == pytest.approx(below)


@pytest.mark.parametrize(("text", "low"), MONTHS)
def test_months(text: str, low: float) -> None:
    stated = parse_age(text)
    assert stated.reason is BirthReason.MONTHS
    assert (stated.low, stated.below) == (pytest.approx(low), pytest.approx(low + MONTH))


@pytest.mark.parametrize("text", ["10 days", "१० दिन", "1 week", "২ সপ্তাহ"])
def test_days_and_weeks_are_the_first_month(text: str) -> None:
    stated = parse_age(text)
    assert stated.reason is BirthReason.MONTHS
    assert 0 < stated.low < stated.below < MONTH


@pytest.mark.parametrize(("text", "number"), CLASSES)
def test_a_class_is_a_wide_range(text: str, number: int) -> None:
    assert parse_age(text) == StatedAge(number + 4, number + 9, BirthReason.CLASS)


def test_classes_before_the_first_and_ranges_of_classes() -> None:
    assert parse_age("Nursery") == StatedAge(3, 7, BirthReason.CLASS)
    assert parse_age("KG") == parse_age("class KG") == parse_age("U.K.G.") == StatedAge(4, 8, BirthReason.CLASS)
    assert parse_age("class 3-4") == parse_age("Class III to IV") == StatedAge(7, 13, BirthReason.CLASS)


@pytest.mark.parametrize(("text", "low", "below"), GROUPS)
def test_stretches_of_life(text: str, low: float, below: float) -> None:
    assert parse_age(text) == StatedAge(low, below, BirthReason.GROUP)


@pytest.mark.parametrize("text", NO_AGES)
def test_what_is_no_age_is_told_without_a_guess(text: str) -> None:
    with pytest.raises(FieldError, match="That is not an age; write"):
        parse_age(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-10-08", "a date and no age"),
        ("08-Oct-2026", "a date and no age"),
        ("200", "0 to 25"),
        ("26", "0 to 25"),
        ("20-30 years", "0 to 25"),
        ("400 months", "0 to 25"),
        ("10-8", "backwards"),
        ("under 0", "backwards"),
        ("8 years 13 months", "12 months"),
        ("Class 13", "1 to 12"),
        ("class 1.5", "1 to 12"),
        ("8 10 years", "side by side"),
        ("8" * (LONGEST_AGE + 1), "too long"),
    ],
)
def test_an_age_that_cannot_be_says_why(text: str, says: str) -> None:
    with pytest.raises(FieldError, match=says) as caught:
        parse_age(text)
    assert text not in str(caught.value)


@pytest.mark.parametrize("text", ["8", "8-9", "2012", "12/08/2012", "", "summer 2012", "x" * 100])
def test_only_words_of_an_age_make_one_of_a_date_field(text: str) -> None:
    assert age_in_words(text) is None


def test_words_of_an_age_in_a_date_field() -> None:
    assert age_in_words("8 years") == parse_age("8")
    assert age_in_words("Class IV") == parse_age("Class 4")


@given(st.text(max_size=70) | st.lists(st.sampled_from([*VOCABULARY, *"0123456789-+/.~<½ "]), max_size=9).map(" ".join))
def test_any_text_gives_ages_in_bounds_or_one_reason(text: str) -> None:
    try:
        stated = parse_age(text)
    except FieldError:
        return
    else:
        assert 0 <= stated.low < stated.below <= OLDEST_YEARS + 1
        assert stated.low <= stated.oldest <= OLDEST_YEARS


@given(st.integers(0, OLDEST_YEARS - 1), st.integers(0, 11), st.sampled_from(["{0} years {1} months", "{0}y {1}m"]))
def test_years_and_months_hold_the_true_age(years: int, months: int, form: str) -> None:
    stated = parse_age(form.format(years, months))
    assert stated.low - 1e-9 <= years + months / 12 < stated.below


@given(st.integers(1, LAST_CLASS))
def test_classes_by_roman_and_other_numbers_agree(number: int) -> None:
    roman = next(numeral for numeral, value in ROMAN.items() if value == number)
    assert parse_age(f"class {roman}") == parse_age(f"Class {roman.upper()}") == parse_age(f"{number} std")


@pytest.mark.parametrize("number", range(1, 19))
def test_every_number_has_words_in_four_scripts(number: int) -> None:
    words = [word for word, value in NUMBERS.items() if value == number]
    assert {unicodedata.name(word[0]).split()[0] for word in words} == {"LATIN", "DEVANAGARI", "BENGALI", "ARABIC"}
