"""The table of permissions against the gateway as it answers: every endpoint, every role, own and other objects."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select, update

from api.holder.routes.permissions import PERMISSIONS, Open, Own, Permission, Verdict, verdict, verdict_of_role
from api.holder.staff.roles import SCOPES, SYSTEM_SCOPES, Role, Scope
from api.holder.storage.records import SEALED_BY_COURT
from api.holder.storage.tables import inbox, links, records
from tests.api.holder.desk import START, Desk, body, child
from tests.api.holder.photos.fake_faces import picture
from tests.api.service.requests_to import problem_in
from tests.api.service.walked import endpoints_of

HERE, ELSEWHERE = "Amdanga", "Basirhat"
OURS = [endpoint for endpoint, permission in PERMISSIONS.items() if not isinstance(permission.needs, Open)]
BOUND = [each for each in OURS if PERMISSIONS[each].own in (Own.OFFICE, Own.OFFICE_SEEN) and "{" in each[1]]
LISTS = [each for each in OURS if PERMISSIONS[each].own in (Own.OFFICE, Own.OFFICE_SEEN) and "{" not in each[1]]

ORDER = {"authority": "Zqxw Committee", "number": "7/2026", "date": "2026-10-30"}
SENDS: dict[tuple[str, str], Any] = {
    ("PUT", "/v1/records/{ref}"): body(child(2, "found"), "shelter"),
    ("POST", "/v1/records/{ref}/withdraw"): {"reason": "other"},
    ("PUT", "/v1/records/{ref}/hold"): {"order": ORDER},
    ("POST", "/v1/inbox/{candidate}/decisions"): {"decision": "possible", "revision": 1},
    ("POST", "/v1/inbox/{candidate}/release"): {"order": ORDER, "revision": 1, "passphrase": "a long passphrase"},
    ("POST", "/v1/inbox/{candidate}/release/approval"): {"revision": 1, "passphrase": "a long passphrase"},
    ("POST", "/v1/releases/{candidate}/decisions"): {"decision": "accept", "revision": 1},
    ("POST", "/v1/links/{link}/words"): {"word": "same", "revision": 1},
    ("PUT", "/v1/records/{ref}/photos/{photo}/face"): {"face": 0},
}
"""Bodies that get as far as the object: without one, the body would be refused before anybody looks for it."""


FILES = {("POST", "/v1/records/{ref}/photos"): {"file": ("a.jpg", picture("Meena"))}}
"""The same of forms."""


def role_for(permission: Permission) -> Role:
    """A role that may, the first that sees sealed records where there is one."""
    able = [role for role in (Role.CUSTODIAN, *Role) if verdict_of_role(permission, role) is not Verdict.NO]
    return able[0]


def ask(desk: Desk, endpoint: tuple[str, str], secret: str, path: str | None = None) -> httpx.Response:
    method, template = endpoint
    filled = path or re.sub(r"\{[^}]+\}", "1" if "token" in template else "A" * 22, template)
    if endpoint in FILES:
        return desk.call(method, filled, secret, files=FILES[endpoint])
    sends = SENDS.get(endpoint, {} if method in ("POST", "PUT", "PATCH") else None)
    return desk.call(method, filled, secret, json=sends, headers={"If-Match": '"1"'})


def test_the_table_has_every_endpoint_and_no_other(desk: Desk) -> None:
    assert endpoints_of(desk.app) == set(PERMISSIONS)


def test_nobody_gets_further_without_signing_in(desk: Desk) -> None:
    for endpoint, permission in PERMISSIONS.items():
        if not isinstance(permission.needs, Open) or permission.needs is Open.SESSION:
            for secret in ("", "milap_zqxw"):
                answer = ask(desk, endpoint, secret)
                assert (endpoint, answer.status_code, problem_in(answer)) == (endpoint, 401, "not-signed-in")


@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_the_table_says_and_nothing_beside(desk: Desk, role: Role) -> None:
    secret = desk.member(role)
    for endpoint in OURS:
        answer = ask(desk, endpoint, secret)
        refused = (answer.status_code, problem_in(answer)) == (403, "not-allowed") if answer.is_error else False
        assert (endpoint, refused) == (endpoint, verdict_of_role(PERMISSIONS[endpoint], role) is Verdict.NO)
        assert (endpoint, answer.status_code) != (endpoint, 401)
        assert (endpoint, answer.status_code // 100) != (endpoint, 5)


def test_a_system_may_at_most_what_the_table_says(desk: Desk) -> None:
    secret = desk.token(SYSTEM_SCOPES)
    for endpoint in OURS:
        answer = ask(desk, endpoint, secret)
        allowed = verdict(PERMISSIONS[endpoint], SYSTEM_SCOPES) is not Verdict.NO
        assert (endpoint, answer.status_code == 403) == (endpoint, not allowed)


class Objects:
    """A found record of another office, with a candidate, a release, a link and an import of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        report = body(child(2, "found"), "shelter", office=ELSEWHERE)
        self.ref = desk.call("POST", "/v1/records", desk.custodian, json=report).json()["ref"]
        form = {"kind": "missing", "source": "police"}
        file = {"file": ("a.csv", "record_id\nC-9\n")}
        elsewhere = desk.member(Role.INTAKE, office=ELSEWHERE)
        self.job = desk.call("POST", "/v1/imports", elsewhere, files=file, data=form).json()["name"]
        self.photo = desk.add_photo(self.ref, picture("Salma"), desk.custodian).json()["photo"]
        with desk.database.write() as conn:
            number = conn.execute(select(records.c.id).where(records.c.ref == self.ref)).scalar_one()
            for name, side in (("B", "custodian"), ("C", "reporter")):
                conn.execute(insert(inbox).values(
                    candidate=name * 22, side=side, record_id=number, own_version=1, partner="khulna",
                    verdict="probable", levels="[]", state="proposed", revision=1, since=START, received_at=START,
                    changed_at=START,
                ))  # fmt: skip
            conn.execute(insert(links).values(
                name="D" * 22, record_id=number, own_version=1, partner="khulna", levels="[]", state="proposed",
                revision=1, received_at=START, changed_at=START,
            ))  # fmt: skip

    def path(self, template: str) -> str:
        """The path of the object that a template asks for."""
        side = "C" if template.startswith("/v1/releases") else "B"
        names = {"{ref}": self.ref, "{candidate}": side * 22, "{name}": self.job, "{link}": "D" * 22}
        names["{photo}"] = self.photo
        for name, value in names.items():
            template = template.replace(name, value)
        return template

    def everything(self) -> list[str]:
        """Whatever would tell of them."""
        return [self.ref, self.job, self.photo, *(letter * 22 for letter in "BCD")]


    def is_hidden(self, endpoint: tuple[str, str], secret: str) -> None:
        """The object of an endpoint answers with the bytes of one that does not exist."""
        theirs, none = ask(self.desk, endpoint, secret, self.path(endpoint[1])), ask(self.desk, endpoint, secret)
        assert (endpoint, problem_in(theirs)) == (endpoint, "no-such-resource")
        assert (endpoint, theirs.content) == (endpoint, none.content)


@pytest.fixture
def objects(desk: Desk) -> Objects:
    return Objects(desk)


def test_another_offices_object_answers_like_one_that_does_not_exist(desk: Desk, objects: Objects) -> None:
    secrets = {role: desk.member(role, office=HERE) for role in Role}
    for endpoint in BOUND:
        for role in Role:
            if verdict_of_role(PERMISSIONS[endpoint], role) is not Verdict.NO:
                objects.is_hidden(endpoint, secrets[role])


def test_an_object_of_a_sealed_record_answers_so_to_whoever_may_not_read_sealed_ones(
    desk: Desk, objects: Objects
) -> None:
    with desk.database.write() as conn:
        conn.execute(update(records).values(kept_because=SEALED_BY_COURT))
    secrets = {role: desk.member(role) for role in Role if Scope.SEALED_READ not in SCOPES[role]}
    for endpoint in BOUND:
        for role, secret in secrets.items():
            allowed = verdict_of_role(PERMISSIONS[endpoint], role) is not Verdict.NO
            if PERMISSIONS[endpoint].own is Own.OFFICE_SEEN and allowed:
                objects.is_hidden(endpoint, secret)


def test_the_same_object_is_there_for_its_own_office(desk: Desk, objects: Objects) -> None:
    """Or the test before would prove nothing. Only reads: a write would change what the next one finds."""
    for endpoint in BOUND:
        if endpoint[0] == "GET" and not endpoint[1].endswith(("/erasure", "/hold")):
            secret = desk.member(role_for(PERMISSIONS[endpoint]), office=ELSEWHERE)
            assert (endpoint, ask(desk, endpoint, secret, objects.path(endpoint[1])).status_code) == (endpoint, 200)


def test_no_list_tells_of_another_offices_objects(desk: Desk, objects: Objects) -> None:
    for endpoint in LISTS:
        if endpoint[0] == "GET" or endpoint[1].endswith("/search"):
            secret = desk.member(role_for(PERMISSIONS[endpoint]), office=HERE)
            answer = ask(desk, endpoint, secret)
            assert (endpoint, answer.status_code) == (endpoint, 200)
            assert not [each for each in objects.everything() if each in answer.text], endpoint
