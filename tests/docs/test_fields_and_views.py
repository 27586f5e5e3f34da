"""docs/fields-and-views.md says what the schema, the profiles and the tokens do."""

import re

import pytest

from encoder.names import weights as weights_of_words
from encoder.names.spread import SHARES
from encoder.reading.read import read_records
from encoder.schema import FIELDS, fields_of_view
from encoder.tokens import birth, contact, home, name_words, piece, traits
from encoder.tokens.people import child_bags
from encoder.tokens.views import BAGS
from matcher.profile import MASKED_PROFILES, PROFILES
from matcher.views import Kind, View
from tests.docs.pages import codes, table_with

COMPANIONS = {
    "age": {"event_date": "2026-03-01"},
    "age_min": {"event_date": "2026-03-01", "age_max": "12"},
    "age_max": {"event_date": "2026-03-01"},
    "age_as_of": {"event_date": "2026-03-01", "age": "8"},
    "age_basis": {"event_date": "2026-03-01", "age": "8"},
}  # fmt: skip
"""What has to stand beside a field for it to say anything."""

VALUES = {
    "record_id": "D-2", "kind": "found", "name_source": "child", "sex": "girl", "date_of_birth": "2016-05-31",
    "age": "8", "age_min": "10", "age_max": "10", "age_as_of": "2020-01-01", "age_basis": "visual",
    "event_date": "2026-03-01", "height_cm": "120", "weight_kg": "25", "photo_date": "2024", "marks": "scar@cheek:left",
    "phones": "98300 00101", "identifiers": "school:114/7", "protect_location": "no", "sealed_by_court": "yes",
    "consent_sharing": "yes", "expires_on": "2027-01-01",
}  # fmt: skip


SHIPPED = PROFILES | MASKED_PROFILES


@pytest.fixture(scope="module")
def page(repository):
    return (repository / "docs" / "fields-and-views.md").read_text(encoding="utf-8")


def test_views_have_the_fields_of_the_schema(page):
    told = {row["view"]: codes(row["fields"]) for row in table_with(page, "fields") if row["view"] != View.PHOTO}
    family = [name for view in (View.FATHER, View.MOTHER, View.KIN) for name in told[view]]
    assert told.pop(View.FAMILY) == family
    assert told == {str(v): [field.name for field in fields_of_view(v)] for v in View if fields_of_view(v)}


@pytest.mark.parametrize("profile", SHIPPED.values(), ids=list(SHIPPED))
def test_views_have_the_bits_and_planes_of_the_profile(page, profile):
    rows = [(row["view"], row[profile.name].replace(",", "")) for row in table_with(page, profile.name)]
    told = [row for row in rows if row[1] != "–"]
    assert told == [(str(p.view), f"{p.bits} × {p.planes}") for p in profile.views]


def test_every_shipped_profile_has_a_column(page):
    assert set(table_with(page, "fields")[0]) == {"view", "fields", *SHIPPED}


def test_tokens_have_the_weights_of_the_code(page):
    told = {(row["field"].replace("`", ""), row["token"]): row["weight"] for row in table_with(page, "token")}
    assert {key: weight for key, weight in told.items() if key not in weights()} == {}
    assert told == weights()


def weights() -> dict[tuple[str, str], str]:
    """Weights by field and kind of token, from the constants of the encoder."""
    same = "the same"
    strange = "word of a place that is not understood: as written / light / skeleton"
    known = "word of a place that is understood: the same"
    return {
        ("any name", "rare word: as written / light / skeleton"): words(weights_of_words.RARE),
        ("any name", "frequent word: the same"): words(weights_of_words.FREQUENT),
        ("any name", "common word: the same"): words(weights_of_words.COMMON),
        ("any name", "slot word (Devi, Kumar, Md): the same"): words(weights_of_words.SLOT),
        ("any name", "initial: the mark and the letter, in the three forms"): words(name_words.INITIAL),
        ("child's names", "each call name that a word has or is"): str(name_words.CALL_NAME * SHARES),
        ("date_of_birth, ages", "each year that the birth may lie in"): str(birth.YEAR),
        ("date_of_birth", "month"): str(birth.MONTH),
        ("date_of_birth", "day"): str(birth.DAY),
        ("date_of_birth", "day and month, in either order"): str(birth.MONTH_AND_DAY),
        ("date_of_birth", "whole date"): str(birth.DATE),
        **{(f, same if i else strange): words(w) for i, (f, w) in enumerate(home.LEVELS)},
        **{
            (f, f"{same}, understood" if i else known): words(w)
            for i, (f, w) in enumerate(item for item in home.UNDERSTOOD.items() if item[1])
        },
        **{("home_...", f"code of the {level.name.lower()} found"): str(w * SHARES) for level, w in home.CODES.items()},
        ("home_...", "the district, and each one that it was cut out of"): str(home.LAND * SHARES),
        ("home_...", "the district, and each one beside it"): str(home.NEAR * SHARES),
        **{(field, "each word"): str(weight) for field, weight in (*traits.LISTS, *traits.SINGLE)},
        ("marks", "type and site"): str(traits.MARK),
        ("marks", "type, site and side"): str(traits.MARK_WITH_SIDE),
        ("phones", "last ten digits: whole / each run of three"): f"{contact.WHOLE} / {contact.RUN}",
        ("identifiers", "value without scheme: whole / each run of three"): f"{contact.WHOLE} / {contact.RUN}",
    }


def words(factor: int) -> str:
    return " / ".join(str(weight * factor * SHARES) for weight in (piece.LITERAL, piece.LIGHT, piece.SKELETON))


def test_numbers_in_the_text_are_those_of_the_code(page):
    assert f"more than {birth.MOST_YEARS} calendar years" in page
    assert contact.NATIONAL_DIGITS == 10
    unused = {field.name for field in FIELDS if field.view is None}
    assert {"name_source", "event_date", "sex", "height_cm", "weight_kg"} <= unused


@pytest.mark.parametrize("field", [field.name for field in FIELDS if field.name not in ("record_id", "kind")])
def test_a_field_changes_its_view_and_no_other(tmp_path, field):
    """The table of the schema is a promise; this is what the tokens do."""
    beside = COMPANIONS.get(field, {})
    before = bags_of(tmp_path, beside)
    after = bags_of(tmp_path, {**beside, field: VALUES.get(field, "Tilaboni")})
    changed = {view for view in after if after[view] != before[view]}
    view = next(f.view for f in FIELDS if f.name == field)
    assert changed == ({view} if view else set())


def bags_of(folder, fields: dict[str, str]) -> dict[View, object]:
    """Tokens and weights of every view of one record."""
    path = folder / "one.csv"
    cells = {"record_id": "D-1", **fields}
    path.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n", encoding="utf-8")
    result = read_records(path, Kind.MISSING)
    assert not [p for p in result.problems if p.severity != "note"]
    (record,) = result.records
    every = {view: [bag(record)] for view, bag in BAGS.items() if view is not View.FAMILY}
    every[View.CHILD] = child_bags(record, 4)
    return {view: [[(p.tokens, p.weights) for p in bag] for bag in bags] for view, bags in every.items()}


def test_the_page_links_to_pages_that_exist(page, repository):
    for target in re.findall(r"\]\(([^)#]+)\)", page):
        assert (repository / "docs" / target).exists()
