import pytest

from encoder.names.scripts import Script
from encoder.names.transliterate import transliterate


@pytest.mark.parametrize(
    ("tamil", "latin"),
    [
        ("முருகன்", "murugan"),
        ("கந்தன்", "kandan"),
        ("அம்பிகா", "ambiga"),
        ("பாக்கியம்", "pakkiyam"),
        ("தேவி", "tevi"),
    ],
)
def test_stops_are_voiced_between_vowels_and_after_nasals_only(tamil: str, latin: str) -> None:
    assert transliterate(tamil, Script.TAMIL) == latin
