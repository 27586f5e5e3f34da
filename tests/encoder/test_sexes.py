"""Words for sex."""

import unicodedata

import pytest

from encoder.field_errors import FieldError
from encoder.sexes import WORDS, parse_sex
from matcher.views import Sex


@pytest.mark.parametrize(
    ("word", "sex"),
    [
        ("female", Sex.FEMALE), ("F", Sex.FEMALE), ("Girl", Sex.FEMALE), ("लड़की", Sex.FEMALE), ("बालिका", Sex.FEMALE),
        ("महिला", Sex.FEMALE), ("स्त्री", Sex.FEMALE), ("মেয়ে", Sex.FEMALE), ("মহিলা", Sex.FEMALE),
        ("বালিকা", Sex.FEMALE), ("केटी", Sex.FEMALE), ("ladki", Sex.FEMALE), ("لڑکی", Sex.FEMALE),
        ("male", Sex.MALE), ("M.", Sex.MALE), (" boy ", Sex.MALE), ("लड़का", Sex.MALE), ("बालक", Sex.MALE),
        ("पुरुष", Sex.MALE), ("ছেলে", Sex.MALE), ("পুরুষ", Sex.MALE), ("বালক", Sex.MALE), ("केटा", Sex.MALE),
        ("LADKA", Sex.MALE), ("transgender", Sex.OTHER), ("Third Gender", Sex.OTHER), ("तेस्रो लिङ्गी", Sex.OTHER),
        ("other", Sex.OTHER), ("unknown", Sex.UNKNOWN), ("অজ্ঞাত", Sex.UNKNOWN),
    ],
)  # fmt: skip
def test_word(word: str, sex: Sex) -> None:
    for form in ("NFC", "NFD"):
        assert parse_sex(unicodedata.normalize(form, word)) is sex


def test_composed_nukta_is_the_same_word() -> None:
    assert parse_sex("लड\u093cकी") is parse_sex("ल\u095cकी") is Sex.FEMALE


def test_no_word_has_two_meanings_and_none_mixes_scripts() -> None:
    words = [word for some in WORDS.values() for word in some.split()]
    assert len(words) - len(set(words)) == sum(words.count(word) > 1 for word in set(words)) == 0
    for word in words:
        assert len({unicodedata.name(mark).split()[0] for mark in word if mark.isalpha()}) <= 1


@pytest.mark.parametrize("word", ["Zebunnisa", "fe male", "", "f" * 100_000])
def test_unknown_word_is_refused_without_repeating_it(word: str) -> None:
    with pytest.raises(FieldError, match="write female, male, other or unknown") as caught:
        parse_sex(word)
    assert not word or word not in str(caught.value)
