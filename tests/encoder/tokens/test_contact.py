"""Phones and identifiers to tokens: written in any way, the same number is the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.tokens.contact import NATIONAL_DIGITS, RUN, WHOLE, contact_bag
from tests.encoder.builders import record, shared, tokens

ZEROS = "0०০੦૦୦௦౦೦൦٠۰"
"""The digit zero of the scripts of the region."""


def phone(*texts: str) -> dict[str, int]:
    """Tokens of these numbers."""
    return dict(tokens(contact_bag(record(phones=texts))))


def code(*texts: str) -> dict[str, int]:
    """Tokens of these identifiers."""
    return dict(tokens(contact_bag(record(identifiers=texts))))


def test_a_phone_is_its_number_and_its_runs() -> None:
    bag = phone("9830000417")
    assert bag["tel:9830000417"] == WHOLE
    assert bag["tel3:983"] == RUN
    assert bag["tel3:000"] == 2 * RUN  # twice in the number
    assert sum(bag.values()) == WHOLE + 8 * RUN


@pytest.mark.parametrize(
    "text",
    [
        "+91 98300 00417", "098300-00417", "0091 (98300) 00417", "৯৮৩০০০০৪১৭", "+९१ ९८३०० ००४१७", "۹۸۳۰۰۰۰۴۱۷",
        "౯౮౩౦౦౦౦౪౧౭",
    ],
)  # fmt: skip
def test_the_last_ten_digits_count_in_any_script(text: str) -> None:
    assert phone(text) == phone("9830000417")


@given(
    number=st.text("0123456789", min_size=NATIONAL_DIGITS, max_size=NATIONAL_DIGITS),
    prefix=st.sampled_from(["", "0", "+91", "00977 ", "(880) "]),
    zero=st.sampled_from(ZEROS),
    gap=st.sampled_from(["", " ", "-", "."]),
)
def test_prefix_script_and_punctuation_do_not_matter(number: str, prefix: str, zero: str, gap: str) -> None:
    written = prefix + gap.join(chr(ord(zero) + int(digit)) for digit in number)
    assert phone(written) == phone(number)


def test_one_wrong_digit_keeps_most_runs_and_loses_the_whole() -> None:
    right, wrong = (contact_bag(record(phones=(text,))) for text in ("9830517264", "9830517294"))
    assert "tel:9830517264" not in tokens(wrong)
    assert 0.4 < shared(right, wrong) < 0.8


@pytest.mark.parametrize("text", ["", "12345", "none", "no phone", "91-2"])
def test_too_few_digits_say_nothing(text: str) -> None:
    assert phone(text) == {}


def test_a_short_number_is_kept_whole() -> None:
    assert "tel:223344" in phone("22 33 44")


def test_the_scheme_of_an_identifier_and_its_punctuation_do_not_matter() -> None:
    assert code("fir:112/2025") == code("FIR no:112-2025") == code("1122025") == code("fir:１１２ 2025")
    assert "id:1122025" in code("fir:112/2025")


def test_case_of_an_identifier_does_not_matter() -> None:
    assert code("school:Kp-77b") == code("roll:KP77B")
    assert code("school:Kp-77b") != code("school:Kp-78b")


@pytest.mark.parametrize("text", ["fir:", "fir:12", "x", ":", "fir:--/--"])
def test_too_short_an_identifier_says_nothing(text: str) -> None:
    assert code(text) == {}


def test_a_phone_is_no_identifier() -> None:
    assert not phone("9830000417").keys() & code("9830000417").keys()


def test_several_add_up_in_any_order() -> None:
    one = contact_bag(record(phones=("9830000417", "9830000999"), identifiers=("fir:112/2025",)))
    other = contact_bag(record(phones=("9830000999", "9830000417"), identifiers=("fir:112/2025",)))
    assert tokens(one) == tokens(other)
    assert tokens(one).total() == 2 * (WHOLE + 8 * RUN) + WHOLE + 5 * RUN
