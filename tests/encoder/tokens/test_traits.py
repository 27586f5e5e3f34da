"""Traits to tokens: each known one on its own, a mark with and without its side."""

import pytest

from encoder.record import RawRecord
from encoder.tokens.traits import LISTS, MARK, MARK_WITH_SIDE, SINGLE, traits_bag
from tests.encoder.builders import record, tokens


@pytest.mark.parametrize(("field", "weight"), LISTS)
def test_lists(field: str, weight: int) -> None:
    bag = tokens(traits_bag(record(**{field: ("Santali", "Sadri")})))
    assert len(bag) == 2
    assert set(bag.values()) == {weight}
    assert all(token.startswith(f"{field}:") for token in bag)
    assert tokens(traits_bag(record(**{field: ("Sadri", "Santali")}))) == bag


@pytest.mark.parametrize(("field", "weight"), SINGLE)
def test_single_values(field: str, weight: int) -> None:
    bag = tokens(traits_bag(record(**{field: "stammers"})))
    assert list(bag.values()) == [weight]
    assert next(iter(bag)).startswith(f"{field}:")


def test_the_same_word_in_two_fields_is_not_shared() -> None:
    assert not tokens(traits_bag(record(hair="black"))) & tokens(traits_bag(record(eyes="black")))


def test_spelling_folds_and_placeholders_say_nothing() -> None:
    assert tokens(traits_bag(record(hair="Curly"))) == tokens(traits_bag(record(hair="curli")))
    assert traits_bag(record(hair="unknown", languages=("अज्ञात",))) == ()


def test_a_mark_without_a_side() -> None:
    assert dict(tokens(traits_bag(record(marks=("scar@forehead",))))) == {"mark:scar@forehead": MARK}


def test_a_mark_with_a_side_has_the_site_and_the_side() -> None:
    bag = dict(tokens(traits_bag(record(marks=("mole@cheek:left",)))))
    assert bag == {"mark:mole@cheek": MARK, "mark:mole@cheek:left": MARK_WITH_SIDE}


def mark(text: str) -> RawRecord:
    """A record with one mark."""
    return record(marks=(text,))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mole@cheek:left", MARK + MARK_WITH_SIDE),
        ("Mole @ Cheek : LEFT", MARK + MARK_WITH_SIDE),
        ("mole@cheek:right", MARK),
        ("mole@cheek", MARK),
        ("mole@chin:left", 0),
        ("scar@cheek:left", 0),
    ],
)
def test_what_two_marks_have_in_common(text: str, kept: int) -> None:
    common = tokens(traits_bag(mark("mole@cheek:left"))) & tokens(traits_bag(mark(text)))
    assert common.total() == kept


def test_what_a_child_grows_out_of_makes_no_token() -> None:
    assert traits_bag(record(height_cm=120.0, weight_kg=22.5)) == ()


def test_traits_add_up() -> None:
    both = tokens(traits_bag(record(marks=("scar@forehead", "mole@cheek:left"), speech="stammers")))
    apart = [record(marks=("mole@cheek:left",)), record(speech="stammers"), record(marks=("scar@forehead",))]
    assert both == sum((tokens(traits_bag(raw)) for raw in apart), tokens(()))
