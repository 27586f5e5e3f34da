"""Links and timelines at a gateway: told by the hub, judged by people, bounded by their office."""

from pathlib import Path

import pytest

from api.holder.staff.roles import Role, Scope
from api.holder.storage.tables import audit, links, timelines
from api.service.database import Database
from api.wire.problems import ProblemError
from tests.api.holder.linked import LinkedDesk
from tests.api.service.requests_to import problem_in


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> LinkedDesk:
    return LinkedDesk(database, tmp_path)


def rows(desk: LinkedDesk, table: object) -> list[dict[str, object]]:
    with desk.database.read() as conn:
        return [dict(row._mapping) for row in conn.execute(table.select())]  # type: ignore[attr-defined]


def test_a_link_is_shown_beside_the_own_record(desk: LinkedDesk) -> None:
    ref = desk.found(1)
    name = desk.links.propose(ref)
    desk.run()
    (shown,) = desk.shown()
    assert (shown["link"], shown["partner"], shown["state"], shown["revision"]) == (name, "punjab", "proposed", 1)
    assert shown["levels"] == [{"what": "child", "level": "agrees"}]
    assert shown["own"]["ref"] == ref
    assert (shown["other"], shown["said"], shown["own_word"]) == (None, None, None)


def test_pages_go_from_the_newest_on_and_one_state_can_be_asked_for(desk: LinkedDesk) -> None:
    ref = desk.found(1)
    names = [desk.links.propose(ref, state=state) for state in ("proposed", "joined", "proposed", "separated")]
    desk.run()
    page = desk.call("GET", "/v1/links?limit=3", desk.custodian).json()
    rest = desk.call("GET", f"/v1/links?limit=3&after={page['next']}", desk.custodian).json()
    assert [each["link"] for each in page["items"] + rest["items"]] == names[::-1]
    assert rest["next"] is None
    assert [each["link"] for each in desk.shown(query="?state=proposed")] == [names[2], names[0]]


def test_a_word_waits_is_sent_once_and_brings_what_the_hub_says(desk: LinkedDesk) -> None:
    name = desk.links.propose(desk.found(1))
    desk.run()
    person = desk.member(Role.CUSTODIAN)
    answer = desk.say(name, "same", 1, person)
    assert answer.status_code == 200, answer.text
    assert answer.json()["said"]["state"] == "waiting"
    assert answer.json()["may"] == []
    desk.hub.down = True
    with pytest.raises(ProblemError):
        desk.run()
    desk.hub.down = False
    desk.run()
    desk.run()
    (shown,) = desk.shown(person)
    assert (shown["state"], shown["revision"], shown["own_word"]) == ("joined", 2, "same")
    assert shown["said"]["state"] == "taken"
    assert [(word.word, word.revision) for word in desk.links.words] == [("same", 1)]
    assert '"what":"link-same"' in str(rows(desk, audit.leaves))


def test_a_word_whose_answer_was_lost_is_sent_under_the_same_name(desk: LinkedDesk) -> None:
    name = desk.links.propose(desk.found(1))
    desk.run()
    desk.say(name, "different", 1, desk.member(Role.CUSTODIAN))
    desk.hub.dies_after_storing = True
    with pytest.raises(ProblemError):
        desk.run()
    desk.run()
    assert len(desk.links.words) == 2
    assert len({word.id for word in desk.links.words}) == 1
    assert desk.shown()[0]["state"] == "separated"


def test_a_refused_word_says_so_and_another_may_be_said(desk: LinkedDesk) -> None:
    name = desk.links.propose(desk.found(1))
    desk.run()
    person = desk.member(Role.CUSTODIAN)
    desk.say(name, "same", 1, person)
    desk.links.refuses = "candidate-changed"
    desk.run()
    (shown,) = desk.shown(person)
    assert (shown["said"]["state"], shown["own_word"]) == ("refused", None)
    assert shown["may"] == ["same", "different"]
    desk.links.refuses = None
    desk.links.propose(str(shown["own"]["ref"]), name, revision=3)
    desk.run()
    assert desk.say(name, "same", 3, person).status_code == 200
    desk.run()
    assert desk.shown()[0]["state"] == "joined"


def test_the_same_word_again_changes_nothing_and_another_waits_for_its_turn(desk: LinkedDesk) -> None:
    name = desk.links.propose(desk.found(1))
    desk.run()
    person = desk.member(Role.CUSTODIAN)
    assert desk.say(name, "same", 1, person).content == desk.say(name, "same", 1, person).content
    assert problem_in(desk.say(name, "different", 1, person)) == "decision-pending"
    desk.run()
    assert len(desk.links.words) == 1


def test_what_cannot_be_said_is_refused_and_nothing_is_written(desk: LinkedDesk) -> None:
    ref = desk.found(1)
    name, gone = desk.links.propose(ref), desk.links.propose(ref, state="withdrawn")
    desk.run()
    person = desk.member(Role.CUSTODIAN)
    before = rows(desk, links), rows(desk, audit.leaves)
    assert problem_in(desk.say(name, "same", 2, person)) == "candidate-changed"
    assert problem_in(desk.say(gone, "same", 1, person)) == "candidate-withdrawn"
    assert problem_in(desk.say("A" * 22, "same", 1, person)) == "no-such-resource"
    assert problem_in(desk.say(name, "maybe", 1, person)) == "invalid-body"
    assert problem_in(desk.say(name, "same", 1, desk.member(Role.OFFICER))) == "not-allowed"
    assert problem_in(desk.say(name, "same", 1, desk.member(Role.INTAKE))) == "not-allowed"
    assert (rows(desk, links), rows(desk, audit.leaves)) == before


def test_reporters_and_clerks_see_no_links(desk: LinkedDesk) -> None:
    ref = desk.found(1)
    desk.links.propose(ref)
    desk.run()
    for role in (Role.INTAKE, Role.REPORTER, Role.ADMIN, Role.AUDITOR):
        secret = desk.member(role)
        assert problem_in(desk.call("GET", "/v1/links", secret)) == "not-allowed"
        assert problem_in(desk.timeline(ref, secret)) == "not-allowed"


def test_an_office_sees_links_and_timelines_of_its_own_records_alone(desk: LinkedDesk) -> None:
    north, south = desk.found(1, "North"), desk.found(2, "South")
    names = [desk.links.propose(ref) for ref in (north, south)]
    desk.run()
    clerk = desk.member(Role.CUSTODIAN, office="North")
    assert [each["link"] for each in desk.shown(clerk)] == names[:1]
    unknown = desk.say("A" * 22, "same", 1, clerk)
    assert desk.say(names[1], "same", 1, clerk).content == unknown.content
    assert desk.timeline(north, clerk).status_code == 200
    assert desk.timeline(south, clerk).status_code == 404


def test_of_two_own_records_an_office_sees_its_own_alone(desk: LinkedDesk) -> None:
    north, south = desk.found(1, "North"), desk.found(2, "South")
    desk.links.propose(south, other_ref=north, partner="west-bengal", state="joined")
    desk.links.tell(south, ("west-bengal", north, 20_000, "withdrawn"), ("west-bengal", south, 20_100, "active"))
    desk.links.tell(north, ("west-bengal", north, 20_000, "withdrawn"), ("west-bengal", south, 20_100, "active"))
    desk.run()
    (shown,) = desk.shown()
    assert (shown["own"]["ref"], shown["other"]["ref"]) == (south, north)
    clerk = desk.member(Role.CUSTODIAN, office="North")
    (shown,) = desk.shown(clerk)
    assert (shown["own"], shown["other"]["ref"]) == (None, north)
    stays = desk.timeline(north, clerk).json()["stays"]
    assert [stay["own"] and stay["own"]["case_number"] for stay in stays] == ["F-1", None]
    assert [stay["own"]["office"] for stay in desk.timeline(north).json()["stays"]] == ["North", "South"]


def test_a_timeline_has_the_hubs_stays_and_the_own_case_number(desk: LinkedDesk) -> None:
    ref = desk.found(1, "North")
    assert desk.timeline(ref).json()["as_of"] is None
    assert desk.timeline(ref).json()["stays"][0]["own"]["case_number"] == "F-1"
    name = desk.links.propose(ref, state="joined", revision=2)
    desk.links.tell(ref, ("punjab", None, 20_454, "withdrawn"), ("west-bengal", ref, 20_500, "active"), hidden=1)
    desk.run()
    found = desk.timeline(ref).json()
    assert [(stay["partner"], stay["found_on"], stay["state"]) for stay in found["stays"]] == [
        ("punjab", "2026-01-01", "withdrawn"), ("west-bengal", "2026-02-16", "active"),
    ]  # fmt: skip
    assert found["stays"][0]["own"] is None
    assert found["stays"][1]["own"] == {
        "ref": ref, "state": "active", "case_number": "F-1", "found_on": "2026-10-01", "office": "North",
    }  # fmt: skip
    assert (found["hidden"], found["as_of"], found["out_of_date"]) == (1, desk.clock().isoformat(), False)
    desk.links.propose(ref, name, state="separated", revision=3)
    desk.links.tell(ref, ("west-bengal", ref, 20_500, "active"))
    desk.run()
    assert desk.timeline(ref).json()["as_of"] is None
    assert rows(desk, timelines) == []


def test_a_timeline_stays_as_it_was_last_told_while_the_hub_is_away_and_is_asked_for_again_later(
    desk: LinkedDesk,
) -> None:
    ref = desk.found(1)
    desk.links.propose(ref, state="joined")
    desk.links.tell(ref, ("punjab", None, None, "active"), ("west-bengal", ref, None, "active"))
    desk.run()
    told = desk.timeline(ref).json()
    desk.links.tell(ref, ("punjab", None, None, "withdrawn"), ("west-bengal", ref, None, "active"))
    desk.clock.advance(hours=11)
    desk.run()
    assert desk.timeline(ref).json() == told
    desk.clock.advance(hours=2)
    desk.hub.down = True
    with pytest.raises(ProblemError):
        desk.run()
    assert desk.timeline(ref).json() == told
    desk.hub.down = False
    desk.run()
    assert desk.timeline(ref).json()["stays"][0]["state"] == "withdrawn"


def test_whoever_may_not_read_locations_is_not_told_the_office(desk: LinkedDesk) -> None:
    ref = desk.found(1, "North")
    secret = desk.token([Scope.CANDIDATES_READ])
    assert desk.timeline(ref, secret).json()["stays"][0]["own"]["office"] is None


def test_reports_unknown_refs_and_erased_records_have_no_timeline(desk: LinkedDesk) -> None:
    report = str(desk.create(5).json()["ref"])
    ref = desk.found(1)
    desk.links.propose(ref, state="joined")
    desk.links.tell(ref, ("punjab", None, None, "active"), ("west-bengal", ref, None, "active"))
    desk.run()
    unknown = desk.timeline("A" * 22)
    assert desk.timeline(report).content == unknown.content
    assert desk.call("DELETE", f"/v1/records/{ref}", desk.admin).status_code in (200, 202)
    assert desk.timeline(ref).content == unknown.content
    assert rows(desk, links) == rows(desk, timelines) == []


def test_links_of_records_that_are_not_here_are_passed_over(desk: LinkedDesk) -> None:
    report = str(desk.create(5).json()["ref"])
    desk.links.propose("B" * 22)
    desk.links.propose(report)
    name = desk.links.propose(desk.found(1))
    desk.run()
    assert [each["link"] for each in desk.shown()] == [name]


def test_a_hub_that_was_restored_is_read_from_the_start(desk: LinkedDesk) -> None:
    ref = desk.found(1)
    for _ in range(3):
        desk.links.propose(ref)
    desk.run()
    del desk.links.notices[1:]
    desk.links.propose(ref, desk.links.notices[0].link, state="withdrawn", revision=2)
    desk.run()
    assert sorted(each["state"] for each in desk.shown()) == ["proposed", "proposed", "withdrawn"]


def test_the_hub_is_asked_for_nothing_but_its_own_lists_while_there_is_no_link(desk: LinkedDesk) -> None:
    desk.found(1)
    desk.run()
    assert desk.hub.requests == ["GET /v1/links"]
