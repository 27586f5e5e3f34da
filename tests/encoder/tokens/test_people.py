"""Names to bags: order-free words, a row for each name the child may go by, relatives apart or together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encoder.names.canonical import canonical_names
from encoder.names.weights import word_weight
from encoder.record import NameSource
from encoder.tokens.people import (
    child_bags,
    family_bag,
    father_bag,
    kin_bag,
    marks,
    mother_bag,
    person_bag,
)
from encoder.tokens.piece import word_piece
from tests.encoder.builders import record, shared, texts, tokens

NAME_WORDS = ["Meena", "Hansda", "Salma", "Khatun", "Md", "Karim", "রহিম", "हांसदा", "Kumar"]


@given(words=st.lists(st.sampled_from(NAME_WORDS), min_size=1, max_size=5), data=st.data())
def test_the_order_of_a_name_does_not_matter(words: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(words))
    assert tokens(person_bag(" ".join(words))) == tokens(person_bag(" ".join(shuffled)))


@pytest.mark.parametrize(("name", "factor"), [("Khatun", 1), ("Mondal", 2), ("Salma", 3), ("Phulmani", 4)])
def test_a_word_weighs_less_the_more_people_bear_it(name: str, factor: int) -> None:
    (word,) = canonical_names(name).names[0]
    assert person_bag(name) == (word_piece(word, factor),)


def test_words_of_a_name_add_up() -> None:
    assert tokens(person_bag("Salma Khatun")) == tokens(person_bag("Salma")) + tokens(person_bag("Khatun"))


def test_titles_make_no_token_and_scripts_agree() -> None:
    assert tokens(person_bag("Late Gopal Besra")) == tokens(person_bag("Gopal Besra"))
    for name in ("गोपाल", "গোপাল"):
        assert shared(person_bag(name), person_bag("Gopal")) > 0.8


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
    assert got == [bag("Gopal Besra"), bag("गोपाल"), bag("Kalu")]


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


# --- the surname, counted once ---------------------------------------------------------------------------------------


def test_a_word_of_the_childs_name_weighs_half_in_its_relatives() -> None:
    raw = record(
        name="Meena Hansda", father_name="Sukhlal Hansda", mother_name="Hansda Phulmani", sibling_names=("Puja Hansda",)
    )
    (surname,) = canonical_names("Hansda").names[0]
    whole, half = word_weight(surname), word_weight(surname) // 2
    for relative in (father_bag(raw), mother_bag(raw), kin_bag(raw)):
        assert word_piece(surname, half) in relative
        assert word_piece(surname, whole) not in relative
    assert tokens(child_bags(raw, 4)[0]) == bag("Meena Hansda")


def test_the_surname_is_known_again_in_another_spelling_and_script() -> None:
    plain = tokens(father_bag(record(name="Meena Mondal", father_name="Sukhlal Mondal")))
    for name in ("Meena Mandal", "মীনা মণ্ডল", "मीना मंडल"):
        assert tokens(father_bag(record(name=name, father_name="Sukhlal Mondal"))) == plain
    assert plain != bag("Sukhlal Mondal")


def test_a_name_that_staff_gave_shares_nothing_with_relatives() -> None:
    raw = record(name="Raja Hansda", father_name="Sukhlal Hansda", name_source=NameSource.STAFF)
    assert tokens(father_bag(raw)) == bag("Sukhlal Hansda")


def test_relatives_of_a_child_without_a_name_weigh_as_they_are() -> None:
    raw = record(father_name="Sukhlal Hansda", mother_name="Phulmani Hansda", sibling_names=("Puja Hansda",))
    assert [tokens(bag_of(raw)) for bag_of in (father_bag, mother_bag, kin_bag)] == [
        bag("Sukhlal Hansda"), bag("Phulmani Hansda"), bag("Puja Hansda"),
    ]  # fmt: skip


@given(texts)
def test_no_bag_of_a_relative_is_empty_because_the_child_shares_its_name(text: str) -> None:
    assert bool(person_bag(text, marks(text))) == bool(person_bag(text))


# --- initials and call names -----------------------------------------------------------------------------------------


def test_an_initial_meets_the_name_that_it_stands_for() -> None:
    initial = person_bag("K. Murugan")
    assert shared(initial, person_bag("Murugan Kandasamy")) > shared(initial, person_bag("Murugan Pandasamy"))
    assert shared(initial, person_bag("Murugan")) > 0.8


@given(letters=st.lists(st.sampled_from("BDGKMNPRSTV"), min_size=1, max_size=3), first=st.booleans())
def test_initials_may_stand_before_or_behind_and_dotted_or_run_together(letters: list[str], first: bool) -> None:
    forms = [". ".join(letters) + ".", " ".join(letters)]
    names = [f"{form} Murugan" if first else f"Murugan {form}" for form in forms]
    assert {frozenset(tokens(person_bag(name)).items()) for name in names} == {
        frozenset(tokens(person_bag(" ".join(["Murugan", *reversed(letters)]))).items())
    }


def test_initials_without_a_vowel_between_are_letters_each() -> None:
    assert tokens(person_bag("KS Murugan")) == tokens(person_bag("K. S. Murugan"))


def test_abbreviated_words_of_the_lexicon_are_no_initials() -> None:
    assert tokens(person_bag("Md. Karim")) == tokens(person_bag("Mohammad Karim"))
    assert tokens(person_bag("Abdul")).keys() > tokens(person_bag("A.")).keys()


def test_a_call_name_meets_the_names_that_it_comes_from() -> None:
    (raju,), (rajesh,), (ratan,) = (child_bags(record(nicknames=(name,)), 4) for name in ("Raju", "Rajesh", "Ratan"))
    assert shared(raju, rajesh) > shared(person_bag("Raju"), person_bag("Rajesh"))
    assert shared(raju, rajesh) > shared(raju, ratan)
    assert tokens(raju)["call:raju"] == tokens(rajesh)["call:raju"] > 0


def test_a_call_name_adds_little() -> None:
    (raju,) = child_bags(record(name="Raju"), 4)
    assert 0 < tokens(raju).total() - tokens(person_bag("Raju")).total() < 0.25 * tokens(person_bag("Raju")).total()


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_text_makes_bags_with_tokens(name: str, father: str, nickname: str) -> None:
    raw = record(name=name, father_name=father, mother_name=name, nicknames=(nickname,), sibling_names=(father,))
    bags = [*child_bags(raw, 4), father_bag(raw), mother_bag(raw), kin_bag(raw), family_bag(raw)]
    assert all(weight > 0 for every in bags for weight in tokens(every).values())


@given(first=texts, second=texts, data=st.data())
def test_the_order_of_words_matters_in_no_view(first: str, second: str, data: st.DataObject) -> None:
    orderly = [word for word in f"{first} {second}".split() if word not in ("urf", "unknown")] or ["Meena"]
    mixed = data.draw(st.permutations(orderly))
    one = record(name=" ".join(orderly), father_name=first)
    other = record(name=" ".join(mixed), father_name=first)
    assert [tokens(every) for every in child_bags(one, 4)] == [tokens(every) for every in child_bags(other, 4)]
    assert tokens(father_bag(one)) == tokens(father_bag(other))
