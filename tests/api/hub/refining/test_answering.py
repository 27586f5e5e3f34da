"""Parts that gateways send: taken once, in any order, and only those that fit."""

from typing import Any

import numpy as np
import pytest

from api.wire.masked import MaskedAnswer
from api.wire.problems import ProblemError
from matcher.views import Kind
from tests.api.hub.refining.gateways import FINE, PHOTO_BIT, Gateways, child

Rng = np.random.Generator
SPACE = "dlib.centred." + "a" * 32


def refused(comparison: int, reason: Any = "not-here") -> MaskedAnswer:
    return MaskedAnswer(comparison=comparison, outcome="refused", reason=reason)


@pytest.fixture
def asked(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> tuple[int, int]:
    """The same two partners, of whom each has a record; the report has two rows."""
    gateways.put(pair[1], Kind.FOUND, *child(rng))
    coarse, full = child(rng)
    gateways.put(pair[0], Kind.MISSING, coarse, np.concatenate([full, full]))
    gateways.hub.settle()
    return pair


def test_the_same_again_is_gone(gateways: Gateways, asked: tuple[int, int]) -> None:
    [request] = gateways.requests(asked[0])
    one = gateways.masked(asked[0], request)
    assert gateways.send(asked[0], [one]).model_dump() == {"taken": 1, "gone": 0}
    before = gateways.waiting()
    assert gateways.send(asked[0], [one, one]).model_dump() == {"taken": 0, "gone": 2}
    assert gateways.waiting() == before
    assert gateways.requests(asked[0]) == []


def test_twice_in_one_message_counts_once(gateways: Gateways, asked: tuple[int, int]) -> None:
    [request] = gateways.requests(asked[0])
    one = gateways.masked(asked[0], request)
    assert gateways.send(asked[0], [one, one, refused(request.comparison)]).taken == 1
    assert len(gateways.waiting()) == 1


@pytest.mark.parametrize("reason", ["not-here", "another-version", "answered-before", "cap-reached"])
def test_a_refusal_ends_the_comparison(gateways: Gateways, asked: tuple[int, int], reason: str) -> None:
    gateways.answer(asked[1])
    [request] = gateways.requests(asked[0])
    assert gateways.send(asked[0], [refused(request.comparison, reason)]).taken == 1
    assert gateways.waiting() == {}
    assert gateways.send(asked[0], [refused(request.comparison, reason)]).gone == 1
    gateways.hub.settle()
    assert gateways.hub.candidates() == {}


def test_a_number_is_worth_nothing_to_anybody_else(gateways: Gateways, asked: tuple[int, int]) -> None:
    mine, theirs = gateways.requests(asked[0])[0], gateways.requests(asked[1])[0]
    assert mine.comparison != theirs.comparison
    stranger = gateways.hub.partner("jessore", "BD")
    for partner, number in ((asked[0], theirs.comparison), (asked[1], mine.comparison), (stranger, mine.comparison)):
        assert gateways.send(partner, [refused(number)]).model_dump() == {"taken": 0, "gone": 1}
    assert gateways.send(asked[0], [refused(7)]).gone == 1
    assert len(gateways.waiting()) == 1


def test_an_answer_of_a_changed_record_is_gone(gateways: Gateways, asked: tuple[int, int], rng: Rng) -> None:
    [request] = gateways.requests(asked[0])
    one = gateways.masked(asked[0], request)
    [(missing, _)] = gateways.waiting()
    gateways.change(missing, Kind.MISSING, *child(rng))
    assert gateways.requests(asked[0]) == []
    assert gateways.send(asked[0], [one]).gone == 1
    gateways.hub.settle()
    [again] = gateways.requests(asked[0])
    assert (again.version, again.rows) == (2, 1)
    assert gateways.send(asked[0], [one]).gone == 1


@pytest.mark.parametrize(("change", "field"), [
    ({"presence": (1,)}, "presence"),
    ({"presence": (1, 1 << len(FINE.views))}, "presence"),
    ({"codes": "AAAA"}, "codes"),
    ({"codes": "?"}, "codes"),
    ({"presence": (PHOTO_BIT, PHOTO_BIT)}, "photo_space"),
    ({"presence": (PHOTO_BIT, 1), "photo_space": SPACE}, "photo_space"),
    ({"presence": (PHOTO_BIT, PHOTO_BIT), "photo_space": "dlib"}, "photo_space"),
    ({"photo_space": SPACE}, "photo_space"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_by_name_and_nothing_is_taken(
    gateways: Gateways, asked: tuple[int, int], change: dict[str, Any], field: str
) -> None:
    [request] = gateways.requests(asked[0])
    one = gateways.masked(asked[0], request)
    bad = one.model_copy(update=change)
    with pytest.raises(ProblemError) as caught:
        gateways.send(asked[0], [refused(7), bad])
    assert caught.value.kind == "invalid-body"
    assert caught.value.extra["errors"][0]["field"] == f"answers.1.{field}"
    assert "AAAA" not in str(caught.value.document())
    [row] = gateways.waiting().values()
    assert row["missing_codes"] is None


def test_both_sides_may_be_one_partner(gateways: Gateways, rng: Rng) -> None:
    partner, one = gateways.hub.partner("punjab"), child(rng)
    found = gateways.put(partner, Kind.FOUND, *one)
    missing = gateways.put(partner, Kind.MISSING, *one)
    gateways.hub.settle()
    requests = gateways.requests(partner)
    assert [request.side for request in requests] == ["missing", "found"]
    assert len({request.comparison for request in requests}) == 2
    gateways.settle(partner)
    assert set(gateways.hub.candidates()) == {(missing, found)}
