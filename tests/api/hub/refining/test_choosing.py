"""Which others a record is compared with: as many for every record, whether any is like it or not."""

import numpy as np
from sqlalchemy import func, select

from api.hub.storage.masked_tables import comparisons
from matcher.views import Kind
from tests.api.hub.matching.exchange import batch, codes_of, noisy
from tests.api.hub.refining.gateways import COARSE, FINE, Gateways, Make, agreed, child, like

Rng = np.random.Generator


def others_of(gateways: Gateways, number: int) -> list[int]:
    """Others of the waiting comparisons of a record, in the order of their numbers."""
    c = comparisons.c
    with gateways.hub.database.read() as conn:
        rows = conn.execute(select(c.missing_id, c.found_id).order_by(c.id)).all()
    return [a + b - number for a, b in rows if number in (a, b)]


def crowd(gateways: Gateways, partner: int, rng: Rng, size: int) -> list[int]:
    """Found records that nobody looks for yet, planned."""
    numbers = gateways.hub.put(partner, batch(Kind.FOUND, codes_of(rng, size, COARSE), profile=COARSE))
    gateways.hub.settle()
    return numbers


def test_every_report_has_as_many_requests_whether_its_child_is_there_or_not(make: Make, rng: Rng) -> None:
    gateways = make(masked_requests=40)
    reporter, custodian = agreed(gateways)
    crowd(gateways, custodian, rng, 200)
    here, elsewhere = child(rng), child(rng)
    there = gateways.put(custodian, Kind.FOUND, *like(rng, here))
    gateways.hub.settle()
    reports = [gateways.put(reporter, Kind.MISSING, *each) for each in (here, elsewhere)]
    gateways.hub.settle()
    asked = [request.ref for request in gateways.requests(reporter)]
    assert [asked.count(gateways.ref_of(report)) for report in reports] == [40, 40]
    assert there in others_of(gateways, reports[0])


def test_the_best_are_among_them_and_their_order_tells_nothing(make: Make, rng: Rng) -> None:
    gateways = make(masked_requests=40)
    reporter, custodian = agreed(gateways)
    crowd(gateways, custodian, rng, 150)
    places = []
    for _ in range(6):
        wanted = child(rng)
        near = gateways.put(custodian, Kind.FOUND, *like(rng, wanted))
        gateways.hub.settle()
        report = gateways.put(reporter, Kind.MISSING, *wanted)
        gateways.hub.settle()
        others = others_of(gateways, report)
        assert near in others
        places.append(others.index(near))
    assert len(set(places)) > 2


def test_some_are_decoys(make: Make, rng: Rng) -> None:
    gateways = make(masked_requests=40)
    reporter, custodian = agreed(gateways)
    wanted = codes_of(rng, 1, COARSE)
    # As many as there are requests: a decoy is one of the others, whichever is drawn.
    near = noisy(rng, np.repeat(wanted, 40, axis=0), 0.05)
    close = set(gateways.hub.put(custodian, batch(Kind.FOUND, near, profile=COARSE)))
    far = set(crowd(gateways, custodian, rng, 400))
    [report] = gateways.hub.put(reporter, batch(Kind.MISSING, wanted, profile=COARSE))
    gateways.hub.settle()
    others = set(others_of(gateways, report))
    assert (len(others & close), len(others & far)) == (38, 2)


def test_a_few_that_may_be_compared_are_all_compared(make: Make, rng: Rng) -> None:
    gateways = make(masked_requests=40)
    reporter, custodian = agreed(gateways)
    stranger = gateways.hub.partner("jessore", "BD")
    hub = gateways.hub
    hub.put(stranger, batch(Kind.FOUND, codes_of(rng, 30, COARSE), profile=COARSE))
    long_before = hub.put(custodian, batch(Kind.FOUND, codes_of(rng, 5, COARSE), 18_000, profile=COARSE))
    allowed = hub.put(custodian, batch(Kind.FOUND, codes_of(rng, 7, COARSE), 20_010, profile=COARSE))
    hub.settle()
    report = gateways.put(reporter, Kind.MISSING, *child(rng))
    hub.settle()
    assert sorted(others_of(gateways, report)) == sorted(allowed)
    assert not set(others_of(gateways, report)) & set(long_before)


def test_decoys_keep_to_agreements_and_the_order_of_events(make: Make, rng: Rng) -> None:
    gateways = make(masked_requests=40)
    reporter, custodian = agreed(gateways)
    hub = gateways.hub
    stranger = hub.partner("jessore", "BD")
    hub.put(stranger, batch(Kind.FOUND, codes_of(rng, 100, COARSE), profile=COARSE))
    hub.put(custodian, batch(Kind.FOUND, codes_of(rng, 100, COARSE), 18_000, profile=COARSE))
    allowed = hub.put(custodian, batch(Kind.FOUND, codes_of(rng, 60, COARSE), 20_010, profile=COARSE))
    hub.settle()
    report = gateways.put(reporter, Kind.MISSING, *child(rng))
    hub.settle()
    others = others_of(gateways, report)
    assert len(others) == len(set(others)) == 40
    assert set(others) <= set(allowed)


def test_a_backlog_gets_fewer_each(make: Make, rng: Rng) -> None:
    gateways = make(masked_requests=40, masked_requests_backlog=10)
    reporter, custodian = agreed(gateways)
    reports = gateways.hub.put(reporter, batch(Kind.MISSING, codes_of(rng, 210, COARSE), profile=COARSE))
    gateways.hub.settle()
    [found] = gateways.hub.put(custodian, batch(Kind.FOUND, codes_of(rng, 1, COARSE), profile=COARSE))
    gateways.hub.settle()
    assert len(others_of(gateways, found)) == 40
    many = gateways.hub.put(custodian, batch(Kind.FOUND, codes_of(rng, 201, COARSE), profile=COARSE))
    matcher = gateways.hub.matcher()
    matcher.step()
    planned = {each: len(others_of(gateways, each)) for each in many}
    assert sorted(set(planned.values())) == [0, 10]
    gateways.hub.settle(matcher)
    later = {len(others_of(gateways, each)) for each in many}
    assert later == {10, 40}
    assert len(reports) == 210


def test_a_former_candidate_is_always_among_them(make: Make, rng: Rng) -> None:
    gateways = make(masked_requests=20)
    reporter, custodian = agreed(gateways)
    crowd(gateways, custodian, rng, 60)
    wanted = child(rng)
    found = gateways.put(custodian, Kind.FOUND, *wanted)
    report = gateways.put(reporter, Kind.MISSING, *like(rng, wanted))
    gateways.hub.settle()
    with gateways.hub.database.write() as conn:
        conn.execute(comparisons.delete().where(
            (comparisons.c.missing_id != report) | (comparisons.c.found_id != found)
        ))
    gateways.settle(reporter, custodian)
    assert set(gateways.hub.candidates()) == {(report, found)}
    # Its coarse codes are those of somebody else now: by them alone the two would hardly meet.
    gateways.change(report, Kind.MISSING, codes_of(rng, 1, COARSE), codes_of(rng, 1, FINE))
    gateways.hub.settle()
    others = others_of(gateways, report)
    assert (len(others), found in others) == (20, True)


def test_what_waits_is_not_doubled(make: Make, rng: Rng) -> None:
    gateways = make()
    reporter, custodian = agreed(gateways)
    for _ in range(3):
        gateways.put(custodian, Kind.FOUND, *child(rng))
        gateways.put(reporter, Kind.MISSING, *child(rng))
    gateways.hub.settle()
    with gateways.hub.database.read() as conn:
        assert conn.execute(select(func.count()).select_from(comparisons)).scalar_one() == 9
