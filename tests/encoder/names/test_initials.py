import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.initials import initials_of, is_tamil_initial
from encoder.names.words import make_word


@pytest.mark.parametrize(
    ("latin", "letters"),
    [("k", "k"), ("a", "a"), ("ks", "ks"), ("mgr", "mgr"), ("ch", "c"), ("skh", "sk"), ("bh", "b")],
)
def test_letters_without_a_vowel_are_initials(latin: str, letters: str) -> None:
    assert initials_of(make_word(latin)) == tuple(letters)


@pytest.mark.parametrize("latin", ["ali", "abdul", "om", "ky", "lks", "krsn", "7", "12", ""])
def test_names_and_numbers_are_no_initials(latin: str) -> None:
    expected = ("l", "k", "s") if latin == "lks" else ()
    assert initials_of(make_word(latin)) == expected


def test_slot_words_are_no_initials() -> None:
    assert initials_of(make_word("md", slot=True)) == ()


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=6))
def test_an_initial_is_one_letter_of_the_word(latin: str) -> None:
    letters = initials_of(make_word(latin))
    assert all(len(letter) == 1 and letter in latin for letter in letters)
    assert bool(letters) == (0 < len(latin) <= 3 and (len(latin) == 1 or not set(latin) & set("aeiouy")))


@pytest.mark.parametrize("token", ["கு", "மு", "சி", "ப", "அ", "ஆ", "க்"])
def test_one_tamil_syllable_is_an_initial(token: str) -> None:
    assert is_tamil_initial(token)


@pytest.mark.parametrize("token", ["குமார்", "", "k", "দে", "झा", "மோ ", "கக"])
def test_more_than_a_syllable_or_another_script_is_none(token: str) -> None:
    assert not is_tamil_initial(token)
