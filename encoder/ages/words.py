"""What the words of an age mean, each as a letter, so that the forms of an age can be read off their order."""

from encoder.ages.numbers import NUMBERS, ORDINALS, ROMAN
from encoder.ages.stated import OLDEST_YEARS, StatedAge
from encoder.birth_reason import BirthReason
from encoder.written_text import vocabulary_of

NUMBER, ABOUT, GROUP, NOTHING = "N", "A", "G", ""
"""Letters of a number, of a word that hedges, of a stretch of life, and of what changes nothing."""

_YEAR, _MONTH, _MONTH_AFTER_YEARS, _WEEK, _DAY = "Y", "M", "m", "W", "D"
_TO, _HALF_MORE, _PLUS_MINUS = "-", "H", "±"
_UNDER, _AT_MOST, _OVER, _UNDER_BEFORE, _AT_MOST_BEFORE, _OVER_BEFORE, _PLUS = "u", "U", "O", "<", "L", ">", "+"
_CLASS, _ORDINAL_ENDING, _CLASS_NUMBER = "C", "o", "R"

_WORDS = {
    _YEAR: (
        "y yr yrs year years yo y_o years_old year_old yrs_old yr_old "
        "वर्ष वर्षीय साल साल_का साल_की बरस बर्ष वर्षको वर्षकी वर्षका वर्ष_का वर्ष_की "
        "বছর বৎসর বছরের বৎসরের বছৰ سال برس سال_کا سال_کی sal saal bochor barsa"
    ),
    _MONTH: (
        "mo mon mos mth mths month months months_old month_old महीना महीने माह महिना महिने मास "
        "মাস মাসের মাহ ماہ مہینے مہینہ mahina"
    ),
    _MONTH_AFTER_YEARS: "m",
    _WEEK: "w wk wks week weeks weeks_old सप्ताह हफ्ता हफ्ते हप्ता সপ্তাহ ہفتے",
    _DAY: "d day days days_old दिन দিন دن",
    ABOUT: (
        "about abt approx approximate approximately appx apprx appr aprox app around nearly almost circa c ca est "
        "estimated roughly apparently looks appears or_so some लगभग करीब तकरीबन अंदाजन अनुमानतः "
        "अनुमानित अन्दाजी झण्डै करिब करीबन প্রায় আনুমানিক অনুমানিক অনুমান আন্দাজ কমবেশি প্ৰায় تقریبا قریب lagbhag karib pray"
    ),
    _UNDER_BEFORE: "under below less_than lessthan younger_than not_yet",
    _UNDER: "से_कम से_नीचे भन्दा_कम भन्दा_मुनि মুনি এর_কম এর_নিচে এর_নীচে র_কম র_নিচে থেকে_কম নিচে নীচে سے_کم",
    _AT_MOST_BEFORE: "upto up_to at_most maximum max not_more_than not_over",
    _AT_MOST: "or_less or_under or_younger and_under and_below or_below",
    _OVER_BEFORE: "over above more_than older_than at_least minimum min not_under",
    _OVER: (
        "or_more or_above or_over or_older and_above and_over and_more से_अधिक से_ज्यादा से_ऊपर भन्दा_बढी भन्दा_माथि "
        "এর_বেশি এর_উপরে এর_ঊর্ধ্বে র_বেশি থেকে_বেশি سے_زیادہ"
    ),
    _PLUS: "plus",
    _TO: "to or and till until से या देखि अथवा থেকে বা হতে سے یا",
    _HALF_MORE: "साढ़े সাড়ে ساڑھے",
    _CLASS: (
        "class cl std standard grade gr reads_in studies_in studying_in reading_in "
        "कक्षा क्लास दर्जा শ্রেণি শ্রেণী শ্রেণীতে শ্রেণিতে ক্লাস শ্ৰেণী جماعت کلاس kaksha klas shreni sreni"
    ),
    _ORDINAL_ENDING: "st nd rd th ম য় র্থ ষ্ঠ वीं वी थी री ली ठी औं ویں",
    NOTHING: (
        "age aged of is the a an between from old child girl boy running completed "
        "उम्र आयु उमेर की का के को বয়স বয়সী عمر"
    ),
}
_MARKS = {
    **dict.fromkeys("-/&", _TO), **dict.fromkeys("~≈", ABOUT), **dict.fromkeys("(),.:;'’\"", NOTHING),
    "+": _PLUS, "<": _UNDER_BEFORE, "≤": _AT_MOST_BEFORE, ">": _OVER_BEFORE, "≥": _OVER_BEFORE, "±": _PLUS_MINUS,
}  # fmt: skip
_GROUPS: dict[tuple[int, int], str] = {
    (0, 0): "newborn new_born neonate नवजात নবজাতক نومولود",
    (0, 1): "infant baby शिशु",
    (1, 3): "toddler",
    (10, 19): "adolescent किशोर किशोरी কিশোর কিশোরী",
    (13, 19): "teenager teen teenage teenaged",
    (0, 17): "minor juvenile underage under_age नाबालिग अवयस्क नाबालक নাবালক নাবালিকা অপ্রাপ্তবয়স্ক نابالغ",
    (18, OLDEST_YEARS): "adult major बालिग वयस्क প্রাপ্তবয়স্ক بالغ",
}
_SCHOOLS: dict[tuple[int, int], str] = {
    (3, 6): "nursery pre_school pre_nursery playgroup play_group pre_primary anganwadi नर्सरी आंगनवाड़ी নার্সারি",
    (4, 7): "kg lkg ukg kindergarten केजी কেজি",
}


def _ages(groups: dict[tuple[int, int], str], reason: BirthReason) -> dict[str, StatedAge]:
    return {form: StatedAge(low, high + 1, reason) for form, (low, high) in vocabulary_of(groups).items()}


Meaning = tuple[str, float | StatedAge | None]
"""A letter, and the number or the ages that go with it."""

MARKS: dict[str, Meaning] = {mark: (letter, None) for mark, letter in _MARKS.items()}
"""What marks mean."""

VOCABULARY: dict[str, Meaning] = {
    **{form: (letter, None) for form, letter in vocabulary_of(_WORDS).items()},
    **{form: (NUMBER, number) for form, number in NUMBERS.items()},
    **{form: (_CLASS_NUMBER, float(number)) for form, number in (ROMAN | ORDINALS).items()},
    **{form: (GROUP, ages) for form, ages in _ages(_GROUPS, BirthReason.GROUP).items()},
    **{form: (GROUP, ages) for form, ages in _ages(_SCHOOLS, BirthReason.CLASS).items()},
}
"""What words mean."""
