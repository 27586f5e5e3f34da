"""Taking texts apart: numbers, words and marks, and phrases of several words."""

from hypothesis import given
from hypothesis import strategies as st

from encoder.written_text import parts, phrase_at, plain, vocabulary_of, with_hyphens

WORDS = vocabulary_of({"one": "rabi rabi_ul_awwal", "two": "चैत्र आषाढ़", "three": "جنوری"})


def test_plain_texts_have_one_spelling() -> None:
    assert plain(" AUG २०१२ ") == "aug 2012"
    assert plain("आषाढ़") == plain("आषाढ\u093c") == plain("आषाढ")
    assert plain("মে\u200c") == plain("মে")
    assert plain("يوم كتاب") == plain("یوم کتاب")


def test_parts_keep_their_order() -> None:
    found = parts("12.aug 2012", decimals=False)
    assert [part.number or part.word or part.other for part in found] == ["12", ".", "aug", "2012"]
    assert [part.number for part in parts("8.5", decimals=True)] == ["8.5"]
    assert [part.number or part.other for part in parts("8.5")] == ["8", ".", "5"]
    assert repr(found) == "[Part(number), Part(mark), Part(word), Part(number)]"


def test_a_word_of_an_indic_script_is_one_part() -> None:
    assert [part.word for part in parts(plain("जानेवारी আষাঢ় جنوری"))] == [plain("जानेवारी"), plain("আষাঢ়"), plain("جنوری")]


def test_the_longest_phrase_wins() -> None:
    assert phrase_at(parts("rabi-ul-awwal 12"), 0, WORDS) == ("one", 5)
    assert phrase_at(parts("rabi x"), 0, WORDS) == ("one", 1)
    assert phrase_at(parts("rabi/ul"), 0, WORDS) == ("one", 1)
    assert phrase_at(parts("xyz"), 0, WORDS) == (None, 1)


def test_dashes_become_hyphens() -> None:
    assert with_hyphens("8\u20139\u20145") == "8-9-5"


@given(st.text(max_size=50))
def test_parts_cover_everything_but_blanks(text: str) -> None:
    clean = plain(text)
    assert "".join(part.number + part.word + part.other for part in parts(clean)) == "".join(clean.split())
