import pytest

from encoder.names.perso_arabic import read_perso_arabic


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("رحیم", "rahim"),
        ("شریف", "sharif"),
        ("سہارنپور", "saharanpur"),
        ("گلیانہ", "galiana"),
        ("یاسر", "yasar"),
        ("وسیم", "wasim"),
        ("بھارت", "bharat"),
        ("نور", "nur"),
        ("شاہ", "shah"),
        ("اونا", "una"),
        ("شعبان", "shaban"),
        ("رفیع", "rafi"),
        ("بستی", "basti"),
        ("راوی", "rawi"),
        ("راول", "rawal"),
        ("سونار", "sunar"),
        ("تونسا", "tunsa"),
        ("", ""),
    ],
)
def test_short_vowels_are_supplied_and_semivowels_resolved(written: str, latin: str) -> None:
    assert read_perso_arabic(written).replace("aa", "a") == latin


def test_written_short_vowels_count() -> None:
    assert read_perso_arabic("مُنیر") == "munir"
