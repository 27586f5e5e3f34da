import pytest

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
        ("က", Script.OTHER),
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
