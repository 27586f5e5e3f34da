"""Every view has its bag, and the table of fields says the truth about which field feeds which view."""

from typing import Any

import pytest

from encoder.record import RawRecord
from encoder.schema import FIELDS, Field, Value
from encoder.tokens.people import child_bags
from encoder.tokens.views import BAGS, names_bags
from matcher.profile import CROSS_BORDER_2026_11_22, LOCAL_2026_11_22, PROFILES
from matcher.views import View
from tests.encoder.builders import born, record, tokens

WORD_FIELDS = [field for field in FIELDS if field.value in (Value.TEXT, Value.LIST) and field.name != "record_id"]


def present(raw: RawRecord) -> set[View]:
    """The views that have tokens."""
    views = {view for view, bag_of in BAGS.items() if bag_of(raw)}
    return views | ({View.CHILD} if child_bags(raw, 4) else set())


def with_value(field: Field) -> RawRecord:
    """A record with this field only; the value has letters and digits enough for any view."""
    value: Any = ("Kendpur 223344",) if field.is_list else "Kendpur 223344"
    return record(**{field.name: value})


def test_all_views_have_a_bag_but_the_childs_names_and_the_photo() -> None:
    assert set(View) - BAGS.keys() == {View.CHILD, View.PHOTO}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_shipped_profiles_have_no_other_view_without_a_bag(profile: Any) -> None:
    assert {p.view for p in profile.views} <= {View.CHILD, View.PHOTO, *BAGS}


def test_a_profile_of_full_names_has_the_relatives_in_every_name_of_the_child() -> None:
    raw = record(name="Ravi Kumar", aliases=("Chotu",), father_name="Mohan Lal", mother_name="Sita Devi")
    relatives = tokens(BAGS[View.FAMILY](raw))
    alone, joined = names_bags(raw, LOCAL_2026_11_22), names_bags(raw, CROSS_BORDER_2026_11_22)
    assert len(alone) == len(joined) == 2
    assert [tokens(bag) + relatives for bag in alone] == [tokens(bag) for bag in joined]


def test_relatives_of_a_child_without_a_name_have_a_bag_in_full_names_only() -> None:
    raw = record(father_name="Mohan Lal")
    assert names_bags(raw, LOCAL_2026_11_22) == [()]
    assert list(map(tokens, names_bags(raw, CROSS_BORDER_2026_11_22))) == [tokens(BAGS[View.FAMILY](raw))]
    assert names_bags(record(), CROSS_BORDER_2026_11_22) == [()]


def test_nothing_known_is_no_view() -> None:
    assert present(record()) == set()


@pytest.mark.parametrize("field", WORD_FIELDS, ids=lambda field: field.name)
def test_a_field_feeds_the_view_that_the_table_says_and_no_other(field: Field) -> None:
    family = {View.FAMILY} if field.view in (View.FATHER, View.MOTHER, View.KIN) else set()
    assert present(with_value(field)) == ({field.view} if field.view else set()) | family


def test_numbers_and_flags_feed_no_view() -> None:
    raw = record(height_cm=120.5, weight_kg=22.0, protect_location=False, sealed_by_court=True, consent_sharing=True)
    assert present(raw) == set()
    feeding = {field.name for field in FIELDS if field.view and field.value in (Value.NUMBER, Value.FLAG)}
    assert feeding == set()


def test_birth_comes_from_the_interval() -> None:
    assert present(record(birth=born("2012-07-04"))) == {View.BIRTH}
    assert present(record(date_of_birth="2012-07-04", age=9.0)) == set()
