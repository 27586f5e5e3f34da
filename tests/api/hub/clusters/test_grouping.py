"""Reports of one missing child are grouped for a custodian, under names that two custodians cannot compare."""

import re

from api.hub.clusters.grouping import groups_of
from api.hub.operating import clusters
from matcher.views import Kind
from tests.api.hub.clusters.shelters import Shelters
from tests.api.hub.gateways import propose as propose_candidate


def report_for(shelters: Shelters, *founds: int) -> int:
    """A missing report that is a candidate for these found records."""
    number = shelters.record("police", Kind.MISSING)
    with shelters.exchange.database.write() as conn:
        for found in founds:
            propose_candidate(conn, number, found)
    return number


def groups(shelters: Shelters, custodian: str, *numbers: int) -> dict[int, str]:
    with shelters.exchange.database.read() as conn:
        return groups_of(conn, numbers, shelters.exchange.known(custodian).id)


def test_kindred_reports_have_one_name_and_others_none(shelters: Shelters) -> None:
    shelters.shelter("police")
    found = shelters.record("umang")
    a, b, c, alone = (report_for(shelters, found) for _ in range(4))
    shelters.alike(a, b)
    shelters.alike(b, c)
    named = groups(shelters, "umang", a, b, c, alone)
    assert named.keys() == {a, b, c}
    assert len(set(named.values())) == 1
    assert re.fullmatch("[A-Za-z0-9_-]{22}", named[a])
    assert groups(shelters, "umang", c) == {c: named[c]}
    assert groups(shelters, "umang", alone) == groups(shelters, "umang") == {}


def test_two_custodians_have_different_names_for_one_group(shelters: Shelters) -> None:
    shelters.shelter("police")
    both = shelters.record("umang"), shelters.record("asha")
    a, b = report_for(shelters, *both), report_for(shelters, *both)
    shelters.alike(a, b)
    assert groups(shelters, "umang", a)[a] != groups(shelters, "asha", a)[a]
    assert shelters.link(a, b)["name"] not in groups(shelters, "umang", a, b).values()


def test_reports_that_are_not_the_custodians_candidates_connect_nothing(shelters: Shelters) -> None:
    shelters.shelter("police")
    found, elsewhere = shelters.record("umang"), shelters.record("asha")
    a, b = report_for(shelters, found), report_for(shelters, found)
    between = report_for(shelters, elsewhere)
    shelters.alike(a, between)
    shelters.alike(between, b)
    assert groups(shelters, "umang", a, b) == {}


def test_a_separated_or_fallen_link_groups_no_longer(shelters: Shelters) -> None:
    shelters.shelter("police")
    found = shelters.record("umang")
    a, b, c = (report_for(shelters, found) for _ in range(3))
    shelters.alike(a, b)
    shelters.alike(b, c)
    clusters.separate_link(shelters.exchange.database, shelters.link(a, b)["name"], shelters.exchange.clock)
    assert groups(shelters, "umang", a, b, c).keys() == {b, c}
    shelters.set(c, state="withdrawn", version=2)
    assert groups(shelters, "umang", a, b, c) == {}
