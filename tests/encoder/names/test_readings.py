import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.lexicon import Kind, entry_as_written
from encoder.names.readings import LONGEST_TOKEN, read_token
from encoder.names.scripts import Script, clean_text


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
    assert read("rahimমিয়া") == [("rahim", False), ("miya", True)]


def test_an_endless_token_is_cut() -> None:
    assert len(read("ab" * 500)[0][0]) == LONGEST_TOKEN


def test_a_reading_knows_what_it_was_read_from() -> None:
    (first, second) = read_token("rahimমণি")
    assert (first.written, first.script, first.fixed) == ("rahim", Script.LATIN, False)
    assert (second.written, second.script) == ("মণি", Script.BENGALI)


@pytest.mark.parametrize("token", ["মোঃ", "mukherjee", "মুখোপাধ্যায়", "kr"])
def test_a_form_of_the_lexicon_is_fixed(token: str) -> None:
    assert [reading.fixed for reading in read_token(clean_text(token))] == [True]


def test_nothing_shows_the_name() -> None:
    assert "anita" not in repr(read_token("anita"))


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("nasiruddin", ["nasir", "uddin"]),
        ("အောင်မြင့်", ["aung", "myint"]),
        ("བསོད་ནམས་རྡོ་རྗེ་", ["sonam", "dorji"]),
        ("এম", ["m"]),
        ("கே", ["k"]),
    ],
)
def test_words_inside_a_token(token: str, words: list[str]) -> None:
    assert [latin for latin, _ in read(clean_text(token))] == words


def test_a_spelled_out_initial_is_no_slot_word() -> None:
    assert read("এম") == [("m", False)]


@given(st.text(min_size=LONGEST_TOKEN, max_size=500))
def test_what_is_beyond_the_longest_token_is_not_read(token: str) -> None:
    assert read_token(token) == read_token(token[:LONGEST_TOKEN])
