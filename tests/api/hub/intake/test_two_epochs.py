"""One record under two linkage keys: counted once, taken back in both, and listed in each."""

from typing import Any

import pytest

from api.hub.probing.rules import ScreeningRules
from api.hub.probing.screening import raise_suspected
from api.hub.storage.entries import Window, entered_records, first_numbers, last_allowed, more_than
from api.hub.storage.tables import records
from api.wire.names import new_ref
from matcher.profile import LOCAL_2026_11_22
from tests.api.hub.gateways import DOMAIN, START, Exchange, Gateway, put, withdraw

NEXT = "2026-12"


@pytest.fixture
def gateway(exchange: Exchange) -> Gateway:
    exchange.partition()
    exchange.partition(epoch=NEXT)
    return exchange.partner("punjab")


def states(exchange: Exchange) -> list[tuple[str, int]]:
    return [(row["state"], row["version"]) for row in exchange.rows(records)]


def listed(gateway: Gateway, **partition: str) -> list[tuple[str, int, str]]:
    query = "".join(f"&{name}={value}" for name, value in partition.items())
    answer = gateway.get(f"/v1/holdings?limit=100{query}")
    assert answer.status_code == 200, answer.text
    return [(each["ref"], each["version"], each["state"]) for each in answer.json()["items"]]


def test_a_put_that_a_withdrawal_has_overtaken_stores_nothing_in_the_other_epoch(
    exchange: Exchange, gateway: Gateway
) -> None:
    ref = new_ref()
    gateway.outcomes(put(ref, 1))
    assert gateway.outcomes(withdraw(ref, 2)) == ["withdrawn"]
    assert gateway.outcomes(put(ref, 1), epoch=NEXT) == ["outdated"]
    assert states(exchange) == [("withdrawn", 2)]
    assert gateway.outcomes(put(ref, 3), epoch=NEXT) == ["stored"]


def test_holdings_of_one_partition_are_its_own(exchange: Exchange, gateway: Gateway) -> None:
    first, second = sorted([new_ref(), new_ref()])
    gateway.outcomes(put(first, 1), put(second, 1))
    gateway.outcomes(put(first, 2), epoch=NEXT)
    named = {"domain": DOMAIN, "profile": LOCAL_2026_11_22.name}
    assert listed(gateway) == [(first, 2, "active"), (second, 1, "active")]
    assert listed(gateway, epoch=NEXT, **named) == [(first, 2, "active")]
    assert listed(gateway, epoch="2026-11", **named) == [(first, 1, "active"), (second, 1, "active")]
    assert gateway.get(f"/v1/holdings?epoch={NEXT}").json()["type"].endswith("unknown-epoch")


def test_a_record_of_two_epochs_counts_once(exchange: Exchange, gateway: Gateway) -> None:
    items: list[dict[str, Any]] = [put(new_ref(), seed=at) for at in range(3)]
    gateway.outcomes(*items)
    gateway.outcomes(*items, epoch=NEXT)
    known = exchange.known("punjab")
    window = Window(known.id, START.replace(hour=0), START.replace(hour=23))
    with exchange.database.read() as conn:
        assert more_than(conn, window, 2)
        assert not more_than(conn, window, 3)
        assert last_allowed(conn, window, 4) is None
        last = last_allowed(conn, window, 3)
        assert last is not None
        assert last[1] == 3
        assert set(first_numbers(conn, known.id, [item["ref"] for item in items]).values()) == {1, 2, 3}


def test_no_alarm_is_raised_for_records_that_were_only_encoded_again(exchange: Exchange, gateway: Gateway) -> None:
    items: list[dict[str, Any]] = [put(new_ref(), seed=at) for at in range(3)]
    gateway.outcomes(*items)
    gateway.outcomes(*items, epoch=NEXT)

    def raised(quota: int) -> int:
        with exchange.database.write() as conn:
            batch = list(entered_records(conn, range(1, 7)).values())
            rules = ScreeningRules(officer_day=100, office_day=100, holder_day=quota, odd_hours_allowed=100)
            return len(raise_suspected(conn, batch, rules, START))

    assert raised(3) == 0
    assert raised(2) == 1
