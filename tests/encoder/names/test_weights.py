from math import log2, sqrt
from pathlib import Path

import pytest

from encoder.names.canonical import canonical_names
from encoder.names.tables import read_rows
from encoder.names.weights import COMMON, FREQUENT, RARE, SLOT, weight_key, weight_of_bits, word_weight
from encoder.names.words import make_word
from tools.name_weights import commonest, counted, judged, table


def weight(name: str) -> int:
    """The weight of a name of one word."""
    (word,) = canonical_names(name).names[0]
    return word_weight(word)


@pytest.mark.parametrize("name", ["Devi", "Kumar", "Khatun", "Md", "দেবী", "कुमार"])
def test_slot_words_weigh_least(name: str) -> None:
    assert weight(name) == SLOT


@pytest.mark.parametrize("name", ["Das", "দাস", "Mondal", "मंडल", "Singh", "Roy", "Yadav"])
def test_words_that_one_in_a_hundred_bears_weigh_two(name: str) -> None:
    assert weight(name) == COMMON


def test_rarer_words_weigh_more() -> None:
    assert [weight(name) for name in ("Das", "Hansda", "Zephyrin")] == [COMMON, FREQUENT, RARE]


def test_spellings_of_one_word_weigh_the_same() -> None:
    for spellings in (("Chowdhury", "Chaudhary"), ("Mukherjee", "Mukhopadhyay"), ("Mandal", "Mondol", "মণ্ডল")):
        assert len({weight(name) for name in spellings}) == 1


def test_a_word_that_nobody_counted_weighs_most() -> None:
    assert word_weight(make_word("qqqq")) == RARE


@pytest.mark.parametrize(
    ("bits", "expected"), [(0.0, COMMON), (6.99, COMMON), (7.0, FREQUENT), (9.99, FREQUENT), (10.0, RARE), (40.0, RARE)]
)
def test_weights_by_bits(bits: float, expected: int) -> None:
    assert weight_of_bits(bits) == expected


def test_the_table_lists_what_weighs_less_than_the_rest() -> None:
    rows = list(read_rows("name_weights"))
    assert len(rows) > 400
    assert {int(row["weight"]) for row in rows} == {COMMON, FREQUENT}
    assert len({weight_key(make_word(row["word"])) for row in rows}) == len(rows)
    assert all(row["word"].isascii() and row["word"].islower() for row in rows)


def test_words_judged_by_hand_are_looked_up_by_the_form_that_records_have(repository: Path) -> None:
    """A change of lexicon or folds that turns a listed word into another makes its row dead: make the table again."""
    lines = (repository / "tools" / "name_weights_judged.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith(("#", "bits"))]
    judged = {word.strip(): weight_of_bits(float(bits)) for bits, words in rows for word in words.split(",")}
    assert {name: value for name, value in judged.items() if weight(name) > value} == {}


def test_the_tool_counts_spellings_together_and_leaves_small_states_out() -> None:
    rows = [("A", "mandal", 30), ("A", "mondal", 30), ("A", "devi", 400), ("A", "other", 4_000), ("B", "zephyr", 900)]
    bits = counted([{"state": state, "token": token, "count": str(count)} for state, token, count in rows])
    assert bits.keys() == {"mandal", "other"}
    assert bits["mandal"] == pytest.approx(-log2((60 - sqrt(60)) / 4_060))
    assert table(bits).splitlines()[-2:] == ["mandal\t2", "other\t2"]


def test_the_commonest_of_words_counted_together_counts() -> None:
    by_hand = judged([{"bits": "6", "words": "yadav, soren"}, {"bits": "8", "words": "jadav"}])
    assert commonest({"sorin": 5.0, "rarer": 12.0}, by_hand) == {"sorin": 5.0, "rarer": 12.0, "yadav": 6.0}
