import pytest

from encoder.names.scripts import clean_text
from encoder.names.tibetan import read_tibetan, tibetan_words


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("བསོད་ནམས", "sonam"),
        ("རྡོ་རྗེ", "dorji"),
        ("དབང་ཕྱུག", "wangchuk"),
        ("རྣམ་རྒྱལ", "namgyel"),
        ("ཀུན་བཟང", "kunzang"),
        ("བསྟན", "ten"),
        ("འབྲུག", "druk"),
        ("ལྷ་མོ", "lhamo"),
        ("ཟླ་བ", "dawa"),
        ("པདྨ", "pema"),
        ("རིན་ཆེན", "rinchen"),
        ("ཡེ་ཤེས", "yeshe"),
        ("དགའ", "ga"),
        ("བཞི", "zhi"),
        ("གསང་དབང", "sangwang"),
        ("", ""),
        ("་", ""),
    ],
)
def test_silent_letters_and_fronted_vowels(written: str, latin: str) -> None:
    assert read_tibetan(clean_text(written)) == latin


def test_a_name_has_two_syllables() -> None:
    assert tibetan_words("བསོད་ནམས་རྡོ་རྗེ་") == ("བསོད་ནམས", "རྡོ་རྗེ")
    assert tibetan_words("ཀརྨ་ཚེ་རིང") == ("ཀརྨ་ཚེ", "རིང")


def test_marks_without_a_letter_are_no_word() -> None:
    assert read_tibetan("\u0f72\u0f74") == ""
