"""The stays of a child across shelters, for those who may see them."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.hub.clusters.components import components
from api.hub.registry.arrangements import end_agreement
from api.hub.storage.agreements import every_agreement
from matcher.views import Kind
from tests.api.hub.clusters.shelters import Shelters


def test_a_child_alone_has_one_stay(shelters: Shelters) -> None:
    own = shelters.record("asha", event=20_100)
    ref = shelters.ref(own)
    assert shelters.stays("asha", own).json() == {
        "ref": ref, "hidden": 0, "stays": [{"partner": "asha", "ref": ref, "event": 20_100, "state": "active"}],
    }  # fmt: skip


def test_joined_stays_are_in_order_and_survive_the_earlier_records_withdrawal(shelters: Shelters) -> None:
    shelters.shelter("sneh")
    later, undated = shelters.record("umang", event=20_200), shelters.record("sneh", event=None)
    first = shelters.record("asha", event=20_100)
    shelters.join(first, later, "asha", "umang")
    shelters.join(later, undated, "umang", "sneh")
    shelters.set(first, state="withdrawn", version=2)
    found = shelters.stays("umang", later).json()
    assert [(stay["partner"], stay["event"], stay["state"]) for stay in found["stays"]] == [
        ("asha", 20_100, "withdrawn"), ("umang", 20_200, "active"), ("sneh", None, "active"),
    ]  # fmt: skip
    assert [stay["ref"] for stay in found["stays"]] == [None, shelters.ref(later), None]
    for partner, number in (("asha", first), ("sneh", undated)):
        stays = shelters.stays(partner, number).json()["stays"]
        assert [stay["partner"] for stay in stays] == ["asha", "umang", "sneh"]


def test_a_separation_parts_the_timeline_and_everybody_in_it_is_told(shelters: Shelters) -> None:
    shelters.shelter("sneh")
    a, b, c = shelters.record("asha"), shelters.record("umang"), shelters.record("sneh")
    shelters.join(a, b, "asha", "umang")
    name = shelters.join(b, c, "umang", "sneh")
    cursor = shelters.page("asha")["next"]
    shelters.say("sneh", name, "different")
    assert [stay["partner"] for stay in shelters.stays("asha", a).json()["stays"]] == ["asha", "umang"]
    assert [stay["partner"] for stay in shelters.stays("sneh", c).json()["stays"]] == ["sneh"]
    assert [notice["state"] for notice in shelters.told("asha", cursor)] == ["joined"]


def test_stays_with_partners_that_one_may_not_know_of_are_counted_alone(shelters: Shelters) -> None:
    shelters.stranger("akela")
    shelters.agree("umang", "akela")
    a, b, c = shelters.record("asha"), shelters.record("umang"), shelters.record("akela")
    shelters.join(a, b, "asha", "umang")
    shelters.join(b, c, "umang", "akela")
    found = shelters.stays("asha", a).json()
    assert ([stay["partner"] for stay in found["stays"]], found["hidden"]) == (["asha", "umang"], 1)
    with shelters.exchange.database.write() as conn:
        for agreement in every_agreement(conn):
            end_agreement(conn, agreement.id, shelters.exchange.clock())
    found = shelters.stays("umang", b).json()
    assert ([stay["partner"] for stay in found["stays"]], found["hidden"]) == (["umang"], 2)


def test_a_ref_of_another_an_unknown_one_an_erased_one_and_a_report_look_the_same(shelters: Shelters) -> None:
    foreign, report = shelters.record("umang"), shelters.record("asha", Kind.MISSING)
    erased = shelters.record("asha", state="erased")
    unknown = shelters.gateways["asha"].get("/v1/timelines/" + "E" * 22)
    assert unknown.status_code == 404
    for number in (foreign, report, erased):
        assert shelters.stays("asha", number).content == unknown.content


def test_a_stopped_record_reaches_nobody_and_nobody_reaches_it(shelters: Shelters) -> None:
    fished, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.join(fished, theirs, "asha", "umang")
    alarm = shelters.alarm(fished)
    for partner, number in (("asha", fished), ("umang", theirs)):
        found = shelters.stays(partner, number).json()
        assert ([stay["partner"] for stay in found["stays"]], found["hidden"]) == ([partner], 0)
    shelters.clear(alarm)
    assert len(shelters.stays("asha", fished).json()["stays"]) == 2


def test_an_erased_record_is_out_before_its_links_are_emptied(shelters: Shelters) -> None:
    ours, theirs = shelters.record("asha"), shelters.record("umang")
    shelters.join(ours, theirs, "asha", "umang")
    shelters.set(ours, propose=False, state="erased", version=2)
    assert [stay["partner"] for stay in shelters.stays("umang", theirs).json()["stays"]] == ["umang"]
    (notice,) = shelters.told("umang")
    assert (notice["state"], notice["levels"], notice["other_word"]) == ("withdrawn", [], None)


def test_a_record_in_two_epochs_is_one_stay(shelters: Shelters) -> None:
    own, theirs = shelters.record("asha", event=20_100), shelters.record("umang", event=20_200)
    shelters.join(own, theirs, "asha", "umang")
    december = shelters.exchange.partition(epoch="2026-12")
    shelters.record("asha", ref=shelters.ref(own), partition_id=december, version=2, event=20_300)
    found = shelters.stays("umang", theirs).json()["stays"]
    assert [(stay["partner"], stay["event"]) for stay in found] == [("umang", 20_200), ("asha", 20_300)]


def _is_reached(start: int, edges: set[tuple[int, int]]) -> set[int]:
    reached = {start}
    while True:
        more = {end for edge in edges if reached & set(edge) for end in edge} - reached
        if not more:
            return reached
        reached |= more


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30), st.randoms())
def test_components_are_what_can_be_reached_in_whatever_order_edges_come(
    edges: list[tuple[int, int]], random: Random
) -> None:
    shuffled = [edge[::-1] if random.random() < 0.5 else edge for edge in random.sample(edges, len(edges))]
    found = components(shuffled)
    for end in found:
        assert {other for other in found if found[other] == found[end]} == _is_reached(end, set(edges))


WORDS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1), st.sampled_from(["same", "different"])), max_size=14)


@settings(max_examples=12, deadline=timedelta(minutes=1), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS)
def test_clusters_are_the_components_of_joined_links_in_whatever_order_words_arrive(
    shelters: Shelters, words: list[tuple[int, int, str]]
) -> None:
    partners = ("asha", "umang", "asha", "umang")
    numbers = [shelters.record(partner) for partner in partners]
    pairs = [(a, b) for a in range(4) for b in range(a + 1, 4)]
    for a, b in pairs:
        shelters.alike(numbers[a], numbers[b], propose=False)
    shelters.propose(*numbers)
    names = [shelters.link(numbers[a], numbers[b])["name"] for a, b in pairs]
    last: dict[tuple[int, str], str] = {}
    for at, side, word in words:
        partner = partners[pairs[at][side]]
        assert shelters.say(partner, names[at], word).status_code == 200
        last[at, partner] = word
    joined = {
        (numbers[a], numbers[b]) for at, (a, b) in enumerate(pairs)
        if all(last.get((at, partner)) == "same" for partner in {partners[a], partners[b]})
    }  # fmt: skip
    for partner, number in zip(partners, numbers, strict=True):
        reached = _is_reached(number, joined)
        stays = shelters.stays(partner, number).json()["stays"]
        own = {
            shelters.ref(each) for each, owner in zip(numbers, partners, strict=True)
            if each in reached and owner == partner
        }  # fmt: skip
        assert len(stays) == len(reached)
        assert {stay["ref"] for stay in stays} - {None} == own


@pytest.mark.parametrize("edges", [[], [(1, 1)], [(1, 2), (2, 1)]])
def test_few_edges(edges: list[tuple[int, int]]) -> None:
    found = components(edges)
    assert len(set(found.values())) == bool(edges)
