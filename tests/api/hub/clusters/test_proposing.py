"""Links follow the records and what the matcher found; missing reports are told to nobody."""

import pytest

from api.hub.clusters.showing import show_links_again_of
from api.hub.matching.taking_back import TakingBack
from api.hub.matching.upkeep import apply_agreements
from api.hub.registry import membership
from api.hub.registry.arrangements import end_agreement
from api.hub.storage.agreements import every_agreement
from api.hub.storage.counters import RECORDS, hold
from api.hub.storage.kinship_tables import links
from api.hub.storage.tables import candidates
from matcher.views import Kind
from tests.api.hub.clusters.shelters import LEVELS, Shelters
from tests.api.hub.gateways import propose as propose_candidate
from tests.api.hub.gateways import withdraw


def test_two_shelters_records_of_one_child_become_one_proposed_link(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    ids = {shelters.exchange.known(name).id for name in ("asha", "umang")}
    assert shelters.alike(ours, theirs) == ids
    (notice,) = shelters.told("asha")
    assert notice == {
        "link": shelters.link(ours, theirs)["name"], "own_ref": shelters.ref(ours), "own_version": 1,
        "partner": "umang", "other_ref": None, "levels": [{"what": what, "level": level} for what, level in LEVELS],
        "state": "proposed", "revision": 1, "own_word": None, "other_word": None,
    }  # fmt: skip
    (other,) = shelters.told("umang")
    assert (other["own_ref"], other["partner"]) == (shelters.ref(theirs), "asha")


def test_proposing_twice_changes_nothing(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    before = shelters.link(ours, theirs)
    assert shelters.propose(ours, theirs) == frozenset()
    assert shelters.link(ours, theirs) == before


def test_own_records_are_linked_without_any_agreement(shelters: Shelters) -> None:
    shelters.stranger("akela")
    first, second = shelters.record("akela"), shelters.record("akela")
    shelters.alike(first, second)
    (notice,) = shelters.told("akela")
    assert notice["partner"] == "akela"
    assert {notice["own_ref"], notice["other_ref"]} == {shelters.ref(first), shelters.ref(second)}


def test_partners_without_an_agreement_are_told_nothing_until_there_is_one(shelters: Shelters) -> None:
    shelters.stranger("akela")
    ours, theirs = shelters.record("asha"), shelters.record("akela")
    assert shelters.alike(ours, theirs) == frozenset()
    assert shelters.exchange.count(links) == 0
    assert shelters.told("asha") == shelters.told("akela") == []
    shelters.agree("asha", "akela")
    shelters.propose(ours)
    assert len(shelters.told("asha")) == len(shelters.told("akela")) == 1


def test_an_agreement_that_ended_hides_links_and_refuses_words(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    name = shelters.link(ours, theirs)["name"]
    with shelters.exchange.database.write() as conn:
        end_agreement(conn, every_agreement(conn)[0].id, shelters.exchange.clock())
    unknown = shelters.say("asha", "A" * 22, "same", revision=1)
    refused = shelters.say("asha", name, "same")
    assert shelters.told("asha") == shelters.told("umang") == []
    assert (refused.status_code, refused.content) == (404, unknown.content)


@pytest.mark.parametrize("state", ["withdrawn", "expired"])
def test_a_proposed_link_falls_with_its_record_and_stands_again_with_it(shelters: Shelters, state: str) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    cursor = shelters.page("umang")["next"]
    shelters.set(ours, state=state, version=2)
    (notice,) = shelters.told("umang", cursor)
    assert (notice["state"], notice["revision"]) == ("withdrawn", 2)
    shelters.set(ours, propose=False, state="active", version=3)
    shelters.alike(ours, theirs)
    (notice,) = shelters.told("asha")
    assert (notice["state"], notice["revision"], notice["own_version"]) == ("proposed", 3, 3)


def test_a_record_that_is_gone_shows_before_its_link_is_written_so(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    shelters.set(ours, propose=False, state="withdrawn", version=2)
    assert shelters.told("umang")[0]["state"] == "withdrawn"
    answer = shelters.say("umang", shelters.link(ours, theirs)["name"], "same")
    assert answer.json()["type"].endswith("candidate-withdrawn")


def test_a_proposed_link_falls_when_the_records_are_alike_no_longer(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    shelters.unlike(ours, theirs)
    assert shelters.link(ours, theirs)["state"] == "withdrawn"


def test_a_joined_link_stays_while_records_are_withdrawn_and_goes_with_erasure(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.join(ours, theirs, "asha", "umang")
    cursor = shelters.page("umang")["next"]
    shelters.set(ours, state="withdrawn", version=2)
    shelters.unlike(ours, theirs)
    (notice,) = shelters.told("umang", cursor)
    assert (notice["state"], notice["revision"]) == ("joined", 2)
    shelters.set(ours, state="erased", version=3)
    row = shelters.link(ours, theirs)
    assert (row["state"], row["levels"], row["weight"], row["first_word"], row["second_word"]) == (
        "withdrawn", "[]", 0, None, None,
    )  # fmt: skip
    assert shelters.told("umang")[0]["levels"] == []


def test_changed_evidence_makes_another_revision_and_a_changed_weight_alone_does_not(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    shelters.alike(ours, theirs, weight=21.5)
    row = shelters.link(ours, theirs)
    assert (row["revision"], row["weight"]) == (1, 21_500)
    shelters.alike(ours, theirs, levels='[["child", "close"]]')
    assert shelters.link(ours, theirs)["revision"] == 2


def test_a_separated_pair_is_proposed_again_only_on_a_new_version_that_weighs_more(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs, weight=20)
    shelters.say("asha", shelters.link(ours, theirs)["name"], "different")
    for weight, raise_version in ((30, False), (21.9, True)):
        if raise_version:
            shelters.set(theirs, version=2)
        shelters.alike(ours, theirs, weight=weight)
        assert shelters.link(ours, theirs)["state"] == "separated"
    shelters.alike(ours, theirs, weight=22)
    row = shelters.link(ours, theirs)
    assert (row["state"], row["first_word"], row["second_word"], row["judged_weight"]) == ("proposed", None, None, None)
    assert shelters.told("asha")[0]["state"] == "proposed"


def test_what_was_said_follows_the_records_into_the_next_epoch(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    name = shelters.link(ours, theirs)["name"]
    shelters.say("asha", name, "different")
    december = shelters.exchange.partition(epoch="2026-12")
    # In the other order: the lower number is the other partner's now.
    theirs_then = shelters.record("umang", ref=shelters.ref(theirs), partition_id=december)
    ours_then = shelters.record("asha", ref=shelters.ref(ours), partition_id=december)
    shelters.alike(ours_then, theirs_then, weight=30)
    assert shelters.exchange.count(links) == 1
    row = shelters.link(ours_then, theirs_then)
    assert (row["name"], row["state"], row["first_word"], row["second_word"]) == (name, "separated", None, "different")
    shelters.alike(ours, theirs, weight=30)
    assert shelters.link(ours_then, theirs_then)["state"] == "separated"


def test_a_stopped_record_proposes_no_link_until_it_is_cleared(shelters: Shelters) -> None:
    fished, theirs = shelters.record("asha"), shelters.record("umang")
    alarm = shelters.alarm(fished)
    assert shelters.alike(fished, theirs) == frozenset()
    assert shelters.exchange.count(links) == 0
    shelters.clear(alarm)
    shelters.propose(fished)
    assert len(shelters.told("asha")) == 1


def test_a_link_whose_record_is_stopped_later_is_hidden_and_moves_no_cursor(shelters: Shelters) -> None:
    fished, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(fished, theirs)
    name = shelters.link(fished, theirs)["name"]
    alarm = shelters.alarm(fished)
    for partner in ("asha", "umang"):
        assert shelters.page(partner) == {"items": [], "next": 0, "more": False}
        assert shelters.say(partner, name, "same").status_code == 404
    other = shelters.record("asha"), shelters.record("asha")
    shelters.alike(*other)
    cursor = shelters.page("asha")["next"]
    assert len(shelters.told("asha")) == 1
    shelters.clear(alarm)
    with shelters.exchange.database.write() as conn:
        hold(conn, RECORDS)
        show_links_again_of(conn, [fished], shelters.exchange.clock())
    assert [notice["link"] for notice in shelters.told("asha", cursor)] == [name]


def test_missing_reports_are_linked_and_no_partner_is_ever_told(shelters: Shelters) -> None:
    first, second = shelters.record("asha", Kind.MISSING), shelters.record("umang", Kind.MISSING)
    own = shelters.record("asha", Kind.MISSING)
    nothing = [shelters.gateways[name].get("/v1/links").content for name in ("asha", "umang")]
    assert shelters.alike(first, second) == shelters.alike(first, own) == frozenset()
    assert shelters.exchange.count(links) == 2
    name = shelters.link(first, second)["name"]
    assert [shelters.gateways[partner].get("/v1/links").content for partner in ("asha", "umang")] == nothing
    for partner in ("asha", "umang"):
        answer = shelters.say(partner, name, "same")
        assert answer.content == shelters.say(partner, "B" * 22, "same", revision=1).content
    assert shelters.stays("asha", first).status_code == 404
    assert shelters.leaves() == []


def test_only_the_custodian_of_a_regrouped_candidate_has_news(shelters: Shelters) -> None:
    shelters.shelter("police")
    found = shelters.record("umang")
    reports = shelters.record("police", Kind.MISSING), shelters.record("police", Kind.MISSING)
    with shelters.exchange.database.write() as conn:
        for report in reports:
            propose_candidate(conn, report, found)
    before = {row["name"]: row["sequence"] for row in shelters.exchange.rows(candidates)}
    assert shelters.alike(*reports) == {shelters.exchange.known("umang").id}
    assert all(row["sequence"] > before[row["name"]] for row in shelters.exchange.rows(candidates))


def test_links_that_an_agreements_end_hid_are_told_again_under_the_next_one(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    with shelters.exchange.database.write() as conn:
        end_agreement(conn, every_agreement(conn)[0].id, shelters.exchange.clock())
    own = shelters.record("asha"), shelters.record("asha")
    shelters.alike(*own)
    cursor = shelters.page("asha")["next"]
    shelters.agree("asha", "umang")
    assert apply_agreements(shelters.exchange.database, shelters.exchange.clock())
    assert [notice["link"] for notice in shelters.told("asha", cursor)] == [shelters.link(ours, theirs)["name"]]


def test_a_first_agreement_links_what_was_found_alike_before(shelters: Shelters) -> None:
    shelters.stranger("akela")
    ours, theirs = shelters.record("asha"), shelters.record("akela")
    shelters.alike(ours, theirs)
    shelters.agree("asha", "akela")
    apply_agreements(shelters.exchange.database, shelters.exchange.clock())
    assert len(shelters.told("akela")) == 1


def test_a_suspended_partners_links_are_hidden_and_told_again_when_it_is_back(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    cursor = shelters.page("asha")["next"]
    for change, visible in ((membership.suspend, 0), (membership.resume, 1)):
        with shelters.exchange.database.write() as conn:
            change(conn, "umang", shelters.exchange.clock())
        assert len(shelters.told("asha")) == len(shelters.told("asha", cursor if visible else 0)) == visible


def test_the_matcher_takes_links_back_after_a_withdrawal_came_in(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.alike(ours, theirs)
    answer = shelters.gateways["asha"].outcomes(withdraw(shelters.ref(ours), 2))
    assert answer == ["withdrawn"]
    assert shelters.link(ours, theirs)["state"] == "proposed"
    told = TakingBack(shelters.exchange.database).step(shelters.partition, shelters.exchange.clock())
    assert set(told or ()) == {shelters.exchange.known(name).id for name in ("asha", "umang")}
    assert shelters.link(ours, theirs)["state"] == "withdrawn"
