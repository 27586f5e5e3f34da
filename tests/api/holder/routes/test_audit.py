"""/v1/audit at the gateway, and what its people do in the log; on both databases."""

from typing import Any

import pytest

from api.holder.staff.roles import Role, Scope, scopes_of
from api.holder.storage.tables import audit
from api.holder.sync import hub_facts
from api.holder.sync.hub_facts import KnownHub
from api.service.audit.checkpoints import publish
from api.service.audit.verifying import verify
from api.wire.audit import Checkpoint, verify_checkpoint
from api.wire.request_keys import RequestKey
from tests.api.holder.desk import Desk
from tests.api.service.requests_to import problem_in

PASSWORD = "correct horse battery staple"
KEY = RequestKey.generate()


def entries(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    answer = desk.call("GET", "/v1/audit", desk.admin, params=query)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert isinstance(items, list)
    return items


def added(desk: Desk, login: str = "asha") -> None:
    body = {"login": login, "title": "Desk officer", "roles": ["intake"], "password": PASSWORD}
    assert desk.call("POST", "/v1/staff", desk.admin, json=body).status_code == 201


def test_what_is_done_to_accounts_and_tokens_is_in_the_log(desk: Desk) -> None:
    added(desk)
    change = {"roles": ["custodian"], "title": "Shelter desk"}
    desk.call("PATCH", "/v1/staff/asha", desk.admin, json=change)
    desk.call("PATCH", "/v1/staff/asha", desk.admin, json={"password": PASSWORD + "!"})
    desk.call("PATCH", "/v1/staff/asha", desk.admin, json={"disabled": True})
    token = desk.call("POST", "/v1/tokens", desk.admin, json={"name": "police system"}).json()
    desk.call("DELETE", f"/v1/tokens/{token['id']}", desk.admin)
    found = entries(desk)
    assert [item["what"] for item in found] == [
        "staff-added", "staff-changed", "staff-changed", "staff-disabled", "token-made", "token-revoked",
    ]  # fmt: skip
    assert {item["by"] for item in found} == {desk.gateway.sessions.principal_of(f"Bearer {desk.admin}").by}
    assert [item["about"] for item in found] == ["asha"] * 4 + [str(token["id"])] * 2
    assert found[1]["facts"] == {"changed": "title,roles", "roles": "custodian"}
    assert found[2]["facts"] == {"changed": "password"}
    text = str(found)
    assert token["token"] not in text
    assert PASSWORD not in text
    assert "Shelter desk" not in text


def test_at_the_keyboard_it_is_the_operator(desk: Desk) -> None:
    desk.gateway.accounts.add("asha", "Asha Rao", ["admin"], PASSWORD)
    assert [(item["by"], item["facts"]) for item in entries(desk)] == [
        ("gateway-operator", {"roles": "admin", "office": None})
    ]


def test_what_was_refused_is_not_in_the_log(desk: Desk) -> None:
    added(desk)
    body = {"login": "asha", "roles": ["intake"], "password": PASSWORD}
    assert desk.call("POST", "/v1/staff", desk.admin, json=body).status_code == 422
    desk.call("PATCH", "/v1/staff/nobody", desk.admin, json={"disabled": True})
    desk.call("DELETE", "/v1/tokens/999", desk.admin)
    assert len(entries(desk)) == 1


def test_an_erasure_is_in_the_log_by_its_ref(desk: Desk) -> None:
    ref = desk.create(1).json()["ref"]
    for _ in range(2):
        desk.call("DELETE", f"/v1/records/{ref}", desk.admin)
    (found,) = entries(desk)
    assert (found["what"], found["about"]) == ("record-erased", ref)
    assert "C-1" not in str(found)


def test_pages_follow_each_other(desk: Desk) -> None:
    for number in range(5):
        added(desk, f"clerk-{number}")
    first = desk.call("GET", "/v1/audit?limit=2", desk.admin).json()
    assert [item["number"] for item in first["items"]] == [0, 1]
    rest = desk.call("GET", f"/v1/audit?after={first['next']}", desk.admin).json()
    assert [item["number"] for item in rest["items"]] == [2, 3, 4]
    assert rest["next"] is None


@pytest.mark.parametrize("path", ["/v1/audit", "/v1/audit/checkpoint"])
def test_administrators_and_auditors_read_it_and_nobody_else(desk: Desk, path: str) -> None:
    for role in Role:
        answer = desk.call("GET", path, desk.token(scopes_of([role])))
        allowed = Scope.AUDIT_READ in scopes_of([role])
        assert allowed == (role in (Role.ADMIN, Role.AUDITOR))
        assert (answer.status_code != 403) == allowed
    assert problem_in(desk.call("GET", path, "")) == "not-signed-in"


def test_the_checkpoint_is_shown_once_there_is_one(desk: Desk) -> None:
    assert problem_in(desk.call("GET", "/v1/audit/checkpoint", desk.admin)) == "no-such-resource"
    hub = KnownHub("http://127.0.0.1:1", "hub-one", KEY.public.text, "west-bengal", trusted=True)
    added(desk)
    with desk.database.write() as conn:
        hub_facts.store(conn, hub, desk.clock())
    assert problem_in(desk.call("GET", "/v1/audit/checkpoint", desk.admin)) == "no-such-resource"
    with desk.database.write() as conn:
        publish(conn, audit, KEY, "west-bengal", desk.clock())
    found = Checkpoint.model_validate_json(desk.call("GET", "/v1/audit/checkpoint", desk.admin).content)
    assert (found.origin, found.size) == ("west-bengal", 1)
    assert verify_checkpoint(found, KEY.public)
    with desk.database.read() as conn:
        assert verify(conn, audit, "west-bengal", KEY.public).sound


def test_a_person_is_named_by_login_in_whichever_session(desk: Desk) -> None:
    desk.gateway.accounts.add("asha", "Asha Rao", ["admin"], PASSWORD)
    secret = desk.gateway.sessions.begin("asha", PASSWORD).secret
    body = {"login": "bina", "roles": ["intake"], "password": PASSWORD}
    desk.call("POST", "/v1/staff", secret, json=body)
    assert entries(desk)[-1]["by"] == "asha"
