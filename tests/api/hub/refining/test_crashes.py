"""Death at any point between the queue, the comparisons and the candidates loses nothing and does nothing twice."""

from typing import Any

import numpy as np
import pytest

from matcher.views import Kind
from tests.api.hub.refining.gateways import Gateways, child, like

Rng = np.random.Generator


class DeathError(Exception):
    """The power is gone."""


def die(*_: Any, **__: Any) -> None:
    raise DeathError


def asked_of(gateways: Gateways) -> dict[tuple[int, int], tuple[Any, ...]]:
    return {key: (row["missing_version"], row["found_version"]) for key, row in gateways.waiting().items()}


@pytest.mark.parametrize("place", [
    "planning.choose", "planning.put", "putting.store", "putting.comparisons.add", "putting.plans.set_planned",
    "putting.leave_queue",
])  # fmt: skip
def test_a_record_is_planned_once(
    gateways: Gateways, pair: tuple[int, int], rng: Rng, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    for _ in range(3):
        gateways.put(pair[1], Kind.FOUND, *child(rng))
    matcher = gateways.hub.settle()
    missing = gateways.put(pair[0], Kind.MISSING, *child(rng))
    with monkeypatch.context() as patch:
        patch.setattr(f"api.hub.refining.{place}", die)
        with pytest.raises(DeathError):
            gateways.hub.settle(matcher)
    assert (gateways.waiting(), gateways.hub.waiting()) == ({}, [missing])
    gateways.hub.settle()
    assert asked_of(gateways) == {(missing, found): (1, 1) for found in (1, 2, 3)}
    assert gateways.hub.waiting() == []


@pytest.mark.parametrize("place", ["measure", "comparisons.take", "standing", "store"])
def test_a_comparison_is_weighed_once(
    gateways: Gateways, pair: tuple[int, int], rng: Rng, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    one = child(rng)
    found = gateways.put(pair[1], Kind.FOUND, *one)
    missing = gateways.put(pair[0], Kind.MISSING, *like(rng, one))
    matcher = gateways.hub.settle()
    assert [gateways.answer(partner) for partner in pair] == [1, 1]
    with monkeypatch.context() as patch:
        patch.setattr(f"api.hub.refining.weighing.{place}", die)
        with pytest.raises(DeathError):
            gateways.hub.settle(matcher)
    assert (list(gateways.waiting()), gateways.hub.candidates(None)) == ([(missing, found)], {})
    gateways.hub.settle()
    assert (gateways.waiting(), set(gateways.hub.candidates())) == ({}, {(missing, found)})


def test_a_record_that_changes_before_it_is_weighed_is_asked_for_again(
    gateways: Gateways, pair: tuple[int, int], rng: Rng, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.hub.refining import weighing

    one = child(rng)
    found = gateways.put(pair[1], Kind.FOUND, *one)
    missing = gateways.put(pair[0], Kind.MISSING, *like(rng, one))
    matcher = gateways.hub.settle()
    for partner in pair:
        gateways.answer(partner)
    real, calls = weighing.measure, []

    def changed_meanwhile(*arguments: Any, **more: Any) -> Any:
        if not calls:
            gateways.change(missing, Kind.MISSING, *child(rng))
        calls.append(arguments)
        return real(*arguments, **more)

    monkeypatch.setattr(weighing, "measure", changed_meanwhile)
    gateways.hub.settle(matcher)
    assert gateways.hub.candidates(None) == {}
    assert asked_of(gateways) == {(missing, found): (2, 1)}
    gateways.settle(*pair)
    assert gateways.hub.candidates() == {}


def test_agreements_that_change_during_the_search_leave_the_queue_as_it_is(
    gateways: Gateways, pair: tuple[int, int], rng: Rng, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.hub.refining import planning

    gateways.put(pair[1], Kind.FOUND, *child(rng))
    real, calls = planning.choose, []

    def suspended_meanwhile(*arguments: Any) -> Any:
        if not calls:
            gateways.hub.set_partner(pair[0], "suspended")
        calls.append(arguments)
        return real(*arguments)

    gateways.put(pair[0], Kind.MISSING, *child(rng))
    monkeypatch.setattr(planning, "choose", suspended_meanwhile)
    gateways.hub.settle()
    assert len(calls) == 2
    assert gateways.waiting() == {}
