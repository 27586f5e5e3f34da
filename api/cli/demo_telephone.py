"""What people of the demo read out to each other on the telephone: fingerprints, which no message can replace."""

from api.cli.demo_network import Gateway, Network
from api.cli.demo_people import Officer, Person
from api.cli.demo_waiting import watched
from api.holder.operating import opening as gateways
from api.holder.operating import peering
from api.hub.operating import officers
from api.hub.operating import opening as hubs
from api.service.clock import utc_now

_STANDSTILL_SECONDS = 60.0


def confirm_officer(network: Network, officer: Officer) -> None:
    """The hub's operator confirms the key that an officer reads the fingerprint of, once it has come to the hub."""
    with hubs.opened(network.hub) as hub:
        watched(
            lambda: [row["officer"] for row in officers.listing(hub).values["officers"]],
            lambda known: officer.key in known, network.require_running, "The arrival of an officer's key",
            standstill_seconds=_STANDSTILL_SECONDS,
        )  # fmt: skip
        officers.confirm(hub, officer.office.name, officer.fingerprint, utc_now)


def confirm_card(admin: Person, partner: Gateway) -> None:
    """An administrator confirms the card that a partner reads the fingerprint out of, from its own gateway."""
    name = partner.office.name
    with gateways.opened(partner.settings) as own:
        fingerprint = peering.listing(own).values["own"]
    admin.wait(
        lambda: [peer["partner"] for peer in admin.ask("GET", "/v1/peers")["items"]],
        lambda known: name in known, f"The card of {name}",
    )  # fmt: skip
    admin.ask("POST", f"/v1/peers/{name}/trust", json={"fingerprint": fingerprint})
