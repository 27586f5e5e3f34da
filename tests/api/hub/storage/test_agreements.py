"""The matrix of who may be compared with whom."""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest

from api.hub.registry.arrangements import end_agreement
from api.hub.storage import agreements
from api.hub.storage.agreements import agreement_matrix
from tests.api.hub.gateways import START, Exchange

TODAY = START.date()
PARTNERS = {"bengal": "IN", "punjab": "IN", "khulna": "BD", "dhaka": "BD"}


@pytest.fixture
def ids(exchange: Exchange) -> dict[str, int]:
    for name, country in PARTNERS.items():
        exchange.partner(name, country)
    return {name: exchange.known(name).id for name in PARTNERS}


def agree(exchange: Exchange, first: int, second: int, start: date = TODAY, end: date = TODAY) -> int:
    with exchange.database.write() as conn:
        return agreements.add(
            conn, first_id=first, second_id=second, document="MoU", valid_from=start, valid_until=end, now=START
        ).id


def compared(exchange: Exchange, ids: dict[str, int], within_country="agreement", today: date = TODAY) -> set[str]:
    with exchange.database.read() as conn:
        matrix = agreement_matrix(conn, today, within_country)
    assert matrix.dtype == np.bool_
    assert matrix.shape == (max(ids.values()) + 1,) * 2
    assert (matrix == matrix.T).all()
    assert not matrix[0].any()
    return {f"{a} {b}" for a, b in product(ids, ids) if matrix[ids[a], ids[b]] and a <= b}


OWN = {f"{name} {name}" for name in PARTNERS}


def test_without_agreements_everybody_is_compared_with_itself(exchange: Exchange, ids: dict[str, int]) -> None:
    assert compared(exchange, ids) == OWN


def test_open_within_a_country_never_reaches_across_its_border(exchange: Exchange, ids: dict[str, int]) -> None:
    assert compared(exchange, ids, "open") == OWN | {"bengal punjab", "dhaka khulna"}


def test_agreements_count_from_their_first_to_their_last_day(exchange: Exchange, ids: dict[str, int]) -> None:
    agree(exchange, ids["khulna"], ids["bengal"], TODAY, TODAY + timedelta(days=2))
    found = [compared(exchange, ids, today=TODAY + timedelta(days=days)) - OWN for days in (-1, 0, 2, 3)]
    assert found == [set(), {"bengal khulna"}, {"bengal khulna"}, set()]


def test_an_ended_agreement_counts_no_more(exchange: Exchange, ids: dict[str, int]) -> None:
    number = agree(exchange, ids["khulna"], ids["bengal"])
    with exchange.database.write() as conn:
        end_agreement(conn, number, START)
    assert compared(exchange, ids) == OWN


@pytest.mark.parametrize("state", ["invited", "pending", "suspended", "revoked"])
def test_partners_that_are_not_active_are_compared_with_nobody(
    exchange: Exchange, ids: dict[str, int], state: str
) -> None:
    agree(exchange, ids["khulna"], ids["bengal"])
    exchange.set_state("khulna", state)
    assert compared(exchange, ids, "open") == (OWN - {"khulna khulna"}) | {"bengal punjab"}


def test_a_hub_without_partners_has_an_empty_matrix(exchange: Exchange) -> None:
    with exchange.database.read() as conn:
        assert not agreement_matrix(conn, TODAY, "open").any()
