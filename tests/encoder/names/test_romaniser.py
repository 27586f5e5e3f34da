"""The shipped romaniser: spellings that people give invented names, with probabilities, whatever it is asked."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.romaniser import LONGEST, SPELLINGS, romanise, shipped
from encoder.names.scripts import Script

INDIC = st.text(st.characters(min_codepoint=0x0900, max_codepoint=0x0D7F), max_size=60)


@pytest.mark.parametrize(
    ("word", "script", "spelled"),
    [
        ("रहीम", Script.DEVANAGARI, "rahim"), ("রহিম", Script.BENGALI, "rahim"),
        ("ਗੁਰਪ੍ਰੀਤ", Script.GURMUKHI, "gurpreet"),
        ("முருகன்", Script.TAMIL, "murugan"), ("عارف", Script.PERSO_ARABIC, "arif"),
    ],
)  # fmt: skip
def test_a_usual_spelling_is_among_them(word: str, script: Script, spelled: str) -> None:
    assert spelled in dict(romanise(word, script))


@given(INDIC)
def test_probabilities_add_up_and_the_likeliest_comes_first(word: str) -> None:
    spellings = shipped().spellings(word)
    assert len(spellings) <= SPELLINGS
    chances = [chance for _, chance in spellings]
    assert chances == sorted(chances, reverse=True)
    assert not spellings or sum(chances) == pytest.approx(1)
    assert all(set(spelled) <= set(string.ascii_lowercase) and spelled for spelled, _ in spellings)


@pytest.mark.parametrize(
    ("word", "script"), [("rahim", Script.LATIN), ("မောင်", Script.BURMESE), ("བཀྲ", Script.TIBETAN)]
)
def test_scripts_that_it_was_not_fitted_on_have_none(word: str, script: Script) -> None:
    assert romanise(word, script) == ()


def test_letters_that_training_never_saw_give_none() -> None:
    assert shipped().spellings("") == shipped().spellings("\u0378\u0379") == ()


def test_what_follows_the_longest_word_is_not_read() -> None:
    long = "रम" * LONGEST
    assert shipped().spellings(long) == shipped().spellings(long[:LONGEST])


def test_it_shows_nothing_of_itself() -> None:
    assert len(repr(shipped())) < 100
