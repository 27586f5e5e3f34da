"""From masked codes of both gateways to candidates: exact comparison, levels, and nothing finer."""

import json

import numpy as np
import pytest

from matcher.views import Kind
from tests.api.hub.refining.gateways import FINE, PHOTO_BIT, Gateways, Make, agreed, child, like

Rng = np.random.Generator


def test_both_answers_make_the_candidate(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    first, second = child(rng), child(rng)
    found = gateways.put(pair[1], Kind.FOUND, *first)
    gateways.put(pair[1], Kind.FOUND, *second)
    missing = gateways.put(pair[0], Kind.MISSING, *like(rng, first))
    matcher = gateways.hub.settle()
    assert gateways.hub.candidates() == {}
    assert len(gateways.waiting()) == 2
    assert gateways.answer(pair[0]) == 2
    gateways.hub.settle(matcher)
    assert gateways.hub.candidates() == {}
    assert gateways.answer(pair[1]) == 2
    gateways.hub.settle(matcher)
    [(key, row)] = gateways.hub.candidates().items()
    assert key == (missing, found)
    assert row.verdict == "probable"
    assert gateways.waiting() == {}
    assert gateways.requests(pair[0]) == gateways.requests(pair[1]) == []
    levels = dict(json.loads(row.levels))
    assert set(levels) == {p.view.value for p in FINE.views} | {"sex", "lag"}
    assert (levels["father"], levels["photo"]) == ("agrees", "not known")


def test_weights_are_whole_bits(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    for share in (0.02, 0.08, 0.11, 0.14):
        one = child(rng)
        gateways.put(pair[1], Kind.FOUND, *one)
        gateways.put(pair[0], Kind.MISSING, *like(rng, one, share))
    gateways.settle(*pair)
    weights = [row.weight for row in gateways.hub.candidates().values()]
    assert len(weights) >= 4
    assert [weight % 1000 for weight in weights] == [0] * len(weights)


def test_the_best_pair_of_rows_counts(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    coarse, full = child(rng)
    other = [child(rng)[1] for _ in range(3)]
    found = gateways.put(pair[1], Kind.FOUND, coarse, np.concatenate([other[0], full]))
    rows = [other[1], other[2], like(rng, (coarse, full))[1]]
    missing = gateways.put(pair[0], Kind.MISSING, coarse, np.concatenate(rows))
    gateways.settle(*pair)
    row = gateways.hub.candidates()[missing, found]
    assert dict(json.loads(row.levels))["child"] == "agrees"


def test_photos_count_when_they_are_of_one_space(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    spaces = [f"dlib.centred.{digit * 32}" for digit in "ab"]
    told = []
    for mine, theirs in ((spaces[0], spaces[0]), (spaces[0], spaces[1])):
        one = child(rng)
        found = gateways.put(pair[1], Kind.FOUND, *one)
        missing = gateways.put(pair[0], Kind.MISSING, *like(rng, one))
        for number, space in ((found, theirs), (missing, mine)):
            full = gateways.full(number)
            full.space, full.presence, full.age = space, full.presence | PHOTO_BIT, 2
        gateways.settle(*pair)
        row = gateways.hub.candidates()[missing, found]
        told.append((dict(json.loads(row.levels))["photo"], row.weight))
    assert [level for level, _ in told] == ["agrees", "not known"]
    assert told[0][1] > told[1][1]


def test_a_changed_record_is_compared_again_and_its_candidate_falls(
    gateways: Gateways, pair: tuple[int, int], rng: Rng
) -> None:
    one, other = child(rng), child(rng)
    found = gateways.put(pair[1], Kind.FOUND, *one)
    missing = gateways.put(pair[0], Kind.MISSING, *like(rng, one))
    gateways.settle(*pair)
    assert set(gateways.hub.candidates()) == {(missing, found)}
    gateways.change(missing, Kind.MISSING, *other)
    gateways.settle(*pair)
    assert gateways.hub.candidates() == {}
    gateways.change(missing, Kind.MISSING, *like(rng, one))
    gateways.settle(*pair)
    [row] = gateways.hub.candidates().values()
    assert (row.missing_version, row.revision) == (3, 3)


def test_another_round_withdraws_nothing(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    one = child(rng)
    found = gateways.put(pair[1], Kind.FOUND, *one)
    missing = gateways.put(pair[0], Kind.MISSING, *like(rng, one))
    gateways.settle(*pair)
    before = gateways.hub.candidates()[missing, found]
    gateways.put(pair[1], Kind.FOUND, *child(rng))
    gateways.settle(*pair)
    assert gateways.hub.candidates()[missing, found] == before


def test_a_rival_takes_probability(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    one = child(rng)
    first = gateways.put(pair[1], Kind.FOUND, *like(rng, one, 0.02))
    missing = gateways.put(pair[0], Kind.MISSING, *one)
    gateways.settle(*pair)
    before = gateways.hub.candidates()[missing, first]
    assert before.verdict == "probable"
    second = gateways.put(pair[1], Kind.FOUND, *like(rng, one, 0.02))
    gateways.settle(*pair)
    after = gateways.hub.candidates()
    assert after[missing, first].probability + after[missing, second].probability < 1
    assert {after[missing, number].verdict for number in (first, second)} <= {"possible", "weak"}


@pytest.mark.parametrize("top", [1, 2])
def test_a_list_has_its_best(make: Make, rng: Rng, top: int) -> None:
    gateways = make(top=top)
    pair = agreed(gateways)
    one = child(rng)
    missing = gateways.put(pair[0], Kind.MISSING, *one)
    near = [gateways.put(pair[1], Kind.FOUND, *like(rng, one, share)) for share in (0.02, 0.05, 0.08)]
    # Other reports that are nearer to the children who come second and third: these stand on no list of this one.
    for number in near[1:]:
        gateways.put(pair[0], Kind.MISSING, *like(rng, (child(rng)[0], gateways.full(number).codes), 0.01))
        gateways.put(pair[0], Kind.MISSING, *like(rng, (child(rng)[0], gateways.full(number).codes), 0.01))
    gateways.settle(*pair)
    of_missing = {found for number, found in gateways.hub.candidates() if number == missing}
    assert of_missing == set(near[:top])


def test_weighing_twice_stores_once(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    one = child(rng)
    gateways.put(pair[1], Kind.FOUND, *one)
    gateways.put(pair[0], Kind.MISSING, *like(rng, one))
    gateways.settle(*pair)
    [before] = gateways.hub.candidates().values()
    # As after a crash: a new matcher, which knows only what is in the database.
    gateways.hub.settle()
    [after] = gateways.hub.candidates().values()
    assert after == before
