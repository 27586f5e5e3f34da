"""The table of fields agrees with the record and with the exchange formats."""

from dataclasses import fields

import pytest

from encoder.record import RawRecord
from encoder.schema import FIELD_NAMED, FIELDS, Value, field_of_header, fields_of_view
from encoder.values import converter_of
from matcher.views import View


def test_one_attribute_for_every_field() -> None:
    assert {field.name for field in FIELDS} | {"birth"} == {f.name for f in fields(RawRecord)}


def test_lists_are_tuples_in_the_record() -> None:
    defaults = {f.name: f.default for f in fields(RawRecord)}
    for field in FIELDS:
        assert field.is_list == (defaults[field.name] == ())


def test_every_header_names_one_field() -> None:
    headers = [header for field in FIELDS for header in (field.name, *field.aliases)]
    assert len(headers) == len(set(headers))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("record_id", "record_id"), ("person_record_id", "record_id"), ("Full Name", "name"), ("full_name", "name"),
        ("alternate_names", "aliases"), ("name_nickname", "nicknames"), ("name_other", "aliases"),
        ("names_origin", "name_source"), ("date_of_separation", "event_date"), ("relation_name", "other_relatives"),
        ("location_last", "home_landmark"), ("location_separation", "event_place"), ("relation_telephone", "phones"),
        ("photo_url", "photos"), ("expiry_date", "expires_on"), ("\ufeffRecord-ID ", "record_id"),
    ],
)  # fmt: skip
def test_aliases_of_the_exchange_formats(header: str, name: str) -> None:
    field = field_of_header(header)
    assert field is FIELD_NAMED[name]


def test_unknown_header() -> None:
    assert field_of_header("favourite colour") is None


def test_views_are_fed_as_designed() -> None:
    names = {view: {field.name for field in fields_of_view(view)} for view in View}
    assert names[View.CHILD] == {"name", "given_name", "family_name", "nicknames", "aliases"}
    assert names[View.KIN] == {"guardian_name", "sibling_names", "other_relatives"}
    assert names[View.FATHER] == {"father_name"}
    assert names[View.CONTACT] == {"phones", "identifiers"}
    assert names[View.BIRTH] == {"date_of_birth", "age", "age_min", "age_max", "age_as_of", "age_basis"}
    assert all(name.startswith("home_") for name in names[View.HOME])
    assert not any(field.view for field in FIELDS if field.name.startswith(("event_", "photo")))


@pytest.mark.parametrize("value", Value)
def test_every_kind_of_value_can_be_read(value: Value) -> None:
    for field in FIELDS:
        if field.value is value:
            assert callable(converter_of(field))
            break
    else:
        pytest.fail("no field has this kind of value")
