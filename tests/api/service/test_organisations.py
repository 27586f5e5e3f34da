"""Looking through the directory, and whom to call."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.organisations import OrganisationFilter, fits, next_step, plain, serves
from api.wire.directory import District
from tests.api.service.organisations import organisation

GAYA = District(country="India", state="Bihar", district="Gaya")
DHAKA = District(country="Bangladesh", state="Dhaka", district="Dhaka")


@pytest.mark.parametrize(
    ("wanted", "fit"),
    [
        ({}, True),
        ({"kind": "shelter"}, True),
        ({"kind": "police"}, False),
        ({"country": " india"}, True),
        ({"country": "INDIA", "state": "bi har", "district": "GAYA"}, True),
        ({"district": "Patna"}, False),
        ({"service": "legal_aid"}, True),
        ({"service": "medical"}, False),
        ({"language": "MAGAHI"}, True),
        ({"language": "Tamil"}, False),
        ({"q": "asha"}, True),
        ({"q": "gaya-ho"}, True),
        ({"q": "nobody"}, False),
        ({"kind": "shelter", "service": "legal_aid", "district": "Patna"}, False),
    ],
)
def test_an_organisation_fits_what_is_asked_for(wanted: dict[str, Any], fit: bool) -> None:
    home = organisation("gaya-home", title="Asha Home", services=["legal_aid"], languages=["Magahi"])
    assert fits(home, OrganisationFilter(**wanted)) is fit


def test_who_serves_a_whole_state_serves_each_district_but_less_closely() -> None:
    places = [("India", "Bihar", "Gaya"), ("India", "Bihar"), ("India",), ("Bangladesh",)]
    assert [serves(organisation("one", "ngo", place).entry, GAYA) for place in places] == [3, 2, 1, 0]
    somewhere = District(country="India", state="Bihar")
    assert [serves(organisation("one", "ngo", place).entry, somewhere) for place in places] == [0, 2, 1, 0]


@given(st.text(max_size=20), st.text(alphabet=" \t", max_size=3))
def test_places_compare_without_case_and_spaces(text: str, space: str) -> None:
    assert plain(f"{space}{text}{space}") == plain(text)


def test_the_next_step_for_a_child_from_over_the_border() -> None:
    directory = [
        organisation("a-shelter", "shelter", ("Bangladesh", "Dhaka", "Dhaka")),
        organisation("b-shelter", "shelter", ("India", "Bihar", "Gaya")),
        organisation("bridge", "ngo", ("India",), ("Bangladesh",), services=["repatriation", "tracing"]),
        organisation("committee-dhaka", "child_welfare_committee", ("Bangladesh", "Dhaka")),
        organisation("committee-gaya", "child_welfare_committee", ("India", "Bihar", "Gaya"), agreement="MoU 7"),
        organisation("committee-patna", "child_welfare_committee", ("India", "Bihar", "Patna")),
        organisation("law", "ngo", ("Bangladesh", "Dhaka"), services=["legal_aid"]),
        organisation("police-gaya", "police", ("India", "Bihar", "Gaya")),
    ]
    step = next_step(directory, found=DHAKA, home=GAYA)
    assert [(each.organisation.partner, each.reasons) for each in step.items] == [
        ("committee-gaya", ("committee_of_home",)),
        ("bridge", ("repatriation", "tracing_at_home")),
        ("police-gaya", ("police_of_home",)),
        ("committee-dhaka", ("committee_near_found",)),
        ("a-shelter", ("shelter_near_found",)),
        ("law", ("legal_aid_near_found",)),
    ]
    terms = step.items[0].organisation.agreement
    assert terms is not None
    assert terms.document == "MoU 7"
    assert step.items[1].organisation.agreement is None


def test_within_one_country_nobody_repatriates_and_the_closest_comes_first() -> None:
    directory = [
        organisation("all-india", "helpline", ("India",), services=["repatriation"]),
        organisation("bihar", "helpline", ("India", "Bihar")),
        organisation("gaya", "helpline", ("India", "Bihar", "Gaya")),
    ]
    step = next_step(directory, found=District(country="india", state="Kerala", district="Kannur"), home=GAYA)
    assert [each.organisation.partner for each in step.items] == ["gaya", "bihar", "all-india"]
    assert {reason for each in step.items for reason in each.reasons} == {"helpline"}
