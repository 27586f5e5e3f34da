import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.folds import light, skeleton

WORDS = st.text(string.ascii_lowercase, max_size=20)


@pytest.mark.parametrize(
    ("latin", "folded", "consonants"),
    [
        ("lakshmi", "laksmi", "lksm"),
        ("laxmi", "laksmi", "lksm"),
        ("phool", "ful", "fl"),
        ("yadav", "iadab", "jdb"),
        ("jadab", "jadab", "jdb"),
        ("chhobi", "cobi", "sb"),
        ("sobi", "sobi", "sb"),
        ("zeenat", "jinat", "jnt"),
        ("vidya", "bidia", "bd"),
        ("wahid", "bahid", "bhd"),
        ("anita", "anita", "ant"),
        ("mamata", "mamata", "mmt"),
        ("mata", "mata", "mt"),
        ("dutta", "duta", "dt"),
        ("catherine", "katerine", "ktrn"),
        ("qureshi", "kuresi", "krs"),
        ("mallick", "malik", "mlk"),
        ("cecil", "sesil", "ssl"),
        ("bachchan", "bacan", "bsn"),
        ("xoru", "soru", "sr"),
        ("", "", ""),
    ],
)
def test_forms(latin: str, folded: str, consonants: str) -> None:
    assert (light(latin), skeleton(latin)) == (folded, consonants)


def test_the_final_vowel_stays_in_the_light_form() -> None:
    assert light("sunita") != light("sunit")


def test_a_and_o_stay_apart_in_the_light_form() -> None:
    assert light("mandal") != light("mondol")


def test_doubling_that_the_skeleton_makes_is_kept() -> None:
    assert skeleton("mamata") != skeleton("mata")


@given(WORDS)
def test_light_form_has_no_doubles_and_no_folded_letters(word: str) -> None:
    folded = light(word)
    assert not set(folded) & set("vwxyz")
    assert all(left != right for left, right in pairwise(folded))


@given(WORDS.filter(lambda word: "h" not in word))
def test_light_is_idempotent_on_words_without_h(word: str) -> None:
    assert light(light(word)) == light(word)


@given(WORDS)
def test_skeleton_has_no_vowel_after_its_start(word: str) -> None:
    assert not set(skeleton(word)[1:]) & set("aeiouc")
