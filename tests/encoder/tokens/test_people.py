"""Names to bags: order-free words, a row for each name the child may go by, relatives apart or together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.record import NameSource
from encoder.tokens.people import child_bags, family_bag, kin_bag, person_bag, unreadable_names
from tests.encoder.builders import record, shared, tokens

NAME_WORDS = ["Meena", "Hansda", "Salma", "Khatun", "Md", "Karim", "রহিম", "हांसदा", "Kumar"]


@given(words=st.lists(st.sampled_from(NAME_WORDS), min_size=1, max_size=5), data=st.data())
def test_the_order_of_a_name_does_not_matter(words: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(words))
    assert tokens(person_bag(" ".join(words))) == tokens(person_bag(" ".join(shuffled)))


def test_words_that_many_bear_weigh_half() -> None:
    own, slot = person_bag("Salma"), person_bag("Khatun")
    assert {min(piece.weights) for piece in own} == {2}
    assert {min(piece.weights) for piece in slot} == {1}
    assert tokens(person_bag("Salma Khatun")) == tokens(own) + tokens(slot)


def test_titles_make_no_token_and_scripts_agree() -> None:
    assert tokens(person_bag("Late Gopal Besra")) == tokens(person_bag("Gopal Besra"))
    assert tokens(person_bag("गोपाल")) == tokens(person_bag("গোপাল")) == tokens(person_bag("Gopal"))


@pytest.mark.parametrize("text", [None, "", "unknown", "अज्ञात", "Mr", "12", "🙂"])
def test_a_relative_without_a_name_has_an_empty_bag(text: str | None) -> None:
    # "Mr" alone is dropped, a number and a symbol are no name.
    assert person_bag(text) == ()


def test_parts_of_a_relatives_alias_stand_together() -> None:
    assert tokens(person_bag("Karim urf Guddu")) == tokens(person_bag("Karim")) + tokens(person_bag("Guddu"))


# --- rows of the child ----------------------------------------------------------------------------------------------


def rows(most: int = 4, **fields: Any) -> list[dict[str, int]]:
    """The bags of a child's names."""
    return [dict(tokens(bag)) for bag in child_bags(record(**fields), most)]


def bag(text: str) -> dict[str, int]:
    """The bag of one name."""
    return dict(tokens(person_bag(text)))


def test_one_row_a_name_and_the_main_one_first() -> None:
    got = rows(name="Meena Hansda urf Guddi", nicknames=("Mini",), aliases=("Phulo",))
    assert got == [bag("Meena Hansda"), bag("Guddi"), bag("Mini"), bag("Phulo")]


def test_rows_beyond_the_most_are_left_out_from_the_end() -> None:
    names = ("Guddi", "Mini", "Phulo", "Sona", "Lakhi")
    assert rows(name="Meena", aliases=names) == [bag("Meena"), *map(bag, names[:3])]
    assert rows(2, name="Meena", aliases=names) == [bag("Meena"), bag("Guddi")]


def test_a_name_that_comes_again_makes_no_second_row() -> None:
    got = rows(name="Gopal Besra", nicknames=("गोपाल",), aliases=("GOPAL", "Gopal  Besra", "Kalu"))
    assert got == [bag("Gopal Besra"), bag("Gopal"), bag("Kalu")]


def test_given_and_family_name_stand_in_for_the_name() -> None:
    assert rows(given_name="Meena", family_name="Hansda") == [bag("Meena Hansda")]
    assert rows(family_name="Hansda") == [bag("Hansda")]
    assert rows(name="Mina Hansda", given_name="Meena", family_name="Murmu") == [bag("Mina Hansda")]


def test_a_name_that_staff_gave_is_absent_and_aliases_stay() -> None:
    fields: dict[str, Any] = {"name": "Raja", "given_name": "Raja", "name_source": NameSource.STAFF}
    assert rows(**fields) == []
    assert rows(**fields, nicknames=("Mini",), aliases=("Phulo",)) == [bag("Mini"), bag("Phulo")]


@pytest.mark.parametrize("source", [None, NameSource.CHILD, NameSource.FAMILY, NameSource.DOCUMENT])
def test_a_name_of_any_other_source_counts(source: NameSource | None) -> None:
    assert rows(name="Raja", name_source=source) == [bag("Raja")]


@pytest.mark.parametrize("text", [None, "unknown", "नाम अज्ञात", "12", "🙂"])
def test_a_child_without_a_name_has_no_bag(text: str | None) -> None:
    assert rows(name=text) == []
    assert rows(name=text, aliases=("unknown", "Phulo")) == [bag("Phulo")]


# --- relatives ------------------------------------------------------------------------------------------------------


def test_kin_is_everyone_but_the_parents() -> None:
    raw = record(
        father_name="Sukhlal", mother_name="Phulmani", guardian_name="Birsa", sibling_names=("Rakesh", "Puja"),
        other_relatives=("Etwari",),
    )  # fmt: skip
    wanted = sum((tokens(person_bag(name)) for name in ("Birsa", "Rakesh", "Puja", "Etwari")), tokens(()))
    assert tokens(kin_bag(raw)) == wanted
    parents = tokens(person_bag("Sukhlal")) + tokens(person_bag("Phulmani"))
    assert tokens(family_bag(raw)) == wanted + parents


def test_kin_in_another_order_is_the_same_bag() -> None:
    one = record(guardian_name="Birsa Tudu", sibling_names=("Rakesh", "Puja"))
    other = record(guardian_name="Puja", sibling_names=("Tudu Birsa",), other_relatives=("Rakesh",))
    assert tokens(kin_bag(one)) == tokens(kin_bag(other))


def test_nobody_known_is_an_empty_bag() -> None:
    assert kin_bag(record(father_name="Sukhlal", mother_name="Phulmani")) == ()
    assert family_bag(record(name="Meena")) == ()


def test_spellings_share_more_than_other_names_do() -> None:
    spelled = shared(person_bag("Lakshmi Soren"), person_bag("Laxmi Soran"))
    assert spelled > 0.7
    assert shared(person_bag("Lakshmi Soren"), person_bag("Gopal Besra")) < 0.2


# --- what a clerk should look at ------------------------------------------------------------------------------------


def test_fields_whose_name_cannot_be_read_are_named_and_not_repeated() -> None:
    raw = record(name="🙂🙂", father_name="Sukhlal", aliases=("Mini", "🙂"), mother_name="unknown", guardian_name="🙂")
    assert unreadable_names(raw) == ["name", "guardian_name", "aliases"]
    assert unreadable_names(record(name="Meena", sibling_names=("Puja", "अज्ञात"))) == []
