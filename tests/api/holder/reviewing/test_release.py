"""Releases: an order, two officers, and nothing in between."""

import json
import threading
from typing import Any

import pytest
from sqlalchemy import update

from api.holder.storage.officers import ACTIVE, PENDING, REVOKED, by_name, move
from api.holder.storage.tables import staff
from api.wire.decisions import RELEASE, release_statement
from api.wire.request_keys import PublicKey
from tests.api.holder.reviewing.room import ORDER, PASSPHRASE, Person, Room
from tests.api.service.requests_to import problem_in


@pytest.fixture
def possible(room: Room) -> str:
    return room.proposed("possible", revision=4)


@pytest.fixture
def officers(room: Room) -> tuple[Person, Person]:
    return room.officer(), room.officer()


def test_two_officers_sign_the_same_statement_under_one_order(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    first, second = officers
    answer = room.sign(possible, first, 4)
    assert (answer.status_code, answer.json()["state"]) == (202, "unsigned")
    answer = room.approve(possible, second, 4)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    (row,) = room.made(possible)
    assert (row.state, row.by, row.second_by) == ("waiting", first.login, second.login)
    assert row.order_mark is not None
    ref = room.shown(possible)["own"]["ref"]
    statement = release_statement(
        hub="hub-one", custodian="kendpur", candidate=possible, revision=4, found_ref=ref, found_version=1,
        order=row.order_mark,
    )  # fmt: skip
    signatures = json.loads(row.signatures)
    assert [each["officer"] for each in signatures] == [first.key, second.key]
    for each in signatures:
        with room.database.read() as conn:
            known = by_name(conn, each["officer"])
        assert known is not None
        assert PublicKey.from_text(known.public_key).verifies_bytes(RELEASE, statement, each["signature"])


def test_order_and_both_officers_are_in_the_audit_log_by_mark_and_login(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    first, second = officers
    room.sign(possible, first, 4)
    room.approve(possible, second, 4)
    signed, released = room.audited()[-2:]
    (row,) = room.made(possible)
    assert (signed.what, signed.by, signed.order) == ("release-signed", first.login, row.order_mark)
    assert (released.what, released.by, released.facts) == ("candidate-release", second.login, {"first": first.login})
    assert ORDER["number"] not in repr([signed, released])


def test_the_order_is_sealed_and_shown_to_those_who_may_read_orders(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    room.sign(possible, officers[0], 4)
    (row,) = room.made(possible)
    assert b"CWC" not in (row.sealed or b"")
    (shown,) = room.shown(possible)["decisions"]
    assert (shown["state"], shown["by"], shown["second_by"], shown["order"]) == (
        "unsigned", officers[0].login, None, ORDER,
    )  # fmt: skip
    without = room.token(["candidates:read"])  # type: ignore[list-item]
    (shown,) = room.call("GET", f"/v1/inbox/{possible}", without).json()["decisions"]
    assert "order" not in shown


def test_the_mark_of_an_order_is_the_same_however_it_is_spaced(room: Room, officers: tuple[Person, Person]) -> None:
    marks = set()
    for number in ("CWC/17", " CWC/17 ", "CWC/18"):
        candidate = room.proposed("possible")
        room.sign(candidate, officers[0], number=number)
        marks.add(room.made(candidate)[0].order_mark)
    assert len(marks) == 2


def test_one_officer_alone_releases_nothing(room: Room, possible: str, officers: tuple[Person, Person]) -> None:
    first, second = officers
    assert problem_in(room.approve(possible, first, 4)) == "order-required"
    room.sign(possible, first, 4)
    assert problem_in(room.approve(possible, first, 4)) == "second-person-required"
    assert problem_in(room.sign(possible, second, 4)) == "decision-pending"
    assert [row.state for row in room.made(possible)] == ["unsigned"]


def test_an_approval_may_be_sent_again(room: Room, possible: str, officers: tuple[Person, Person]) -> None:
    room.sign(possible, officers[0], 4)
    first, again = room.approve(possible, officers[1], 4), room.approve(possible, officers[1], 4)
    assert first.json() == again.json()
    assert len(json.loads(room.made(possible)[0].signatures)) == 2


@pytest.mark.parametrize(
    "changes",
    [{"number": "9" * 10_000}, {"number": ""}, {"number": "a\u0007b"}, {"authority": "x"}, {"authority": "y" * 201},
     {"date": "2026-11-05"}, {"date": "yesterday"}, {"number": "a\x00b"}],
)  # fmt: skip
def test_an_order_that_is_none_is_refused_without_an_echo(
    room: Room, possible: str, officers: tuple[Person, Person], changes: dict[str, str]
) -> None:
    answer = room.sign(possible, officers[0], 4, **changes)
    assert (answer.status_code, problem_in(answer)) == (422, "invalid-body")
    assert "9999" not in answer.text
    assert len(answer.content) < 1000
    assert room.everything_made() == []


def test_a_release_without_an_order_is_refused(room: Room, possible: str, officers: tuple[Person, Person]) -> None:
    sent = {"revision": 4, "passphrase": PASSPHRASE}
    answer = room.call("POST", f"/v1/inbox/{possible}/release", officers[0].secret, json=sent)
    assert (answer.status_code, problem_in(answer)) == (422, "invalid-body")


def test_a_candidate_that_changed_between_the_signatures_is_not_released(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    first, second = officers
    room.sign(possible, first, 4)
    room.notice(room.shown(possible)["own"]["ref"], int(possible), "possible", revision=5, verdict="weak")
    assert problem_in(room.approve(possible, second, 4)) == "candidate-changed"
    assert [row.state for row in room.made(possible)] == ["dropped"]
    assert room.audited()[-1].what == "release-dropped"
    assert problem_in(room.approve(possible, second, 5)) == "order-required"
    assert room.sign(possible, first, 5).status_code == 202


def test_an_approver_who_read_something_else_leaves_the_release_as_it_is(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    room.sign(possible, officers[0], 4)
    assert problem_in(room.approve(possible, officers[1], 3)) == "candidate-changed"
    assert room.approve(possible, officers[1], 4).status_code == 202


def test_a_release_of_what_was_withdrawn_meanwhile_is_dropped(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    room.sign(possible, officers[0], 4)
    ref = room.shown(possible)["own"]["ref"]
    room.call("POST", f"/v1/records/{ref}/withdraw", json={"reason": "duplicate"})
    assert problem_in(room.approve(possible, officers[1], 4)) == "candidate-withdrawn"
    assert [row.state for row in room.made(possible)] == ["dropped"]


def test_a_stale_release_is_in_nobodys_way(room: Room, possible: str, officers: tuple[Person, Person]) -> None:
    room.sign(possible, officers[0], 4)
    room.notice(room.shown(possible)["own"]["ref"], int(possible), "possible", revision=5)
    assert room.decide(possible, "reject", 5, reason="other").status_code == 202
    assert [row.state for row in room.made(possible)] == ["dropped", "waiting"]


def test_a_stopped_candidate_is_not_released(room: Room, officers: tuple[Person, Person]) -> None:
    stopped = room.proposed("possible", stopped=True)
    assert problem_in(room.sign(stopped, officers[0])) == "release-stopped"
    ref = room.record()
    later = room.notice(ref, 77, "possible")
    room.sign(later, officers[0])
    room.notice(ref, 77, "possible", stopped=True)
    assert problem_in(room.approve(later, officers[1])) == "release-stopped"
    room.notice(ref, 77, "possible")
    assert room.approve(later, officers[1]).status_code == 202


@pytest.mark.parametrize("state", ["proposed", "released", "rejected"])
def test_only_what_is_possible_is_released(room: Room, officers: tuple[Person, Person], state: str) -> None:
    assert problem_in(room.sign(room.proposed(state), officers[0])) == "decision-out-of-order"


@pytest.mark.parametrize("state", [PENDING, REVOKED])
def test_a_key_that_the_hub_has_not_confirmed_signs_nothing(
    room: Room, possible: str, officers: tuple[Person, Person], state: str
) -> None:
    with room.database.write() as conn:
        move(conn, officers[0].key, [ACTIVE], state, room.clock())
    assert problem_in(room.sign(possible, officers[0], 4)) == "officer-unknown"


def test_a_wrong_passphrase_signs_nothing_and_after_five_the_key_rests(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    room.sign(possible, officers[0], 4)
    for _ in range(5):
        assert problem_in(room.approve(possible, officers[1], 4, "another passphrase")) == "not-allowed"
    assert problem_in(room.approve(possible, officers[1], 4)) == "too-many-attempts"
    room.clock.advance(minutes=1)
    assert room.approve(possible, officers[1], 4).status_code == 202


def test_an_officer_whose_role_was_just_taken_away_signs_nothing(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    first, second = officers
    room.take_role_away(second)
    assert problem_in(room.sign(possible, second, 4)) == "not-allowed"
    room.sign(possible, first, 4)
    assert problem_in(room.approve(possible, second, 4)) == "not-allowed"


def test_a_disabled_officers_first_signature_counts_no_more(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    room.sign(possible, officers[0], 4)
    with room.database.write() as conn:
        conn.execute(update(staff).where(staff.c.id == officers[0].staff_id).values(disabled=True))
    assert problem_in(room.approve(possible, officers[1], 4)) == "officer-unknown"
    assert [row.state for row in room.made(possible)] == ["dropped"]


def test_a_role_taken_away_while_the_passphrase_was_stretched_stops_the_signature(
    room: Room, possible: str, officers: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = room.gateway.officers.opened

    def slow(*arguments: Any) -> Any:
        opened = plain(*arguments)
        room.take_role_away(officers[0])
        return opened

    monkeypatch.setattr(room.gateway.officers, "opened", slow)
    assert problem_in(room.sign(possible, officers[0], 4)) == "not-allowed"
    assert room.everything_made() == []


def test_a_release_that_waits_is_dropped_by_an_officer(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    path = f"/v1/inbox/{possible}/release"
    assert problem_in(room.call("DELETE", path, officers[1].secret)) == "no-such-resource"
    room.sign(possible, officers[0], 4)
    assert room.call("DELETE", path, officers[1].secret).status_code == 204
    assert [row.state for row in room.made(possible)] == ["dropped"]
    room.sign(possible, officers[0], 4)
    room.approve(possible, officers[1], 4)
    assert problem_in(room.call("DELETE", path, officers[1].secret)) == "no-such-resource"


def test_nobody_but_an_officer_signs_and_no_system_does(
    room: Room, possible: str, officers: tuple[Person, Person]
) -> None:
    for secret in (room.reviewer.secret, room.seeker.secret, room.admin, room.intake):
        person = Person(secret, "", 0)
        assert problem_in(room.sign(possible, person, 4)) == "not-allowed"
        assert problem_in(room.approve(possible, person, 4)) == "not-allowed"
    system = Person(room.token(["releases:sign"]), "", 0)  # type: ignore[list-item]
    assert problem_in(room.sign(possible, system, 4)) == "not-allowed"


def test_an_officer_of_another_office_knows_of_nothing(room: Room) -> None:
    for name in ("Kendpur", "Amdanga"):
        room.gateway.offices.put(name, 5)
    candidate = room.proposed("possible", office="Kendpur")
    assert problem_in(room.sign(candidate, room.officer(office="Amdanga"))) == "no-such-resource"
    assert room.sign(candidate, room.officer(office="Kendpur")).status_code == 202


@pytest.mark.parametrize("approving", [False, True])
def test_two_officers_at_once_make_one_release(room: Room, possible: str, approving: bool) -> None:
    people = [room.officer() for _ in range(3)]
    if approving:
        room.sign(possible, people.pop(), 4)
    gate = threading.Barrier(2)
    outcomes: list[int] = []

    def act(person: Person) -> None:
        gate.wait()
        answer = room.approve(possible, person, 4) if approving else room.sign(possible, person, 4)
        outcomes.append(answer.status_code)

    threads = [threading.Thread(target=act, args=(person,)) for person in people[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [202, 409]
    (row,) = room.made(possible)
    assert len(json.loads(row.signatures)) == 1 + approving
