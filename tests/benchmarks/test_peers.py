"""Primero's and Person Finder's scoring, on rows made by hand."""

import pytest

from benchmarks.peers.double_metaphone import double_metaphone
from benchmarks.peers.person_finder import person_finder
from benchmarks.peers.primero import primero
from benchmarks.peers.token_sums import all_best, sums
from encoder.record import NameSource, RawRecord
from matcher.views import Kind, Sex


def _record(kind: Kind, **fields: object) -> RawRecord:
    return RawRecord(record_id="X", kind=kind, **fields)


@pytest.mark.parametrize(("one", "other"), [
    ("Mohammad", "Mohamed"), ("Chowdhury", "Choudhary"), ("Philip", "Filip"), ("Rajesh", "Raajesh"),
])  # fmt: skip
def test_names_that_sound_alike_have_one_code(one: str, other: str) -> None:
    assert double_metaphone(one) == double_metaphone(other)


@pytest.mark.parametrize(("word", "codes"), [
    ("Smith", ("SM0", "XMT")), ("Schmidt", ("XMT", "XMT")), ("Thumb", ("0MP", "TMP")), ("Knight", ("NT", "NT")),
    ("Edge", ("AJ", "AJ")), ("Laugh", ("LF", "LF")), ("Michael", ("MXL", "MKL")), ("रमेश", ("", "")),
])  # fmt: skip
def test_words_have_their_codes(word: str, codes: tuple[str, str]) -> None:
    assert double_metaphone(word) == codes


def test_primero_sums_the_boost_of_every_matching_token() -> None:
    missing = [_record(Kind.MISSING, name="Mohammad Anwar", sex=Sex.MALE, father_name="Salim", languages=("Hindi",))]
    found = [
        _record(Kind.FOUND, name="Mohamed", sex=Sex.MALE, languages=("hindi",)),
        _record(Kind.FOUND, name="Anwar Salim", sex=Sex.FEMALE, father_name="Saleem"),
    ]
    left, right, score = primero(missing, found, 10, rare=False)
    assert left.tolist() == [0, 0]
    # Name 15, sex 10 and language 3 against name 15 and father 10; products of codes that both sides hold.
    assert dict(zip(right.tolist(), score.tolist(), strict=True)) == {0: 28.0, 1: 25.0}


def test_primero_does_not_take_a_name_from_staff_or_another_script_for_the_childs() -> None:
    missing = [_record(Kind.MISSING, name="Raju Das")]
    found = [
        _record(Kind.FOUND, name="Raju", name_source=NameSource.STAFF), _record(Kind.FOUND, name="রাজু দাস"),
    ]
    assert len(primero(missing, found, 10, rare=True)[0]) == 0


def test_person_finder_wants_every_word_of_the_query_to_begin_a_word() -> None:
    missing = [_record(Kind.MISSING, name="Anil Das")]
    found = [_record(Kind.FOUND, name=name) for name in ("Das Anil", "Anil Kumar Das", "Anila Dasgupta", "Anil Roy")]
    _, right, score = person_finder(missing, found, 10)
    assert dict(zip(right.tolist(), score.tolist(), strict=True)) == {0: 8.0, 1: 6.0, 2: 1.0}


def test_the_best_of_a_list_are_the_highest_and_ties_go_by_place() -> None:
    slices = sums([{"a": 1.0, "b": 2.0}, {"c": 1.0}], [{"a": 1.0}, {"b": 1.0}, {"a": 1.0}])
    left, right, score = all_best(slices, 2)
    assert sorted(zip(left.tolist(), right.tolist(), score.tolist(), strict=True)) == [(0, 0, 1.0), (0, 1, 2.0)]
