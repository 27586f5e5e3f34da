"""Shares of a word's spellings: whole numbers that add up, the likelier never behind the less likely."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from encoder.names.spread import BY_TABLE, SHARES, spread_of

chances = st.lists(st.floats(0.001, 1), min_size=1, max_size=8).map(
    lambda raw: sorted((value / sum(raw) for value in raw), reverse=True)
)


def test_a_latin_word_has_one_spelling() -> None:
    assert spread_of("laxmi") == (("laxmi", SHARES),)


def test_nothing_has_no_spelling() -> None:
    assert spread_of("") == ()


def test_a_word_that_no_rule_reads_has_its_fitted_spellings_alone() -> None:
    assert spread_of("", (("tashi", 0.75), ("trashi", 0.25))) == (("tashi", 6), ("trashi", 2))


def test_the_table_keeps_its_part_and_the_rest_goes_by_probability() -> None:
    fitted = (("lakkhi", 0.6), ("lokkhi", 0.4))
    assert dict(spread_of("lakshmi", fitted)) == {"lakshmi": BY_TABLE, "lakkhi": 3, "lokkhi": 2}


def test_a_spelling_of_both_has_both_parts() -> None:
    assert dict(spread_of("ratan", (("ratan", 0.8), ("roton", 0.2)))) == {"ratan": BY_TABLE + 4, "roton": 1}


def test_spellings_too_rare_for_a_share_are_left_out() -> None:
    assert dict(spread_of("rina", (("rina", 0.97), ("reena", 0.03)))) == {"rina": SHARES}


@given(chances)
def test_shares_add_up_and_keep_the_order(values: list[float]) -> None:
    fitted = tuple((chr(97 + place) * 3, value) for place, value in enumerate(values))
    spread = spread_of("table", fitted)
    assert sum(share for _, share in spread) == SHARES
    shares = [dict(spread).get(spelled, 0) for spelled, _ in fitted]
    assert all(later <= earlier for earlier, later in pairwise(shares))
    assert min(share for _, share in spread) > 0
