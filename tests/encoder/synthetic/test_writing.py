"""Slips, initials, phones, heights: the small parts of writing a record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.synthetic.bodies import height_cm, seen_marks
from encoder.synthetic.dice import Dice, Weighted
from encoder.synthetic.forms import TAMIL, forms_of
from encoder.synthetic.initials import initial_of
from encoder.synthetic.phones import draw_phones, misremembered
from encoder.synthetic.typing_errors import mistyped


@given(st.integers(0, 2**32), st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12))
def test_a_slip_is_one_edit_and_keeps_the_first_letter(seed: int, word: str) -> None:
    slipped = mistyped(Dice(seed), word)
    assert slipped[0] == word[0]
    assert abs(len(slipped) - len(word)) <= 1
    if len(slipped) == len(word):
        assert sum(a != b for a, b in zip(slipped, word, strict=True)) <= 2


@given(st.integers(0, 2**32))
def test_a_misremembered_number_differs(seed: int) -> None:
    dice = Dice(seed)
    (number, *_) = draw_phones(dice, "India")
    assert len(number) == 10
    wrong = misremembered(dice, number)
    assert wrong != number
    assert len(wrong) in (9, 10)


def test_height_grows_with_age() -> None:
    for sex in "fm":
        heights = [height_cm(sex, age / 4, 0.0) for age in range(72)]
        assert heights == sorted(heights)
        assert height_cm(sex, 10.0, 2.0) > height_cm(sex, 10.0, 0.0)


def test_marks_keep_their_shape() -> None:
    dice = Dice(1)
    seen = ";".join(seen_marks(dice, ("mole@cheek:left", "scar@back"), later=True) for _ in range(300)).split(";")
    assert all("@" in mark for mark in seen if mark)
    assert "mole@cheek:right" in seen  # a side mixed up
    assert len(set(seen)) > 5  # newer marks


def test_the_tamil_initial_is_a_letter_with_its_vowel_sign() -> None:
    father = forms_of({"latin": "Murugan", "tamil": "முருகன்"})
    assert initial_of(father).in_script(TAMIL) == ("மு.",)
    assert initial_of(father).key == "M."


def test_weights_are_respected() -> None:
    dice, coins = Dice(2), Weighted(["a", "b", "c"], [3.0, 1.0, 0.0])
    drawn = [coins.draw(dice) for _ in range(4_000)]
    assert 0.70 < drawn.count("a") / 4_000 < 0.80
    assert "c" not in drawn


@pytest.mark.parametrize("bound", [1, 3, 7])
def test_skewed_draws_prefer_the_first(bound: int) -> None:
    dice = Dice(3)
    drawn = [dice.skewed(bound) for _ in range(2_000)]
    assert set(drawn) == set(range(bound))
    assert drawn.count(0) >= drawn.count(bound - 1)
