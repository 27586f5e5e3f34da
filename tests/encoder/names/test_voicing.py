import pytest

from encoder.names.phones import Phone, Sound
from encoder.names.scripts import Script
from encoder.names.transliterate import transliterate
from encoder.names.voicing import voice_stops


@pytest.mark.parametrize(
    ("tamil", "latin"),
    [
        ("முருகன்", "murugan"),
        ("கந்தன்", "kanthan"),
        ("அம்பிகா", "ambiga"),
        ("பாக்கியம்", "pakkiyam"),
        ("தேவி", "thevi"),
        ("பாண்டி", "pandi"),
        ("தென்றல்", "thendral"),
    ],
)
def test_stops_are_voiced_between_vowels_and_after_nasals_only(tamil: str, latin: str) -> None:
    assert transliterate(tamil, Script.TAMIL) == latin


def test_malayalam_voices_one_stop_only() -> None:
    assert transliterate("വടകര", Script.MALAYALAM) == "vadakara"


def test_stops_at_the_edges_of_a_word_keep_their_voice() -> None:
    row = [Phone(Sound.CONSONANT, "t"), Phone(Sound.VOWEL, "a"), Phone(Sound.CONSONANT, "t")]
    assert voice_stops(row, {"t": "d"}, {"t": "d"}) == row
