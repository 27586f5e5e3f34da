"""DeathError at any point between the queue and the committed candidates leaves the same candidates."""

from typing import Any

import numpy as np
import pytest

from api.hub.matching import online
from matcher.views import Kind
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy, one


class DeathError(Exception):
    """The power is gone."""


def outcome(hub: Hub) -> dict[tuple[int, int], tuple[Any, ...]]:
    return {
        key: (row.state, row.weight, row.verdict, row.levels, row.missing_version, row.found_version)
        for key, row in hub.candidates(None).items()
    }


def story(hub: Hub, rng: np.random.Generator) -> tuple[int, int, np.ndarray]:
    """Two children and two reports that wait; gives the first report and the two children's codes."""
    partner, children = hub.partner("punjab"), codes_of(rng, 2)
    hub.put(partner, batch(Kind.FOUND, children))
    missing = hub.put(partner, batch(Kind.MISSING, noisy(rng, children, 0.05)))
    return missing[0], missing[1], children


@pytest.mark.parametrize("place", [
    "storing.hold", "storing.add", "storing.change_candidates", "storing.leave_queue", "storing._news",
    "storing._audit", "online.match", "online.agreement_matrix", "online._store",
])  # fmt: skip
def test_nothing_is_lost_or_done_twice(
    hub: Hub, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    first, second, children = story(hub, rng)
    matcher = hub.settle()
    before = outcome(hub)
    hub.change(first, one(Kind.MISSING, children[1]))

    def die(*_: Any, **__: Any) -> None:
        raise DeathError

    with monkeypatch.context() as patch:
        patch.setattr(f"api.hub.matching.{place}", die)
        with pytest.raises(DeathError):
            hub.settle(matcher)
    assert outcome(hub) == before
    assert hub.waiting() == [first]
    hub.settle()
    assert hub.waiting() == []
    assert {key for key, row in hub.candidates().items() if row.verdict == "probable"} == {(first, 2), (second, 2)}


def test_death_after_the_commit_stores_nothing_twice(hub: Hub, rng: np.random.Generator) -> None:
    story(hub, rng)

    def die(_partners: Any) -> None:
        raise DeathError

    matcher = hub.matcher()
    matcher._tell = die
    with pytest.raises(DeathError):
        hub.settle(matcher)
    rows = hub.candidates(None)
    hub.settle()
    assert hub.candidates(None) == rows


def test_a_record_that_changes_between_search_and_storing_is_matched_again(
    hub: Hub, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _, children = story(hub, rng)
    from api.hub.matching import online

    real, calls = online.match, []

    def match(*given: Any, **more: Any) -> Any:
        pairs = real(*given, **more)
        if not calls:
            hub.change(first, one(Kind.MISSING, children[1]))
        calls.append(1)
        return pairs

    monkeypatch.setattr("api.hub.matching.online.match", match)
    matcher = hub.matcher()
    matcher.step()
    assert hub.waiting() == [first]
    assert {key for key in hub.candidates() if key[0] == first} == set()
    hub.settle(matcher)
    assert {key for key, row in hub.candidates().items() if key[0] == first} == {(first, 2)}


def test_an_agreement_that_ends_between_search_and_storing_is_seen(
    hub: Hub, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = hub.partner("punjab"), hub.partner("jessore", "BD")
    agreement, child = hub.agree(first, second), codes_of(rng, 1)
    hub.put(first, one(Kind.FOUND, child))
    hub.put(second, one(Kind.MISSING, child))
    from api.hub.matching import online

    real = online.match

    def match(*given: Any, **more: Any) -> Any:
        pairs = real(*given, **more)
        hub.end_agreement(agreement)
        return pairs

    monkeypatch.setattr("api.hub.matching.online.match", match)
    hub.settle()
    assert hub.candidates() == {}
    assert hub.waiting() == []


def test_death_between_two_parts_leaves_the_rest_queued(
    hub: Hub, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = story(hub, rng)
    store, calls = online._store, []

    def die_at_the_third(*words: Any) -> Any:
        calls.append(words)
        if len(calls) == 3:
            raise DeathError
        return store(*words)

    with monkeypatch.context() as patch:
        patch.setattr("api.hub.matching.online.STORED_TOGETHER", 1)
        patch.setattr("api.hub.matching.online._store", die_at_the_third)
        with pytest.raises(DeathError):
            hub.settle()
    assert len(hub.waiting()) == 2
    hub.settle()
    assert hub.waiting() == []
    assert {key[0] for key, row in hub.candidates().items() if row.verdict == "probable"} == {first, second}
