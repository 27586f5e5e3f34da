"""What gateways are asked for: their own records, under agreements, and nothing that tells of a match."""

from datetime import timedelta

import numpy as np
import pytest

from api.hub.refining.asking import requests_for
from api.hub.registry.membership import resume, suspend
from api.hub.storage import alarms
from api.wire.problems import ProblemError
from matcher.views import Kind
from tests.api.hub.refining.gateways import CURSORS, Gateways, child, like

Rng = np.random.Generator


def test_both_sides_are_asked_for_the_same_pair(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    found = gateways.put(pair[1], Kind.FOUND, *child(rng))
    coarse, full = child(rng)
    missing = gateways.put(pair[0], Kind.MISSING, coarse, np.concatenate([full, full]))
    gateways.hub.settle()
    [mine], [theirs] = gateways.requests(pair[0]), gateways.requests(pair[1])
    assert (mine.side, mine.ref, mine.rows, mine.other_ref, mine.other_rows, mine.partner) == (
        "missing", gateways.ref_of(missing), 2, gateways.ref_of(found), 1, "punjab"
    )  # fmt: skip
    assert (theirs.side, theirs.ref, theirs.rows, theirs.other_ref, theirs.other_rows, theirs.partner) == (
        "found", gateways.ref_of(found), 1, gateways.ref_of(missing), 2, "west-bengal"
    )  # fmt: skip
    assert (mine.domain, mine.epoch, mine.profile) == ("north", "2026-11", "cross-border-2026-11-22")
    assert (mine.version, mine.other_version) == (1, 1)


@pytest.mark.parametrize("page", [1, 2, 3, 500])
def test_pages_give_everything_once(gateways: Gateways, rng: Rng, page: int) -> None:
    partner = gateways.hub.partner("punjab")
    for _ in range(3):
        gateways.put(partner, Kind.FOUND, *child(rng))
        gateways.put(partner, Kind.MISSING, *child(rng))
    gateways.hub.settle()
    requests = gateways.requests(partner, page)
    assert len({request.comparison for request in requests}) == len(requests) == 18
    assert requests == gateways.requests(partner)


def test_a_cursor_of_another_partner_is_none(gateways: Gateways, pair: tuple[int, int], rng: Rng) -> None:
    gateways.put(pair[1], Kind.FOUND, *child(rng))
    gateways.put(pair[0], Kind.MISSING, *child(rng))
    gateways.hub.settle()
    [mine] = gateways.requests(pair[0])
    with gateways.hub.database.read() as conn, pytest.raises(ProblemError) as caught:
        requests_for(conn, CURSORS, pair[1], mine.comparison, 10, gateways.hub.now, "agreement")
    assert caught.value.kind == "invalid-query"


def test_nobody_is_asked_when_the_agreement_has_ended(gateways: Gateways, rng: Rng) -> None:
    hub = gateways.hub
    first, second = hub.partner("west-bengal"), hub.partner("jessore", "BD")
    agreement = hub.agree(first, second)
    gateways.put(second, Kind.FOUND, *child(rng))
    gateways.put(first, Kind.MISSING, *child(rng))
    matcher = hub.settle()
    assert len(gateways.requests(first)) == 1
    hub.end_agreement(agreement)
    assert gateways.requests(first) == gateways.requests(second) == []
    hub.now += timedelta(minutes=1)
    hub.settle(matcher)
    assert gateways.waiting() == {}


def test_a_suspension_takes_requests_away_and_its_end_brings_them_back(
    gateways: Gateways, pair: tuple[int, int], rng: Rng
) -> None:
    hub = gateways.hub
    gateways.put(pair[1], Kind.FOUND, *child(rng))
    gateways.put(pair[0], Kind.MISSING, *child(rng))
    matcher = hub.settle()
    with hub.database.write() as conn:
        suspend(conn, "punjab", hub.now)
    assert gateways.requests(pair[0]) == []
    hub.now += timedelta(minutes=1)
    hub.settle(matcher)
    assert gateways.waiting() == {}
    with hub.database.write() as conn:
        resume(conn, "punjab", hub.now)
    hub.now += timedelta(minutes=1)
    hub.settle(matcher)
    assert len(gateways.requests(pair[0])) == len(gateways.requests(pair[1])) == 1


def test_an_alarm_about_a_record_is_not_seen_in_its_requests(
    gateways: Gateways, pair: tuple[int, int], rng: Rng
) -> None:
    one = child(rng)
    found = gateways.put(pair[1], Kind.FOUND, *one)
    gateways.put(pair[0], Kind.MISSING, *like(rng, one))
    gateways.hub.settle()
    before = gateways.requests(pair[1])
    gateways.hub.told.clear()
    stop(gateways, pair[1], found)
    assert gateways.requests(pair[1]) == before
    gateways.settle(*pair)
    # The candidate is there, and nobody heard of it.
    assert len(gateways.hub.candidates()) == 1
    assert gateways.hub.told == []


def stop(gateways: Gateways, partner: int, number: int) -> None:
    """An open alarm that stops a partner's record."""
    with gateways.hub.database.write() as conn:
        values = {"subject": "s", "partner_id": partner, "kind": "variants", "effect": alarms.STOP, "until": None}
        alarms.add_records(conn, alarms.add(conn, values, gateways.hub.now), partner, [gateways.ref_of(number)])
