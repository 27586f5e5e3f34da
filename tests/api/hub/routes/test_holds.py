"""Legal holds at the hub."""

import json

import pytest

from api.hub.storage.partner_tables import audit, holds
from api.wire.names import new_ref
from api.wire.retention import record_mark
from tests.api.hub.gateways import Exchange, Gateway, body_of, erase, put, withdraw
from tests.api.service.requests_to import problem_in

ORDER, OTHER = "o" * 43, "p" * 43


def hold(gateway: Gateway, ref: str, order: str = ORDER) -> None:
    answer = gateway.send("PUT", f"/v1/holds/{ref}", body_of({"format": 1, "order": order}))
    assert (answer.status_code, answer.json()) == (200, {"ref": ref, "held": True})


def lift(gateway: Gateway, ref: str) -> None:
    assert gateway.send("DELETE", f"/v1/holds/{ref}").json() == {"ref": ref, "held": False}


def leaves(exchange: Exchange) -> list[tuple[str, str, str | None, str | None]]:
    """What, who, about what and under which order, of every audit leaf."""
    found = [json.loads(row["content"]) for row in exchange.rows(audit.leaves)]
    return [(leaf["what"], leaf["by"], leaf["about"], leaf["order"]) for leaf in found]


def test_a_held_record_is_not_erased_until_the_hold_is_lifted(exchange: Exchange) -> None:
    exchange.partition()
    bengal, ref, free = exchange.partner("bengal"), new_ref(), new_ref()
    bengal.submit(put(ref), put(free))
    hold(bengal, ref)
    assert bengal.outcomes(erase(ref, 2), erase(free, 2)) == ["on-hold", "erased"]
    assert exchange.record(ref)["codes"] is not None
    assert bengal.outcomes(withdraw(ref, 2)) == ["withdrawn"]
    lift(bengal, ref)
    assert bengal.outcomes(erase(ref, 2)) == ["erased"]
    assert exchange.record(ref)["codes"] is None


def test_a_hold_may_come_before_its_record_and_concerns_its_owner_alone(exchange: Exchange) -> None:
    exchange.partition()
    bengal, other, ref = exchange.partner("bengal"), exchange.partner("other"), new_ref()
    hold(bengal, ref)
    bengal.submit(put(ref))
    other.submit(put(ref))
    assert other.outcomes(erase(ref, 2)) == ["erased"]
    assert bengal.outcomes(erase(ref, 2)) == ["on-hold"]
    assert other.get("/v1/holds").json() == {"items": []}
    lift(other, ref)
    assert [each["ref"] for each in bengal.get("/v1/holds").json()["items"]] == [ref]


def test_holds_are_on_the_record_once_each_and_never_name_the_ref(exchange: Exchange) -> None:
    bengal, ref = exchange.partner("bengal"), new_ref()
    for order in (ORDER, ORDER, OTHER):
        hold(bengal, ref, order)
    lift(bengal, ref)
    lift(bengal, ref)
    about = record_mark(ref)
    assert leaves(exchange) == [
        ("hold-placed", "bengal", about, ORDER), ("hold-placed", "bengal", about, OTHER),
        ("hold-lifted", "bengal", about, OTHER),
    ]  # fmt: skip
    assert all(ref not in row["content"] for row in exchange.rows(audit.leaves))
    hold(bengal, ref)
    assert len(leaves(exchange)) == 4


@pytest.mark.parametrize("order", ["", "o" * 42, "o" * 10_000, 7, None])
def test_an_order_that_is_no_mark_is_refused(exchange: Exchange, order: object) -> None:
    bengal = exchange.partner("bengal")
    answer = bengal.send("PUT", f"/v1/holds/{new_ref()}", body_of({"order": order}))
    assert problem_in(answer) == "invalid-body"
    assert exchange.count(holds) == 0


def test_a_suspended_partner_places_nothing(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    exchange.set_state("bengal", "suspended")
    answer = bengal.send("PUT", f"/v1/holds/{new_ref()}", body_of({"order": ORDER}))
    assert problem_in(answer) == "partner-suspended"
    assert exchange.count(holds) == 0
