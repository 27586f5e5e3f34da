"""Signing in, lockout, roles, tokens: over HTTP, on both databases."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from api.holder.staff.lockout import FREE_ATTEMPTS, LONGEST_DELAY, Attempts, UnknownLogins
from api.holder.staff.passwords import Passwords
from api.holder.staff.roles import DEFAULT_SYSTEM_SCOPES, SCOPES, SYSTEM_SCOPES, Role, Scope
from api.holder.storage.tables import staff, tokens
from matcher.errors import InputError
from tests.api.holder.desk import START, Desk
from tests.api.service.requests_to import problem_in

PASSWORD = "a long password 1"


class Cheap(Passwords):
    """The same rules with little work, since argon2id is slow on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self._hasher = type(self._hasher)(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with an administrator."""
    cheap = Cheap()
    desk.gateway.sessions._passwords = desk.gateway.accounts._passwords = cheap
    desk.gateway.accounts.add("asha", "Asha Rao", ["admin", "custodian"], PASSWORD)
    return desk


def sign_in(desk: Desk, login: str = "asha", password: str = PASSWORD) -> httpx.Response:
    return desk.call("POST", "/v1/sessions", "", json={"login": login, "password": password})


def session(desk: Desk, login: str = "asha") -> str:
    token: str = sign_in(desk, login).json()["token"]
    return token


# --- sessions -------------------------------------------------------------------------------------------------------


def test_signing_in_gives_the_scopes_of_the_roles_until_one_signs_out(office: Desk) -> None:
    answer = sign_in(office)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    secret = answer.json()["token"]
    assert set(answer.json()["scopes"]) == SCOPES[Role.ADMIN] | SCOPES[Role.CUSTODIAN]
    assert office.call("GET", "/v1/sessions/current", secret).json()["by"] == "session:asha"
    assert office.call("DELETE", "/v1/sessions/current", secret).status_code == 204
    assert problem_in(office.call("GET", "/v1/sessions/current", secret)) == "not-signed-in"


def test_a_session_ends_by_itself(office: Desk) -> None:
    secret = session(office)
    office.clock.advance(hours=11.9)
    assert office.call("GET", "/v1/sessions/current", secret).status_code == 200
    office.clock.advance(hours=0.2)
    assert office.call("GET", "/v1/sessions/current", secret).status_code == 401


def test_a_wrong_password_and_a_login_that_is_none_get_the_same_answer(office: Desk) -> None:
    wrong, none = sign_in(office, password="a long password 2"), sign_in(office, "zqxw")
    assert wrong.json() == none.json()
    assert (wrong.status_code, problem_in(wrong)) == (401, "not-signed-in")
    assert PASSWORD not in wrong.text


def test_an_unknown_login_takes_the_same_work(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    fits = Cheap.fits
    monkeypatch.setattr(Cheap, "fits", lambda self, encoded, word: asked.append(encoded) or fits(self, encoded, word))
    sign_in(office, "zqxw")
    assert asked == [None]
    assert office.gateway.sessions._passwords._nobody is not None  # a hash was verified all the same


@pytest.mark.parametrize("login", ["asha", "zqxw"])
def test_after_some_wrong_passwords_a_growing_delay(office: Desk, login: str) -> None:
    for _ in range(FREE_ATTEMPTS):
        assert sign_in(office, login, "wrong").status_code == 401
    delays = []
    for _ in range(3):
        answer = sign_in(office, login)
        assert (answer.status_code, problem_in(answer)) == (429, "too-many-attempts")
        delays.append(int(answer.headers["retry-after"]))
        office.clock.advance(seconds=delays[-1])
        assert sign_in(office, login, "wrong").status_code == 401
    assert delays[0] < delays[1] < delays[2]


def test_a_flood_of_sign_ins_leaves_threads_for_others(office: Desk) -> None:
    waiting = office.gateway.sessions._waiting
    taken = 0
    while waiting.acquire(blocking=False):
        taken += 1
    answer = sign_in(office)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    for _ in range(taken):
        waiting.release()
    assert sign_in(office).status_code == 201


def test_the_right_password_after_the_delay_begins_anew(office: Desk) -> None:
    for _ in range(FREE_ATTEMPTS):
        sign_in(office, password="wrong")
    office.clock.advance(minutes=1)
    assert sign_in(office).status_code == 201
    with office.database.read() as conn:
        assert conn.execute(select(staff.c.failures)).scalar_one() == 0


def test_a_delay_survives_a_restart(office: Desk, tmp_path: Any) -> None:
    for _ in range(FREE_ATTEMPTS):
        sign_in(office, password="wrong")
    assert sign_in(Desk(office.database, tmp_path)).status_code == 429


@given(st.integers(0, 10_000))
def test_a_delay_never_exceeds_its_bound(failures: int) -> None:
    after = Attempts(failures).failed(START)
    assert after.seconds_left(START) <= LONGEST_DELAY.total_seconds() + 1
    assert (after.seconds_left(START) > 0) == (failures + 1 >= FREE_ATTEMPTS)


def test_unknown_logins_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.holder.staff.lockout.MOST_REMEMBERED", 3)
    unknown = UnknownLogins()
    for number in range(5):
        unknown.failed(bytes([number]), START)
    assert [unknown.attempts(bytes([number])).failures for number in range(5)] == [0, 0, 1, 1, 1]


def test_the_database_holds_no_secret(office: Desk) -> None:
    secret = session(office)
    with office.database.read() as conn:
        stored = repr([*conn.execute(select(tokens)), *conn.execute(select(staff))])
    assert secret not in stored
    assert secret.removeprefix("milap_") not in stored
    assert PASSWORD not in stored


def test_real_passwords_are_argon2id_and_are_checked() -> None:
    passwords = Passwords()
    encoded = passwords.hashed("cle\u0301 de la maison")
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.fits(encoded, "cl\u00e9 de la maison")
    assert not passwords.fits(encoded, "clef de la maison")
    assert not passwords.fits(None, "a password that nobody has")
    assert not passwords.fits("zqxw", "a password")
    assert not passwords.is_outdated(encoded)


def test_an_outdated_hash_is_renewed_at_the_next_signing_in(desk: Desk, office: Desk) -> None:
    with office.database.read() as conn:
        before = conn.execute(select(staff.c.password_hash)).scalar_one()
    office.gateway.sessions._passwords = Passwords()
    assert sign_in(office).status_code == 201
    with office.database.read() as conn:
        assert conn.execute(select(staff.c.password_hash)).scalar_one() != before


# --- staff ----------------------------------------------------------------------------------------------------------


def test_an_administrator_makes_and_changes_accounts(office: Desk) -> None:
    admin = session(office)
    new = {"login": "bina", "title": "Bina Das", "roles": ["intake"], "password": PASSWORD}
    assert office.call("POST", "/v1/staff", admin, json=new).status_code == 201
    assert "taken" in office.call("POST", "/v1/staff", admin, json=new).json()["detail"]
    bina = session(office, "bina")
    assert office.call("GET", "/v1/staff", bina).status_code == 403
    assert office.call("GET", "/v1/inbox", bina).status_code == 403
    assert office.call("PATCH", "/v1/staff/bina", admin, json={"title": "B. Das"}).status_code == 204
    assert office.call("GET", "/v1/records", bina).status_code == 200
    assert office.call("PATCH", "/v1/staff/bina", admin, json={"roles": ["auditor"]}).status_code == 204
    assert office.call("GET", "/v1/records", bina).status_code == 401  # what she was allowed has changed
    assert office.call("PATCH", "/v1/staff/bina", admin, json={"disabled": True}).status_code == 204
    assert sign_in(office, "bina").status_code == 401
    shown = office.call("GET", "/v1/staff", admin).json()["items"]
    assert [(each["login"], each["roles"], each["disabled"]) for each in shown] == [
        ("asha", ["admin", "custodian"], False), ("bina", ["auditor"], True),
    ]  # fmt: skip
    assert "argon" not in str(shown)


@pytest.mark.parametrize(
    "change", [{"login": "A b"}, {"roles": []}, {"roles": ["king"]}, {"password": "short"}, {"zqxw": 1}]
)
def test_accounts_that_cannot_be_made(office: Desk, change: dict[str, Any]) -> None:
    new = {"login": "bina", "roles": ["intake"], "password": PASSWORD} | change
    answer = office.call("POST", "/v1/staff", office.admin, json=new)
    assert (answer.status_code, problem_in(answer)) == (422, "invalid-body")
    assert "short" not in answer.text.replace("too short", "")


@pytest.mark.parametrize("change", [{"disabled": True}, {"roles": ["custodian"]}])
def test_the_last_administrator_stays(office: Desk, change: dict[str, Any]) -> None:
    answer = office.call("PATCH", "/v1/staff/asha", office.admin, json=change)
    assert answer.status_code == 422
    assert "Nobody would be left" in answer.json()["detail"]
    assert sign_in(office).status_code == 201


def test_changing_ones_own_password(office: Desk) -> None:
    secret = session(office)
    path = "/v1/sessions/current/password"
    wrong = office.call("PUT", path, secret, json={"old": "wrong", "new": "another long one"})
    assert wrong.status_code == 422
    assert office.call("PUT", path, secret, json={"old": PASSWORD, "new": "another long one"}).status_code == 204
    assert office.call("GET", "/v1/sessions/current", secret).status_code == 401
    assert sign_in(office, password="another long one").status_code == 201
    assert office.call("PUT", path, office.admin, json={"old": "", "new": ""}).status_code == 403


def test_an_account_that_is_none(office: Desk) -> None:
    with pytest.raises(InputError, match="no account"):
        office.gateway.accounts.change("nobody", disabled=True)


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_a_police_system_gets_records_and_no_candidates(office: Desk) -> None:
    made = office.call("POST", "/v1/tokens", office.admin, json={"name": "Police CCTNS"}).json()
    assert set(made["scopes"]) == DEFAULT_SYSTEM_SCOPES == {Scope.RECORDS_READ, Scope.RECORDS_WRITE}
    assert made["token"].startswith("milap_")
    assert office.call("GET", "/v1/records", made["token"]).status_code == 200
    assert office.call("GET", "/v1/inbox", made["token"]).status_code == 403
    shown = office.call("GET", "/v1/tokens", office.admin).json()["items"]
    assert made["token"] not in str(shown)
    assert office.call("DELETE", f"/v1/tokens/{made['id']}", office.admin).status_code == 204
    assert office.call("GET", "/v1/records", made["token"]).status_code == 401
    assert office.call("DELETE", "/v1/tokens/99999", office.admin).status_code == 422


def test_a_token_may_end_by_itself(office: Desk) -> None:
    made = office.call("POST", "/v1/tokens", office.admin, json={"name": "x", "days": 2, "scopes": ["sync:read"]})
    secret = made.json()["token"]
    assert office.call("GET", "/v1/sync", secret).status_code == 200
    office.clock.advance(days=3)
    assert office.call("GET", "/v1/sync", secret).status_code == 401


@pytest.mark.parametrize(
    "change", [{"scopes": ["staff:manage"]}, {"scopes": ["zqxw"]}, {"name": ""}, {"days": 0}, {"days": 10**9}]
)
def test_tokens_that_cannot_be_made(office: Desk, change: dict[str, Any]) -> None:
    answer = office.call("POST", "/v1/tokens", office.admin, json={"name": "x"} | change)
    assert (answer.status_code, problem_in(answer)) == (422, "invalid-body")


def test_no_token_has_power_over_people_and_only_the_desk_that_has_the_child_sees_candidates() -> None:
    assert SYSTEM_SCOPES.isdisjoint({Scope.STAFF_MANAGE, Scope.TOKENS_MANAGE, Scope.RECORDS_ERASE})
    # An officer signs what a custodian took for possible, and has to see it.
    assert [role for role in Role if Scope.CANDIDATES_READ in SCOPES[role]] == [Role.CUSTODIAN, Role.OFFICER]


def test_the_use_of_a_token_is_noted_now_and_then(office: Desk) -> None:
    made = office.call("POST", "/v1/tokens", office.admin, json={"name": "x"}).json()
    office.clock.advance(minutes=5)
    office.call("GET", "/v1/records", made["token"])
    shown = office.call("GET", "/v1/tokens", office.admin).json()["items"][0]
    assert shown["last_used_at"] == office.clock().isoformat()
