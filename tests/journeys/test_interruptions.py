"""What goes wrong in the field: no line for days, a power cut, a suspended partner. Nothing is lost or doubled."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.conftest import Network
from tests.journeys.network import Gateway
from tests.journeys.services import until


def child(number: int, kind: str = "missing") -> dict[str, Any]:
    """One of many invented children."""
    given, family = ("Asha", "Binod", "Chandni", "Dilip")[number % 4], ("Hansda", "Murmu", "Soren")[number % 3]
    return {
        "record_id": f"DIST-{kind}-{number}", "kind": kind, "name": f"{given} {family}", "sex": "unknown",
        "age": 5 + number % 9, "age_as_of": "2025-02-02", "event_date": "2025-02-02",
        "father_name": f"{('Ram', 'Shyam', 'Jadu', 'Madhu')[number % 4]} {family}",
        "home_village": f"Invented village {number % 5}",
    }  # fmt: skip


def counts(gateway: Gateway) -> tuple[int, int]:
    """Records of which the hub has the newest version, and all that it has to have."""
    status = gateway.sync()
    return status["arrived"], status["arrived"] + status["waiting"]


def holdings(network: Network, name: str) -> int:
    """Records that the hub itself counts for a partner."""
    wanted = {"partner": name, "state": "active"}
    return sum(row["records"] for row in network.hub.call("status")["records"] if wanted.items() <= row.items())


@pytest.fixture(autouse=True)
def everything_runs(network: Network) -> Iterator[None]:
    """What one story leaves switched off is on again for the next."""
    yield
    for node in (network.hub, *network.gateways):
        if node.process is None:
            node.start()


def test_an_office_that_was_offline_loses_nothing(network: Network) -> None:
    until(lambda: network.bengal.sync()["waiting"] == 0)
    network.hub.stop()
    before = counts(network.bengal)[0]
    refs = [network.bengal.enter(child(number), "police")["ref"] for number in range(14)]
    # Its own people find the records meanwhile, in any script.
    found = network.bengal.ask("intake", "POST", "/v1/records/search", json={"name": "आशा हांसदा"}).json()["items"]
    assert {item["ref"] for item in found} & set(refs)
    assert until(lambda: network.bengal.sync()["waiting"] == 14)
    # The office's power fails as well.
    network.bengal.kill()
    network.bengal.start()
    network.hub.start()
    until(lambda: counts(network.bengal) == (before + 14, before + 14))
    assert all(network.bengal.arrived(ref) for ref in refs)


def test_a_hub_that_was_killed_stores_nothing_twice_and_forgets_nothing(network: Network) -> None:
    before = holdings(network, "bihar")
    refs = [network.bihar.enter(child(number, "found"), "shelter")["ref"] for number in range(8)]
    until(lambda: any(network.bihar.arrived(ref) for ref in refs))
    network.hub.kill()
    refs += [network.bihar.enter(child(number, "found"), "shelter")["ref"] for number in range(8, 12)]
    network.hub.start()
    until(lambda: all(network.bihar.arrived(ref) for ref in refs))
    assert holdings(network, "bihar") == before + 12
    # And it matches what it had stored before it was killed.
    until(lambda: any(network.bihar.inbox(ref) for ref in refs))


def test_a_suspended_partner_keeps_its_records_until_it_is_resumed(network: Network) -> None:
    network.hub.call("partner", "suspend", "nepal")
    ref = network.nepal.enter(child(77), "ngo")["ref"]
    until(lambda: "suspended" in str(network.nepal.sync()))
    assert not network.nepal.arrived(ref)
    network.hub.call("partner", "resume", "nepal")
    until(lambda: network.nepal.arrived(ref))


@pytest.mark.parametrize("retries", [3])
def test_a_form_that_is_sent_again_makes_one_record(network: Network, retries: int) -> None:
    body = {"record": child(500), "source": "police"}
    headers = {"idempotency-key": "form-500"}
    answers = [
        network.bengal.ask("intake", "POST", "/v1/records", json=body, headers=headers) for _ in range(retries)
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
