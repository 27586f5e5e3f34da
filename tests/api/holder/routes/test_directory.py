"""The directory's endpoints at a gateway."""

import pytest

from api.holder.directory import copy
from api.holder.directory.copy import DirectoryCopy
from api.holder.staff.roles import Role, scopes_of
from tests.api.holder.desk import Desk
from tests.api.service.organisations import entry, organisation
from tests.api.service.requests_to import problem_in


@pytest.fixture
def copied(desk: Desk) -> Desk:
    items = (
        organisation("committee", "child_welfare_committee", ("India", "Bihar", "Gaya"), agreement="MoU 7"),
        organisation("home", "shelter", ("Bangladesh", "Dhaka", "Dhaka"), services=["shelter"]),
    )
    with desk.database.write() as conn:
        copy.store(conn, DirectoryCopy(as_of=desk.clock(), items=items))
    return desk


def test_everybody_who_deals_with_children_may_search(copied: Desk) -> None:
    found = copied.call("GET", "/v1/directory?country=bangladesh&service=shelter").json()
    assert ([each["partner"] for each in found["items"]], found["as_of"][:10]) == (["home"], "2026-11-02")
    for role in (Role.CUSTODIAN, Role.OFFICER, Role.REPORTER, Role.ADMIN):
        assert copied.call("GET", "/v1/directory", copied.token(scopes_of([role]))).status_code == 200
    assert copied.call("GET", "/v1/directory", copied.token(scopes_of([Role.AUDITOR]))).status_code == 403
    assert copied.call("GET", "/v1/directory", "").status_code == 401


def test_the_next_step(copied: Desk) -> None:
    query = "found_country=Bangladesh&found_state=Dhaka&found_district=Dhaka"
    query += "&home_country=India&home_state=Bihar&home_district=Gaya"
    found = copied.call("GET", f"/v1/next-step?{query}").json()
    assert [(each["organisation"]["partner"], each["reasons"]) for each in found["items"]] == [
        ("committee", ["committee_of_home"]), ("home", ["shelter_near_found"]),
    ]  # fmt: skip
    assert found["items"][0]["organisation"]["agreement"]["document"] == "MoU 7"
    assert problem_in(copied.call("GET", "/v1/next-step?found_country=India")) == "invalid-query"


def test_only_an_administrator_says_what_the_organisation_is(desk: Desk) -> None:
    assert problem_in(desk.call("GET", "/v1/directory/me")) == "no-such-resource"
    assert desk.call("PUT", "/v1/directory/me", json=entry()).status_code == 403
    changes = desk.sync.changes
    answer = desk.call("PUT", "/v1/directory/me", desk.admin, json=entry(title="Asha"))
    assert (answer.status_code, answer.json()["published"], desk.sync.changes) == (200, False, changes + 1)
    assert desk.call("GET", "/v1/directory/me").json()["entry"]["title"] == "Asha"
    assert problem_in(desk.call("PUT", "/v1/directory/me", desk.admin, json=entry(kind="zoo"))) == "invalid-body"
    assert desk.call("DELETE", "/v1/directory/me", desk.admin).status_code == 204
    assert problem_in(desk.call("GET", "/v1/directory/me")) == "no-such-resource"
