from hypothesis import given
from hypothesis import strategies as st

from encoder.names.grams import END, START, bigrams


def test_word_is_padded() -> None:
    assert bigrams("ram") == ("^r", "ra", "am", "m$")


def test_initial_and_empty_word() -> None:
    assert bigrams("k") == ("^k", "k$")
    assert bigrams("") == ()


def test_repeats_are_kept() -> None:
    assert bigrams("anana").count("an") == 2


@given(st.text("abcz09", min_size=1))
def test_bigrams_spell_the_word(word: str) -> None:
    grams = bigrams(word)
    assert len(grams) == len(word) + 1
    assert START + word + END == grams[0] + "".join(gram[1] for gram in grams[1:])
