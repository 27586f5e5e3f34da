"""The network that the journeys share: one hub and four offices, on SQLite and again on PostgreSQL."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from encoder.key_files import write_key_file
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from matcher.profile import NETWORK_PHOTO_2026_11_22
from tests.databases import PostgresServer
from tests.journeys.network import DOMAIN, EPOCH, WRAPPING_KEY, Gateway, HubNode, start_all, stop_all
from tests.journeys.services import until
from tests.journeys.stories import UNRELATED


@dataclass(frozen=True)
class Network:
    """A hub, and the offices of West Bengal's police, shelters in Punjab and Bihar, and a Nepali organisation."""

    hub: HubNode
    bengal: Gateway
    punjab: Gateway
    bihar: Gateway
    nepal: Gateway

    @property
    def gateways(self) -> tuple[Gateway, ...]:
        """All offices."""
        return self.bengal, self.punjab, self.bihar, self.nepal


COUNTRIES = {"bengal": "IN", "punjab": "IN", "bihar": "IN", "nepal": "NP"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """Everything is running, the partners in India have agreements, and nobody has one with Nepal."""
    folder = tmp_path_factory.mktemp("network")
    server: PostgresServer | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
    names = ["hub", *COUNTRIES]
    urls = {name: server.url(server.create()) if server else f"sqlite:///{folder / name / 'own.db'}" for name in names}
    key = make_key(folder)
    hub = HubNode(folder / "hub", urls["hub"])
    key_check = key.key_check(NETWORK_PHOTO_2026_11_22).hex()
    hub.call(
        "partition", "open", "--domain", DOMAIN, "--epoch", EPOCH, "--profile", NETWORK_PHOTO_2026_11_22.name,
        "--key-check", key_check,
    )  # fmt: skip
    gateways = {name: Gateway(folder / name, name, urls[name], folder / f"{name}.key") for name in COUNTRIES}
    hub.start()
    for name, gateway in gateways.items():
        gateway.join(hub, COUNTRIES[name])
        gateway.people()
    for first, second in (("bengal", "punjab"), ("bengal", "bihar"), ("punjab", "bihar")):
        agree(hub, first, second)
    # Whoever asks for a partner's card before it is there asks again only after a quarter of a minute.
    for gateway in gateways.values():
        gateway.call("sync")
    start_all(*gateways.values())
    made = Network(hub, **gateways)
    for number, record in enumerate(UNRELATED):
        made.gateways[number % 3].enter(record, "ngo")
    # Who counts records in a story counts its own, not these on their way.
    until(lambda: all(gateway.sync()["waiting"] == 0 for gateway in made.gateways))
    yield made
    stop_all(*(node for node in (*gateways.values(), hub) if node.process is not None))


def make_key(folder: Path) -> LinkageKey:
    """The key steward makes a linkage key, and every office gets a file of it."""
    # Always the same, so that levels do not hang on the luck of a key.
    key = linkage_key_from_secret_bytes(bytes(range(32)), DOMAIN, EPOCH)
    for name in COUNTRIES:
        write_key_file(folder / f"{name}.key", key, base64.b64decode(WRAPPING_KEY))
    return key


def agree(hub: HubNode, first: str, second: str) -> None:
    """Enter an agreement of two partners."""
    days = ("--from", "2020-01-01", "--until", "2099-12-31")
    hub.call("agreement", "add", first, second, "--document", f"Invented agreement {first}/{second}", *days)
