import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.scripts import Script, clean_text, script_of, script_runs


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Ram\t Lal\n", "ram lal"),
        ("\u09b0\u09c7\u09be", "\u09b0\u09cb"),
        ("র\u200cহিম\ufeff", "রহিম"),
        ("\u202eAnil\u202c", "anil"),
        ("Ra\x00vi", "ravi"),
        ("D’Souza", "dsouza"),
        ("২৪ पर ५", "24 पर 5"),
        ("Ｒａｖｉ", "ravi"),
        ("Vill-Rampur, (P.O.)", "vill rampur p.o."),
        ("🙂 \ud800", ""),
    ],
)
def test_clean_text_keeps_only_what_is_written_language(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


def test_composed_and_decomposed_text_become_one() -> None:
    assert clean_text("ম\u09c7\u09beহন") == clean_text("ম\u09cbহন")
    assert clean_text("ব\u09dcুয়া") == clean_text("ব\u09a1\u09bcুয়া")


@pytest.mark.parametrize(
    ("character", "script"),
    [
        ("a", Script.LATIN),
        ("ā", Script.LATIN),
        ("7", Script.DIGIT),
        ("क", Script.DEVANAGARI),
        ("ক", Script.BENGALI),
        ("ਕ", Script.GURMUKHI),
        ("ક", Script.GUJARATI),
        ("କ", Script.ODIA),
        ("க", Script.TAMIL),
        ("క", Script.TELUGU),
        ("ಕ", Script.KANNADA),
        ("ക", Script.MALAYALAM),
        ("ک", Script.PERSO_ARABIC),
        ("ꯀ", Script.MEITEI),
        ("က", Script.BURMESE),
        ("ཀ", Script.TIBETAN),
        ("ක", Script.OTHER),
        ("\u0301", None),
    ],
)
def test_script_of(character: str, script: Script | None) -> None:
    assert script_of(character) is script


def test_mixed_token_is_split_where_the_script_changes() -> None:
    assert script_runs("rahimমিয়া24") == (
        (Script.LATIN, "rahim"),
        (Script.BENGALI, clean_text("মিয়া")),
        (Script.DIGIT, "24"),
    )


def test_a_mark_takes_the_script_before_it() -> None:
    assert script_runs("q\u0301a") == ((Script.LATIN, "q\u0301a"),)


@pytest.mark.parametrize(
    "spellings",
    [
        "أحمد\ufeff|أحمد",
        "علي|علی|على|\ufecb\ufee0\ufef2",
        "كمال|کمال",
        "شاه|شاہ",
        "ज़ाकिर|\u095bाकिर|ज\u200d़ाकिर",
        "उत्पल|उत्\u200dपल",
        "উৎপল|উত্\u200dপল",
        "വിനോദൻ|വിനോദന്\u200d",
        "മൊഹമ്മദ്|മ\u0d46\u0d3eഹമ്മദ്",
        "সোনা|স\u09c7\u09beনা",
        "কড়ি|ক\u09dcি",
        "རྡོ་རྗེ|རྡོ༌རྗེ",
        "‎ＡＮＩＴＡ|anita",
        "O\\B|o/b",
    ],
)
def test_two_ways_to_type_one_thing_are_one(spellings: str) -> None:
    assert len({clean_text(spelling) for spelling in spellings.split("|")}) == 1


@given(st.text(max_size=200))
def test_cleaning_is_idempotent_and_does_not_see_composition(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert clean_text(unicodedata.normalize("NFD", text)) == cleaned


@given(st.text(max_size=200))
def test_cleaned_text_has_letters_marks_digits_and_four_symbols_only(text: str) -> None:
    for character in clean_text(text):
        assert unicodedata.category(character)[0] in "LM" or character in " 0123456789@/.་"
