"""What waits for whom: in which order, and how much of it."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.holder.reviewing.worklist import WAITS_FOR, grouped, urgency
from api.holder.staff.roles import Role
from api.holder.storage.candidates import CandidateRow
from api.wire.life import CandidateState, whose_turn
from tests.api.holder.desk import START
from tests.api.holder.reviewing.room import DAY, Person, Room
from tests.api.service.requests_to import problem_in


def listed(room: Room, who: Person, **query: Any) -> list[dict[str, Any]]:
    answer = room.call("GET", "/v1/worklist", who.secret, params=query)
    assert answer.status_code == 200
    return list(answer.json()["items"])


def names(items: list[dict[str, Any]]) -> list[str]:
    return [each["candidate"] for each in items]


def test_overdue_comes_first_then_the_verdict_then_the_deadline(room: Room) -> None:
    now = room.clock()
    late = room.proposed(verdict="weak", due_at=now - DAY)
    weak = room.proposed(verdict="weak", due_at=now + DAY)
    never = room.proposed(verdict="probable", due_at=None)
    later = room.proposed(verdict="probable", due_at=now + 3 * DAY)
    sooner = room.proposed("possible", verdict="probable", due_at=now + 2 * DAY)
    middle = room.proposed(verdict="possible", due_at=now + DAY)
    items = listed(room, room.reviewer)
    assert names(items) == [late, sooner, later, never, middle, weak]
    assert [each["overdue"] for each in items] == [True, False, False, False, False, False]


def test_each_entry_says_what_may_be_decided_by_whom_and_until_when(room: Room) -> None:
    proposed, possible = room.proposed(), room.proposed("possible")
    stopped = room.proposed("possible", stopped=True)
    officer = room.person(Role.OFFICER)
    may = {each["candidate"]: each["may"] for each in listed(room, room.reviewer)}
    assert may == {proposed: ["possible", "reject"], possible: ["reject"], stopped: ["reject"]}
    signs = {each["candidate"]: each["may"] for each in listed(room, officer)}
    assert signs == {proposed: [], possible: ["release"], stopped: []}
    assert listed(room, room.reviewer)[0]["due_at"] == (room.clock() + DAY).isoformat()


def test_what_is_decided_waits_no_more_and_a_release_waits_for_another_officer(room: Room) -> None:
    decided, signed = room.proposed(), room.proposed("possible")
    room.proposed("rejected")
    first, second = room.officer(), room.officer()
    room.decide(decided, "possible")
    room.sign(signed, first)
    (entry,) = listed(room, second)
    assert (entry["candidate"], entry["release_signed_by"], entry["may"], entry["may_approve"]) == (
        signed, first.login, [], True,
    )  # fmt: skip
    assert not listed(room, first)[0]["may_approve"]
    room.approve(signed, second)
    assert listed(room, second) == []


def test_candidates_of_one_missing_child_are_one_entry(room: Room) -> None:
    group = "s" * 22
    first = room.proposed(verdict="possible", same_child=group)
    alone = room.proposed(verdict="weak")
    best = room.proposed(verdict="probable", same_child=group)
    items = listed(room, room.reviewer)
    assert names(items) == [best, alone]
    assert names(items[0]["others"]) == [first]
    assert items[1]["others"] == []


def test_an_office_gets_as_much_as_it_can_do_in_a_day(room: Room) -> None:
    room.call("PUT", "/v1/offices", room.admin, json={"name": "Kendpur", "capacity": 2})
    kendpur = room.person(Role.CUSTODIAN, office="Kendpur")
    own = [room.proposed(office="Kendpur") for _ in range(5)]
    room.proposed(office="Amdanga")
    room.proposed()
    answer = room.call("GET", "/v1/worklist", kendpur.secret).json()
    assert (names(answer["items"]), answer["capacity"], answer["next"]) == (own[:2], 2, None)
    seen, after = [], None
    for _ in range(3):
        page = room.call(
            "GET", "/v1/worklist", kendpur.secret,
            params={"all": True, "limit": 2} | ({} if after is None else {"after": after}),
        ).json()  # fmt: skip
        seen += names(page["items"])
        after = page["next"]
    assert (seen, after) == (own, None)
    assert len(listed(room, room.reviewer, all=True)) == 7


def test_a_day_of_staff_of_no_office_is_twenty_candidates(room: Room) -> None:
    ref = room.record()
    for number in range(25):
        room.notice(ref, number)
    assert len(listed(room, room.reviewer)) == 20


def test_a_reporter_finds_releases_and_nothing_else(room: Room) -> None:
    room.proposed()
    empty = room.call("GET", "/v1/worklist", room.seeker.secret)
    room.proposed()
    assert room.call("GET", "/v1/worklist", room.seeker.secret).content == empty.content
    name = room.released(room.record("missing"))
    (entry,) = listed(room, room.seeker)
    assert (entry["candidate"], entry["side"], entry["may"]) == (name, "reporter", ["accept", "decline"])
    assert name not in names(listed(room, room.reviewer))
    both = room.person(Role.CUSTODIAN, Role.REPORTER)
    assert len(listed(room, both)) == 3


def test_whoever_reviews_nothing_has_no_worklist(room: Room) -> None:
    for secret in (room.intake, room.admin):
        assert problem_in(room.call("GET", "/v1/worklist", secret)) == "not-allowed"


def test_offices_are_kept_by_whoever_administers(room: Room) -> None:
    put = {"name": "  Kend  pur ", "capacity": 7, "email": "desk@example.org"}
    assert room.call("PUT", "/v1/offices", room.admin, json=put).json() == {"name": "Kend pur"}
    room.call("PUT", "/v1/offices", room.admin, json={"name": "Kend pur", "capacity": 8})
    (office,) = room.call("GET", "/v1/offices", room.admin).json()["items"]
    assert (office["name"], office["capacity"], office["email"]) == ("Kend pur", 8, None)
    for wrong in ({"name": ""}, {"name": "x", "capacity": 0}, {"name": "x", "email": "a@b, c@d"}, {"name": "a\u0007b"}):
        assert problem_in(room.call("PUT", "/v1/offices", room.admin, json=wrong)) == "invalid-body"
    assert problem_in(room.call("GET", "/v1/offices", room.reviewer.secret)) == "not-allowed"


def test_the_worklist_waits_for_whoever_turn_it_is() -> None:
    states: list[CandidateState] = [
        "proposed", "possible", "rejected", "released", "accepted", "contact", "verified", "disproved", "reunited",
        "closed", "withdrawn",
    ]  # fmt: skip
    for state in states:
        assert [side for side, waits in WAITS_FOR.items() if state in waits] == [
            side for side in (whose_turn(state),) if side
        ]


def row(number: int, verdict: str, due: int | None, group: str | None) -> CandidateRow:
    due_at: datetime | None = None if due is None else START + timedelta(days=due)
    return CandidateRow(
        number, str(number), "custodian", 1, 1, "punjab", verdict, (), "proposed", 1, START, due_at, False, group, 0,
        START, START, "r", "active", None, None,
    )  # fmt: skip


@given(st.lists(st.tuples(
    st.sampled_from(["probable", "possible", "weak"]), st.none() | st.integers(-3, 3), st.none() | st.sampled_from("ab")
)))  # fmt: skip
def test_a_worklist_loses_nothing_and_shows_nothing_twice(drawn: list[tuple[str, int | None, str | None]]) -> None:
    rows = [row(number, *each) for number, each in enumerate(drawn)]
    groups = grouped(sorted(rows, key=lambda each: urgency(each, START)))
    assert sorted(each.id for group in groups for each in group) == list(range(len(rows)))
    heads = [urgency(group[0], START) for group in groups]
    assert heads == sorted(heads)
    assert all(urgency(group[0], START) <= urgency(each, START) for group in groups for each in group)
