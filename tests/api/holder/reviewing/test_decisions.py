"""Deciding on candidates, on both sides."""

import pytest

from api.holder.reviewing.decisions import opened
from api.holder.staff.roles import Role
from api.holder.storage.tables import records
from tests.api.holder.reviewing.room import Room
from tests.api.service.requests_to import problem_in


def test_a_decision_is_written_down_for_the_hub_with_its_audit_leaf(room: Room) -> None:
    candidate = room.proposed()
    changes = room.sync.changes
    answer = room.decide(candidate, "reject", reason="age_differs", text="The scar is on the other arm.")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    (row,) = room.made(candidate)
    assert (row.decision, row.reason, row.revision, row.state, row.by) == (
        "reject", "age_differs", 1, "waiting", room.reviewer.login,
    )  # fmt: skip
    assert room.sync.changes == changes + 1
    (entry,) = room.audited()
    assert (entry.what, entry.by, entry.about, entry.why) == (
        "candidate-reject", room.reviewer.login, candidate, "age_differs",
    )  # fmt: skip


def test_what_is_written_beside_a_decision_is_sealed_and_shown_to_the_desk(room: Room) -> None:
    candidate = room.proposed()
    room.decide(candidate, "possible", text="Mother named")
    (row,) = room.made(candidate)
    assert row.sealed is not None
    assert b"Mother" not in row.sealed
    assert opened(room.vault, row.name, row.sealed) == {"text": "Mother named"}
    (shown,) = room.shown(candidate)["decisions"]
    assert (shown["text"], shown["by"], shown["state"]) == ("Mother named", room.reviewer.login, "waiting")


def test_a_second_decision_waits_for_the_first(room: Room) -> None:
    candidate = room.proposed()
    assert room.decide(candidate, "possible").status_code == 202
    for word, more in (("possible", {}), ("reject", {"reason": "other"})):
        assert problem_in(room.decide(candidate, word, **more)) == "decision-pending"
    assert len(room.made(candidate)) == 1
    assert room.shown(candidate)["may"] == []


@pytest.mark.parametrize(
    ("state", "word", "reason"),
    [("proposed", "verify", None), ("possible", "possible", None), ("released", "reject", "other"),
     ("rejected", "reject", "other"), ("closed", "reopen", None), ("contact", "reunite", None)],
)  # fmt: skip
def test_a_decision_that_does_not_fit_the_state_is_refused(
    room: Room, state: str, word: str, reason: str | None
) -> None:
    candidate = room.proposed(state)
    assert problem_in(room.decide(candidate, word, reason=reason)) == "decision-out-of-order"
    assert room.everything_made() == []
    assert room.audited() == []


@pytest.mark.parametrize("revision", [1, 3])
def test_a_decision_on_what_somebody_else_saw_is_refused(room: Room, revision: int) -> None:
    candidate = room.proposed(revision=2)
    assert problem_in(room.decide(candidate, "possible", revision)) == "candidate-changed"
    assert room.decide(candidate, "possible", 2).status_code == 202


def test_a_decision_on_a_withdrawn_candidate_is_refused(room: Room) -> None:
    candidate = room.proposed("withdrawn")
    assert problem_in(room.decide(candidate, "possible")) == "candidate-withdrawn"


def test_a_decision_after_the_own_record_was_withdrawn_is_refused_before_the_hub_says_so(room: Room) -> None:
    ref = room.record()
    candidate = room.notice(ref)
    room.call("POST", f"/v1/records/{ref}/withdraw", json={"reason": "duplicate"})
    assert problem_in(room.decide(candidate, "possible")) == "candidate-withdrawn"
    assert room.shown(candidate)["may"] == []


def test_a_child_may_be_reunited_whose_record_is_withdrawn(room: Room) -> None:
    ref = room.record()
    candidate = room.notice(ref, state="verified")
    room.call("POST", f"/v1/records/{ref}/withdraw", json={"reason": "found_by_us"})
    assert room.decide(candidate, "reunite").status_code == 202


@pytest.mark.parametrize("reason", [None, "family_says_no", "no_such_reason"])
def test_a_rejection_says_why(room: Room, reason: str | None) -> None:
    candidate = room.proposed()
    assert problem_in(room.decide(candidate, "reject", reason=reason)) == "reason-required"
    assert problem_in(room.decide(candidate, "possible", reason="other")) == "invalid-body"


def test_a_release_is_no_plain_decision(room: Room) -> None:
    candidate = room.proposed("possible")
    assert problem_in(room.decide(candidate, "release")) == "invalid-body"
    assert problem_in(room.decide(candidate, "accept")) == "invalid-body"


def test_somebody_whose_role_was_just_taken_away_decides_nothing(room: Room) -> None:
    candidate = room.proposed()
    room.take_role_away(room.reviewer)
    assert problem_in(room.decide(candidate, "possible")) == "not-allowed"
    assert room.everything_made() == []


def test_each_side_decides_on_its_own_candidates_alone(room: Room) -> None:
    found, released = room.proposed(), room.released(room.record("missing"))
    other = room.decide(released, "possible")
    unknown = room.decide("z" * 22, "possible")
    assert (other.status_code, other.content) == (404, unknown.content)
    assert problem_in(room.decide(found, "accept", side="releases")) == "no-such-resource"
    assert room.decide(released, "decline", side="releases", reason="family_says_no").status_code == 202
    assert problem_in(room.call("GET", f"/v1/inbox/{released}", room.reviewer.secret)) == "no-such-resource"
    assert problem_in(room.call("GET", f"/v1/releases/{found}", room.seeker.secret)) == "no-such-resource"


def test_a_reporter_sees_what_was_released_beside_the_own_report(room: Room) -> None:
    assert room.call("GET", "/v1/releases", room.seeker.secret).json() == {"items": [], "next": None}
    ref = room.record("missing")
    name = room.released(ref)
    (item,) = room.call("GET", "/v1/releases", room.seeker.secret).json()["items"]
    assert (item["candidate"], item["own"]["ref"], item["may"]) == (name, ref, ["accept", "decline"])
    assert room.call("GET", f"/v1/releases/{name}", room.seeker.secret).json() == item
    assert problem_in(room.call("GET", "/v1/releases", room.reviewer.secret)) == "not-allowed"


def test_an_office_decides_on_its_own_children_alone(room: Room) -> None:
    for name in ("Kendpur", "Amdanga"):
        room.gateway.offices.put(name, 5)
    kendpur = room.person(Role.CUSTODIAN, office="Kendpur")
    own, other, nobodys = room.proposed(office="kendpur "), room.proposed(office="Amdanga"), room.proposed()
    for candidate in (other, nobodys):
        refused = room.decide(candidate, "possible", who=kendpur)
        assert refused.content == room.decide("z" * 22, "possible", who=kendpur).content
        assert problem_in(room.call("GET", f"/v1/inbox/{candidate}", kendpur.secret)) == "no-such-resource"
    page = room.call("GET", "/v1/inbox", kendpur.secret).json()
    assert [each["candidate"] for each in page["items"]] == [own]
    assert room.decide(own, "possible", who=kendpur).status_code == 202


def test_an_erased_record_takes_decisions_along(room: Room) -> None:
    ref = room.record()
    candidate = room.notice(ref)
    room.decide(candidate, "possible", text="Mother named")
    assert room.call("DELETE", f"/v1/records/{ref}", room.admin).status_code == 200
    assert room.everything_made() == []
    with room.database.read() as conn:
        assert conn.execute(records.select()).mappings().one()["sealed"] is None
