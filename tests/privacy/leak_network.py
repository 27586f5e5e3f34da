"""A hub and two gateways of which nothing goes unseen: every line recorded, every folder the test's own."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.holder.sync.request_key_file import read_request_key
from api.holder.vault import key_file as vault_key_file
from api.hub.hub_key import load_hub_key
from api.wire.request_keys import RequestKey, reveal_seed_bytes_of_request_key
from encoder.key_files import write_key_file
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from encoder.sealed_files import UnlockSecret, read_sealed_file
from matcher.profile import NETWORK_PHOTO_2026_11_22
from tests.databases import PostgresServer
from tests.journeys.network import ADMIN_PASSWORD, WRAPPING_KEY, Gateway, HubNode, start_all
from tests.journeys.services import request
from tests.privacy.leaks import SAID
from tests.privacy.recording_proxy import RecordingProxy

DOMAIN, EPOCH = "canary-network", "2026-11"
LINKAGE_KEY = hashlib.sha256(b"the linkage key of the canary network").digest()
WRAPPING_BYTES = hashlib.sha256(b"the wrapping key of the canary network").digest()
WRAPPING_TEXT = base64.b64encode(WRAPPING_BYTES).decode()
PASSPHRASE = "an invented passphrase of the southern office"
STAFF_PASSWORD = "an invented password of the custodian"
METRICS_TOKEN = "an invented token for metrics"
_DAYS = ("--from", "2020-01-01", "--until", "2099-12-31")


@dataclass(frozen=True)
class LineToHub:
    """A hub as a gateway enrols at it: through a recording line."""

    hub: HubNode
    address: str

    @property
    def fingerprint(self) -> str:
        """The hub's own."""
        return str(self.hub.fingerprint)

    def call(self, *words: str) -> dict[str, Any]:
        """`milap hub WORDS`."""
        return self.hub.call(*words)


@dataclass(frozen=True)
class Office:
    """One gateway with the recorded lines to the hub and from it."""

    gateway: Gateway
    unlock: UnlockSecret
    line: RecordingProxy
    knocks: RecordingProxy

    def key(self) -> RequestKey:
        """The gateway's request key."""
        return read_request_key(self.gateway.folder / "request.key", self.unlock)

    def secrets(self) -> dict[str, bytes]:
        """What must never be seen outside of this gateway's process."""
        name, folder = self.gateway.name, self.gateway.folder
        vault = read_sealed_file(folder / "vault.key", vault_key_file._FORMAT, self.unlock).secret
        tokens = {f"{name} {desk}": token.encode() for desk, token in self.gateway._tokens.items()}
        seed = reveal_seed_bytes_of_request_key(self.key())
        return {f"{name} vault key": vault, f"{name} request key": seed, **tokens}

    def session(self, login: str, password: str) -> str:
        """Sign in, and give the session's token."""
        answer = request("POST", f"{self.gateway.address}/v1/sessions", json={"login": login, "password": password})
        assert answer.status_code == 201
        return str(answer.json()["token"])


@dataclass(frozen=True)
class WatchedNetwork:
    """North reports missing children, south has found ones; they have an agreement."""

    folder: Path
    server: PostgresServer | None
    hub: HubNode
    north: Office
    south: Office
    webhook: RecordingProxy
    codes: list[str] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    """What the north's line had seen before its service was started."""

    @property
    def offices(self) -> tuple[Office, Office]:
        """Both."""
        return self.north, self.south

    def url(self, name: str) -> str:
        """URL of the database of hub, north or south."""
        urls = {each.gateway.name: each.gateway.environment["MILAP_HOLDER_DATABASE"] for each in self.offices}
        return {**urls, "hub": self.hub.environment["MILAP_HUB_DATABASE"]}[name]


@contextmanager
def watched_network(folder: Path, server: PostgresServer | None) -> Iterator[WatchedNetwork]:
    """The network, running; it is stopped at the end."""
    names = ("hub", "north", "south")
    urls = {name: server.url(server.create()) if server else f"sqlite:///{folder / name / 'own.db'}" for name in names}
    key = linkage_key_from_secret_bytes(LINKAGE_KEY, DOMAIN, EPOCH)
    hub = make_hub(folder, urls["hub"], key.key_check(NETWORK_PHOTO_2026_11_22).hex())
    webhook = RecordingProxy()
    made = [make_office(folder, name, urls[name], key, hub, webhook) for name in names[1:]]
    network = WatchedNetwork(folder, server, hub, made[0], made[1], webhook)
    lines = [webhook, *(line for office in made for line in (office.line, office.knocks))]
    try:
        hub.start()
        for office in made:
            office.gateway.join(LineToHub(hub, office.line.address), "IN")  # type: ignore[arg-type]
            network.codes.append(office.gateway.environment.pop("MILAP_ENROLMENT_CODE"))
            office.gateway.people()
        hub.call("agreement", "add", "north", "south", "--document", "Invented agreement 7", *_DAYS)
        # Whoever asks for a partner's card before it is there asks again only after a quarter of a minute.
        for office in made:
            office.gateway.call("sync")
        network.before.extend(network.north.line.mark())
        start_all(*(office.gateway for office in made))
        yield network
    finally:
        for node in (*(office.gateway for office in made), hub):
            if node.process is not None:
                node.kill()
        for line in lines:
            line.close()


def make_hub(folder: Path, url: str, key_check: str) -> HubNode:
    """A hub with one partition open, which has a folder for temporary files and proposes no weak pair."""
    hub = HubNode(folder / "hub", url)
    hub.environment |= {
        "TMPDIR": str(temporary(folder, "hub")), "MILAP_HUB_METRICS_TOKEN": METRICS_TOKEN,
        "MILAP_HUB_MATCH_MINIMUM_BITS": "5",
    }  # fmt: skip
    words = ("--domain", DOMAIN, "--epoch", EPOCH, "--profile", NETWORK_PHOTO_2026_11_22.name, "--key-check", key_check)
    hub.call("partition", "open", *words)
    return hub


def make_office(
    folder: Path, name: str, url: str, key: LinkageKey, hub: HubNode, webhook: RecordingProxy
) -> Office:  # fmt: skip
    """A gateway; the southern one opens its keys by a passphrase, the other by a wrapping key."""
    key_file = folder / f"{name}.key"
    gateway = Gateway(folder / name, name, url, key_file)
    knocks = RecordingProxy(int(gateway.environment["MILAP_HOLDER_PORT"]))
    gateway.environment |= {
        "TMPDIR": str(temporary(folder, name)), "MILAP_HOLDER_METRICS_TOKEN": METRICS_TOKEN,
        "MILAP_HOLDER_CALLBACK_URL": knocks.address, "MILAP_HOLDER_NOTIFY_WEBHOOK": webhook.address,
        "MILAP_HOLDER_STAFF_PASSWORD": STAFF_PASSWORD, "MILAP_HOLDER_ERRAND_SECONDS": "1",
        "MILAP_HOLDER_CONTACT_DESK": f"{SAID['desk']} of {name}",
    }  # fmt: skip
    unlock: UnlockSecret = WRAPPING_BYTES
    gateway.environment["MILAP_WRAPPING_KEY"] = WRAPPING_TEXT
    if name == "south":
        unlock = PASSPHRASE
        gateway.environment |= {"MILAP_WRAPPING_KEY": "", "MILAP_KEY_PASSPHRASE": PASSPHRASE}
    # It was made under the key that all journeys share; nothing has been sealed so far.
    (gateway.folder / "vault.key").unlink()
    gateway.call("init")
    gateway.call("staff", "add", "custodian", "--role", "custodian")
    write_key_file(key_file, key, unlock)
    return Office(gateway, unlock, RecordingProxy(int(hub.environment["MILAP_HUB_PORT"])), knocks)


def temporary(folder: Path, name: str) -> Path:
    """The folder of a service's temporary files."""
    path = folder / f"{name}-temporary"
    path.mkdir()
    return path


def all_secrets(network: WatchedNetwork) -> dict[str, bytes]:
    """Keys, passphrases, passwords, tokens."""
    texts = {
        "passphrase": PASSPHRASE, "wrapping key as text": WRAPPING_TEXT, "administrator": ADMIN_PASSWORD,
        "custodian's password": STAFF_PASSWORD, "metrics": METRICS_TOKEN, "shared wrapping key": WRAPPING_KEY,
    }  # fmt: skip
    named = {name: text.encode() for name, text in texts.items()}
    named |= {"linkage key": LINKAGE_KEY, "wrapping key": WRAPPING_BYTES}
    named["hub key"] = reveal_seed_bytes_of_request_key(load_hub_key(network.hub.folder))
    return {**named, **network.north.secrets(), **network.south.secrets()}
