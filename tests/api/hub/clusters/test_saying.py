"""Both sides speak for their own record; whatever they said can be unsaid."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.hub.operating import clusters
from api.hub.storage.kinship_tables import link_words
from api.wire.names import new_ref
from matcher.errors import InputError
from matcher.views import Kind
from tests.api.hub.clusters.shelters import Shelters
from tests.api.service.requests_to import problem_in


@pytest.fixture
def pair(shelters: Shelters) -> tuple[int, int]:
    found = shelters.record("asha"), shelters.record("umang")
    shelters.alike(*found)
    return found


def test_two_words_join_and_each_side_learns_the_others_only_then(shelters: Shelters, pair: tuple[int, int]) -> None:
    name = shelters.link(*pair)["name"]
    before = shelters.told("umang")
    answer = shelters.say("asha", name, "same")
    assert (answer.json()["state"], answer.json()["revision"]) == ("proposed", 1)
    assert shelters.told("umang") == before
    assert shelters.told("asha")[0]["own_word"] == "same"
    answer = shelters.say("umang", name, "same")
    assert (answer.json()["state"], answer.json()["revision"]) == ("joined", 2)
    for partner in ("asha", "umang"):
        (notice,) = shelters.told(partner)
        assert (notice["state"], notice["own_word"], notice["other_word"]) == ("joined", "same", "same")


def test_only_a_word_that_changes_the_link_knocks_and_only_at_the_other_side(
    shelters: Shelters, pair: tuple[int, int]
) -> None:
    name = shelters.link(*pair)["name"]
    shelters.say("asha", name, "same")
    assert shelters.exchange.knocks.told == []
    shelters.say("umang", name, "same")
    assert shelters.exchange.knocks.told == [shelters.exchange.known("asha").id]


def test_one_word_joins_two_own_records(shelters: Shelters) -> None:
    first, second = shelters.record("asha"), shelters.record("asha")
    shelters.alike(first, second)
    assert shelters.say("asha", shelters.link(first, second)["name"], "same").json()["state"] == "joined"


def test_either_side_separates_at_any_time_and_may_change_its_mind(shelters: Shelters, pair: tuple[int, int]) -> None:
    name = shelters.link(*pair)["name"]
    states = [
        shelters.say(partner, name, word).json()["state"]
        for partner, word in (
            ("asha", "different"), ("umang", "same"), ("asha", "same"), ("umang", "different"), ("asha", "same"),
            ("umang", "same"),
        )
    ]  # fmt: skip
    assert states == ["separated", "separated", "joined", "separated", "separated", "joined"]
    (notice,) = shelters.told("asha")
    assert notice["state"] == "joined"


def test_after_a_separation_alone_a_change_of_mind_proposes(shelters: Shelters, pair: tuple[int, int]) -> None:
    name = shelters.link(*pair)["name"]
    shelters.say("asha", name, "different")
    assert shelters.told("umang")[0]["other_word"] is None
    assert shelters.say("asha", name, "same").json()["state"] == "proposed"


def test_the_same_word_again_gets_the_same_answer_and_counts_once(shelters: Shelters, pair: tuple[int, int]) -> None:
    name, word_id = shelters.link(*pair)["name"], new_ref()
    first = shelters.say("asha", name, "different", 1, word_id)
    shelters.say("umang", name, "different", 2)
    assert shelters.say("asha", name, "different", 1, word_id).content == first.content
    assert shelters.exchange.count(link_words) == 2
    assert len(shelters.leaves()) == 2
    assert problem_in(shelters.say("asha", name, "same", 2, word_id)) == "idempotency-key-reused"


def test_a_word_on_another_revision_is_refused(shelters: Shelters, pair: tuple[int, int]) -> None:
    name = shelters.link(*pair)["name"]
    shelters.say("umang", name, "different")
    before = shelters.link(*pair)
    assert problem_in(shelters.say("asha", name, "same", 1)) == "candidate-changed"
    assert problem_in(shelters.say("asha", name, "same", 3)) == "candidate-changed"
    assert shelters.link(*pair) == before


def test_both_sides_at_once_leave_no_word_behind(shelters: Shelters, pair: tuple[int, int]) -> None:
    name = shelters.link(*pair)["name"]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda partner: shelters.say(partner, name, "same", 1), ("asha", "umang")))
    assert sorted(answer.json()["state"] for answer in answers) == ["joined", "proposed"]
    assert shelters.link(*pair)["state"] == "joined"


def test_same_and_different_at_once_separate_whoever_was_first(shelters: Shelters, pair: tuple[int, int]) -> None:
    name = shelters.link(*pair)["name"]
    said = (("asha", "same"), ("umang", "different"))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda each: shelters.say(each[0], name, each[1], 1), said))
    assert answers[1].status_code == 200
    assert answers[0].status_code == 200 or problem_in(answers[0]) == "candidate-changed"
    assert shelters.link(*pair)["state"] == "separated"


def test_a_third_partner_knows_no_link(shelters: Shelters, pair: tuple[int, int]) -> None:
    shelters.shelter("police")
    name = shelters.link(*pair)["name"]
    assert shelters.told("police") == []
    answer = shelters.say("police", name, "different")
    assert answer.content == shelters.say("police", "C" * 22, "different", 1).content
    assert shelters.link(*pair)["state"] == "proposed"


def test_what_is_no_word_is_refused(shelters: Shelters, pair: tuple[int, int]) -> None:
    name = shelters.link(*pair)["name"]
    for word, revision in (("maybe", 1), ("same", 0), ("same", 2**31)):
        assert problem_in(shelters.say("asha", name, word, revision)) == "invalid-body"
    for no_name in ("x" * 10_000, "%00" * 22):
        assert problem_in(shelters.say("asha", no_name, "same", 1)) == "no-such-resource"
        assert problem_in(shelters.gateways["asha"].get(f"/v1/timelines/{no_name}")) == "no-such-resource"


def test_every_word_leaves_an_audit_leaf_without_a_ref(shelters: Shelters, pair: tuple[int, int]) -> None:
    name = shelters.link(*pair)["name"]
    shelters.say("asha", name, "same")
    shelters.say("umang", name, "different")
    text = "".join(shelters.leaves())
    assert '"what":"link-same"' in text
    assert '"what":"link-different"' in text
    assert shelters.ref(pair[0]) not in text


def test_the_operator_separates_and_is_shown_counts_and_names_alone(shelters: Shelters, pair: tuple[int, int]) -> None:
    reports = shelters.record("asha", Kind.MISSING), shelters.record("asha", Kind.MISSING)
    shelters.alike(*reports)
    database, clock = shelters.exchange.database, shelters.exchange.clock
    for link in (shelters.link(*pair), shelters.link(*reports)):
        assert clusters.separate_link(database, link["name"], clock).values["state"] == "separated"
        assert clusters.separate_link(database, link["name"], clock).values["state"] == "separated"
    assert len(shelters.leaves()) == 2
    values = clusters.listing(database, 10).values
    assert values["counts"] == [
        {"kind": "missing", "state": "separated", "links": 1}, {"kind": "found", "state": "separated", "links": 1},
    ]  # fmt: skip
    assert {row["link"] for row in values["links"]} == {shelters.link(*pair)["name"], shelters.link(*reports)["name"]}
    assert "asha" not in str(values)
    with pytest.raises(InputError, match="cluster list"):
        clusters.separate_link(database, "D" * 22, clock)


def test_pages_follow_each_other_and_cursors_are_not_those_of_candidates(shelters: Shelters) -> None:
    own = shelters.record("asha")
    for _ in range(3):
        shelters.alike(own, shelters.record("umang"))
    first = shelters.page("asha", limit=2)
    second = shelters.page("asha", first["next"], 2)
    assert [len(first["items"]), len(second["items"])] == [2, 1]
    assert [first["more"], second["more"]] == [True, False]
    assert problem_in(shelters.gateways["umang"].get(f"/v1/links?after={first['next']}")) == "invalid-query"
    assert problem_in(shelters.gateways["asha"].get(f"/v1/candidates?after={first['next']}")) == "invalid-query"
