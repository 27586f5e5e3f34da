import pytest

from encoder.names.lexicon import Kind, entry_as_written
from encoder.names.readings import LONGEST_TOKEN, read_token


def read(token: str) -> list[tuple[str, bool]]:
    return [(reading.word.latin, reading.word.slot) for reading in read_token(token)]


@pytest.mark.parametrize("token", ["khatun", "খাতুন", "खातून", "خاتون", "khatoon"])
def test_a_slot_word_is_one_in_every_script(token: str) -> None:
    assert [slot for _, slot in read(token)] == [True]


def test_lexicon_comes_before_transliteration() -> None:
    assert read("মোঃ") == [("md", True)]


def test_lexicon_comes_again_after_transliteration() -> None:
    assert entry_as_written("મોહમદ") is None
    assert read("મોહમદ") == [("md", True)]


def test_equivalents_come_after_transliteration() -> None:
    assert read("মুখোপাধ্যায়") == [("mukherji", False)]


def test_kind_is_kept_for_the_composition_of_the_name() -> None:
    assert [reading.kind for reading in read_token("shri")] == [Kind.LEAD]
    assert [reading.kind for reading in read_token("anita")] == [None]


def test_numbers_give_nothing_and_mixed_tokens_two_words() -> None:
    assert read("24") == []
    assert read("rahimমিয়া") == [("rahim", False), ("miya", False)]


def test_an_endless_token_is_cut() -> None:
    assert len(read("ab" * 500)[0][0]) == LONGEST_TOKEN
