import pytest

from encoder.names.burmese import burmese_syllables, read_burmese
from encoder.names.scripts import clean_text
from encoder.names.tables import read_rows


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("အောင်", "aung"),
        ("ကျော်", "kyaw"),
        ("လွင်", "lwin"),
        ("ထွန်း", "htun"),
        ("မြင့်", "myint"),
        ("ညွန့်", "nyunt"),
        ("ခင်", "khin"),
        ("နှင်း", "hnin"),
        ("ရွှေ", "shwe"),
        ("စိုး", "so"),
        ("ခိုင်", "khaing"),
        ("မိုက်", "maik"),
        ("ဝါ", "wa"),
        ("သိန်း", "thein"),
        ("အုန်း", "on"),
        ("ချစ်", "chit"),
        ("ကြည်", "kyi"),
        ("ဖြိုး", "phyo"),
        ("ဥက္ကာ", "ukka"),
        ("စန္ဒာ", "sanda"),
        ("ဦးတင်", "utin"),
        ("", ""),
    ],
)
def test_golden(written: str, latin: str) -> None:
    assert read_burmese(clean_text(written)) == latin


@pytest.mark.parametrize(
    ("written", "parts"),
    [("အောင်မြင့်", 2), ("စန္ဒာထွန်း", 2), ("ဒေါ်ခင်စန်းဝါ", 4), ("မင်္ဂလာ", 2), ("အောင်", 1), ("", 0)],
)
def test_each_syllable_is_a_word_and_stacked_ones_stay_together(written: str, parts: int) -> None:
    syllables = burmese_syllables(clean_text(written))
    assert len(syllables) == parts
    assert "".join(syllables) == clean_text(written)


def test_every_row_of_the_table_is_latin() -> None:
    for row in read_rows("burmese"):
        assert row["kind"] in ("option", "onset", "rhyme", "letter", "word")
        assert row["latin"] == "" or row["latin"].isascii()
