import pytest

from encoder.names.held_out import held_out
from encoder.names.perso_arabic import read_perso_arabic
from encoder.names.scripts import clean_text
from encoder.names.tables import read_rows


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("رحیم", "rahim"),
        ("شریف", "sharif"),
        ("سہارنپور", "saharanpur"),
        ("گلیانہ", "galiana"),
        ("یاسر", "yasir"),
        ("وسیم", "wasim"),
        ("بھارت", "bharat"),
        ("نور", "nur"),
        ("شاہ", "shah"),
        ("اونا", "ona"),
        ("شعبان", "shaban"),
        ("رفیع", "rafi"),
        ("بستی", "basti"),
        ("راوی", "rawi"),
        ("راول", "rawal"),
        ("سونار", "sonar"),
        ("تونسا", "tonsa"),
        ("", ""),
    ],
)
def test_short_vowels_are_supplied_and_semivowels_resolved(written: str, latin: str) -> None:
    assert read_perso_arabic(written).replace("aa", "a") == latin


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("مُنیر", "munir"),
        ("اُستاد", "ustad"),
        ("اِمداد", "imdad"),
        ("عِلم", "ilam"),
    ],
)
def test_written_short_vowels_count(written: str, latin: str) -> None:
    assert read_perso_arabic(written) == latin


@pytest.mark.parametrize(
    ("written", "latin"), [("عمر", "umar"), ("عُمر", "umar"), ("حسین", "husain"), ("سنیتا", "sunita")]
)
def test_a_name_of_the_table_is_read_whole_with_or_without_vowel_signs(written: str, latin: str) -> None:
    assert read_perso_arabic(written) == latin


@pytest.mark.parametrize(
    ("written", "latin"), [("چاند", "chand"), ("بلند", "baland"), ("دوست", "dost"), ("مرد", "mard")]
)
def test_no_vowel_inside_a_cluster(written: str, latin: str) -> None:
    assert read_perso_arabic(written) == latin


@pytest.mark.parametrize(
    ("written", "latin"),
    [("گوٹا", "gota"), ("فاروق", "faruq"), ("رام پور", "rampur")],
)
def test_wau_is_o_in_indic_words_and_u_in_arabic_ones(written: str, latin: str) -> None:
    assert "".join(map(read_perso_arabic, written.split())) == latin


@pytest.mark.parametrize(("written", "latin"), [("شیو", "shiw"), ("سنجیو", "sanjiw"), ("سوئی", "soi"), ("رائے", "rae")])
def test_a_final_ye_and_wau_is_ev_and_a_hamza_between_vowels_is_silent(written: str, latin: str) -> None:
    assert read_perso_arabic(written) == latin


@pytest.mark.parametrize(
    "spellings", ["ھارون|ہارون|هارون", "كريم|کریم", "علي|علی|على", "شاہ|شاه|شاھ", "فاطمہ|فاطمه"]
)
def test_letters_of_every_keyboard_are_one(spellings: str) -> None:
    assert len({read_perso_arabic(clean_text(spelling)) for spelling in spellings.split("|")}) == 1


def test_no_word_of_the_table_is_held_out() -> None:
    words = [row["source"] for row in read_rows("perso_arabic") if row["kind"] == "word"]
    assert words
    assert not [word for word in words if held_out(word)]
