"""Officers' keys: made by the officer, opened by the passphrase, and by nothing else."""

import json

import pytest

from api.holder.reviewing.sealed_keys import WrongPassphraseError, open_key, seal_key
from api.holder.staff.roles import Role
from api.holder.storage.officers import by_name
from api.wire.request_keys import PublicKey, RequestKey
from matcher.errors import InputError
from tests.api.holder.reviewing.room import PASSPHRASE, Person, Room
from tests.api.service.requests_to import problem_in


def test_an_officer_makes_a_key_and_is_told_what_to_read_out(room: Room) -> None:
    person = room.person(Role.OFFICER)
    answer = room.call("POST", "/v1/officers/me", person.secret, json={"passphrase": PASSPHRASE})
    assert answer.status_code == 201
    made = answer.json()
    with room.database.read() as conn:
        row = by_name(conn, made["officer"])
    assert row is not None
    assert (row.state, row.login) == ("new", person.login)
    assert made["fingerprint"] == PublicKey.from_text(row.public_key).fingerprint()
    assert open_key(row.name, row.public_key, row.sealed_key, PASSPHRASE).public.text == row.public_key
    assert (room.audited()[-1].what, room.audited()[-1].about) == ("officer-added", row.name)
    (shown,) = room.call("GET", "/v1/officers", room.admin).json()["items"]
    assert (shown["login"], shown["fingerprint"], shown["state"]) == (person.login, made["fingerprint"], "new")
    assert PASSPHRASE not in answer.text


def test_an_officer_has_one_key_at_a_time(room: Room) -> None:
    person = room.officer()
    answer = room.call("POST", "/v1/officers/me", person.secret, json={"passphrase": PASSPHRASE})
    assert (answer.status_code, problem_in(answer)) == (422, "invalid-body")
    assert room.call("DELETE", f"/v1/officers/{person.key}", person.secret).status_code == 204
    assert room.call("POST", "/v1/officers/me", person.secret, json={"passphrase": PASSPHRASE}).status_code == 201
    states = [each["state"] for each in room.call("GET", "/v1/officers", person.secret).json()["items"]]
    assert states == ["revoked", "new"]


@pytest.mark.parametrize("passphrase", ["", "short", "eleven char"])
def test_a_short_passphrase_is_refused(room: Room, passphrase: str) -> None:
    person = room.person(Role.OFFICER)
    answer = room.call("POST", "/v1/officers/me", person.secret, json={"passphrase": passphrase})
    assert answer.status_code == 422
    assert not passphrase or passphrase not in answer.text


def test_a_key_is_revoked_by_its_officer_or_an_administrator(room: Room) -> None:
    one, other = room.officer(), room.officer()
    assert problem_in(room.call("DELETE", f"/v1/officers/{one.key}", other.secret)) == "not-allowed"
    assert problem_in(room.call("DELETE", f"/v1/officers/{'z' * 22}", other.secret)) == "no-such-resource"
    admin = room.person(Role.ADMIN)
    for _ in range(2):
        assert room.call("DELETE", f"/v1/officers/{one.key}", admin.secret).status_code == 204
    assert [each.what for each in room.audited()].count("officer-revoked") == 1
    assert problem_in(room.sign(room.proposed("possible"), one)) == "officer-unknown"


def test_whoever_is_no_officer_makes_no_key_and_sees_none(room: Room) -> None:
    for person in (room.reviewer, room.seeker, room.person(Role.ADMIN), room.person(Role.AUDITOR)):
        answer = room.call("POST", "/v1/officers/me", person.secret, json={"passphrase": PASSPHRASE})
        assert problem_in(answer) == "not-allowed"
    assert problem_in(room.call("GET", "/v1/officers", room.reviewer.secret)) == "not-allowed"


def test_nobody_is_administrator_and_officer_whatever_path_changes_roles(room: Room) -> None:
    both = ["admin", "officer"]
    with pytest.raises(InputError, match="two accounts"):
        room.gateway.accounts.add("asha", "", both, "a long password 1")
    room.gateway.accounts.add("asha", "", ["admin"], "a long password 1")
    with pytest.raises(InputError, match="two accounts"):
        room.gateway.accounts.change("asha", roles=both)
    changed = room.call("PATCH", "/v1/staff/asha", room.admin, json={"roles": both})
    assert (changed.status_code, problem_in(changed)) == (422, "invalid-body")


def test_an_administrator_who_sets_the_password_anew_cannot_sign(room: Room) -> None:
    officer, candidate = room.officer(), room.proposed("possible")
    password = "a new password of the admin"
    changed = room.call("PATCH", f"/v1/staff/{officer.login}", room.admin, json={"password": password})
    assert changed.status_code == 204
    signed_in = room.call("POST", "/v1/sessions", "", json={"login": officer.login, "password": password})
    impostor = Person(signed_in.json()["token"], officer.login, officer.staff_id)
    sent = {
        "order": {"authority": "CWC", "number": "1", "date": "2026-11-01"}, "revision": 1, "passphrase": password,
    }  # fmt: skip
    answer = room.call("POST", f"/v1/inbox/{candidate}/release", impostor.secret, json=sent)
    assert (answer.status_code, problem_in(answer)) == (403, "not-allowed")
    # A key of the impostor's own is not confirmed: nobody read its fingerprint out to the hub's operator.
    room.call("DELETE", f"/v1/officers/{officer.key}", impostor.secret)
    enrolled = room.call("POST", "/v1/officers/me", impostor.secret, json={"passphrase": password})
    assert enrolled.status_code == 201
    answer = room.call("POST", f"/v1/inbox/{candidate}/release", impostor.secret, json=sent)
    assert problem_in(answer) == "officer-unknown"


def test_a_sealed_key_opens_for_its_officer_and_as_it_was_written_alone() -> None:
    key, other = RequestKey.generate(), RequestKey.generate()
    sealed = seal_key("a" * 22, key, "pass\u00e9phrase long")
    assert open_key("a" * 22, key.public.text, sealed, "passe\u0301phrase long") == key
    for officer, public, passphrase in (
        ("b" * 22, key.public.text, "pass\u00e9phrase long"),
        ("a" * 22, other.public.text, "pass\u00e9phrase long"),
        ("a" * 22, key.public.text, "passephrase long"),
    ):
        with pytest.raises(WrongPassphraseError):
            open_key(officer, public, sealed, passphrase)
    header = json.loads(sealed)
    header["kdf"]["iterations"] += 1
    with pytest.raises(WrongPassphraseError):
        open_key("a" * 22, key.public.text, json.dumps(header).encode(), "pass\u00e9phrase long")
