"""A hub and gateways as an operator sets them up: with the commands, as processes of their own, over real HTTP."""

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from api.cli.processes import ServiceProcess
from matcher.profile import NETWORK_PHOTO_2026_11_22
from tests.journeys.services import free_port, milap, request

DOMAIN, EPOCH = "journeys", "2026-11"
WRAPPING_KEY = base64.b64encode(b"wrapping key of all the journeys").decode()
ADMIN_PASSWORD = "an invented administrator"
DESKS = {
    "intake": ("records:write", "records:read"),
    "custodian": ("records:read", "candidates:read"),
    "operator": ("sync:read",),
}
"""What the token of each desk of an office allows."""


class Node:
    """One service with its folder, environment and process; it keeps its port over restarts."""

    def __init__(self, folder: Path, words: list[str], environment: dict[str, str]) -> None:
        self.folder, self.words, self.environment = folder, words, environment
        self.log = folder.parent / f"{folder.name}.log"
        self.process: ServiceProcess | None = None
        self.address = ""

    def start(self) -> None:
        """Start and wait until it listens."""
        self.process = ServiceProcess(self.words, self.log, self.environment)
        self.address = self.process.wait()

    def stop(self) -> None:
        """Stop as an operator does; it has to end well."""
        assert self.process is not None
        assert self.process.stop() == 0
        self.process = None

    def kill(self) -> None:
        """Stop as a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process = None


def start_all(*nodes: Node) -> None:
    """Start several services at once, since each takes seconds to import what it needs."""
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(Node.start, nodes):
            pass


def stop_all(*nodes: Node) -> None:
    """Stop several services at once; each has to end well."""
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(Node.stop, nodes):
            pass


class HubNode(Node):
    """The hub of a network, with one partition open."""

    def __init__(self, folder: Path, database: str) -> None:
        environment = {
            "MILAP_HUB_NAME": "hub-east", "MILAP_HUB_DATA": str(folder), "MILAP_HUB_PORT": str(free_port()),
            "MILAP_HUB_DATABASE": database, "MILAP_HUB_METRICS_TOKEN": "metrics of the journeys",
            # Journeys take back what they found a moment ago: no snapshot may be older.
            "MILAP_HUB_SNAPSHOT_EVERY_CHANGES": "5",
            # One desk enters a day's children in a minute, at whatever hour the tests run.
            "MILAP_HUB_QUOTA_OFFICER_DAY": "10000", "MILAP_HUB_QUOTA_OFFICE_DAY": "10000",
            "MILAP_HUB_ODD_HOURS_ALLOWED": "10000",
        }  # fmt: skip
        super().__init__(folder, ["hub", "serve"], environment)
        self.fingerprint = milap(environment, "hub", "init")["fingerprint"]

    def call(self, *words: str) -> dict[str, Any]:
        """`milap hub WORDS`."""
        return milap(self.environment, "hub", *words)


class Gateway(Node):
    """A holder's gateway that is enrolled, confirmed and trusted, and what its people do with it."""

    def __init__(
        self, folder: Path, name: str, database: str, key: Path, profile: str = NETWORK_PHOTO_2026_11_22.name
    ) -> None:
        port = free_port()
        environment = {
            "MILAP_HOLDER_DATA": str(folder), "MILAP_HOLDER_PORT": str(port), "MILAP_HOLDER_DATABASE": database,
            "MILAP_HOLDER_LINKAGE_KEY": str(key), "MILAP_HOLDER_PROFILE": profile,
            "MILAP_HOLDER_POLL_SECONDS": "0.5", "MILAP_HOLDER_ERRAND_SECONDS": "2", "MILAP_HOLDER_CALLBACK_URL": f"http://127.0.0.1:{port}",
            "MILAP_HOLDER_METRICS_TOKEN": "metrics of the journeys", "MILAP_WRAPPING_KEY": WRAPPING_KEY,
            "MILAP_HOLDER_ADMIN_PASSWORD": ADMIN_PASSWORD, "MILAP_HOLDER_CONTACT_DESK": f"The desk of {name}, invented",
        }  # fmt: skip
        super().__init__(folder, ["holder", "serve"], environment)
        self.name = name
        milap(environment, "holder", "init")

    def call(self, *words: str) -> dict[str, Any]:
        """`milap holder WORDS`."""
        return milap(self.environment, "holder", *words)

    def join(self, hub: HubNode, country: str) -> None:
        """Enrol at a running hub, both fingerprints compared."""
        title = f"Invented {self.name}"
        invited = hub.call("partner", "invite", self.name, "--title", title, "--country", country)
        self.environment["MILAP_ENROLMENT_CODE"] = invited["code"]
        own = self.call("enrol", "--hub", hub.address)
        hub.call("partner", "confirm", self.name, "--fingerprint", own["fingerprint"])
        self.call("trust", hub.fingerprint)

    def people(self) -> None:
        """Tokens for the desks of the office; the gateway has to be there, not running."""
        self._tokens = {
            desk: self.call("token", "new", desk, *(word for scope in scopes for word in ("--scope", scope)))["token"]
            for desk, scopes in DESKS.items()
        }

    def ask(self, desk: str, method: str, path: str, **words: Any) -> httpx.Response:
        """One request of a desk."""
        headers = {"authorization": f"Bearer {self._tokens[desk]}", **words.pop("headers", {})}
        return request(method, f"{self.address}{path}", headers=headers, timeout=30, **words)

    def enter(self, record: dict[str, Any], source: str) -> dict[str, Any]:
        """Enter a record at the intake desk, and give the receipt."""
        answer = self.ask("intake", "POST", "/v1/records", json={"record": record, "source": source})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def read(self, ref: str) -> httpx.Response:
        """One own record."""
        return self.ask("intake", "GET", f"/v1/records/{ref}")

    def arrived(self, ref: str) -> bool:
        """Whether the hub has the newest version of a record."""
        return self.read(ref).json()["sharing"] == "arrived"

    def sync(self) -> dict[str, Any]:
        """How the exchange with the hub stands."""
        return self.ask("operator", "GET", "/v1/sync").json()

    def inbox(self, ref: str, state: str = "proposed") -> list[dict[str, Any]]:
        """Candidates of one own found record, at the custodian's desk."""
        answer = self.ask("custodian", "GET", "/v1/inbox", params={"limit": 200})
        assert answer.status_code == 200, answer.text
        return [item for item in answer.json()["items"] if item["own"]["ref"] == ref and item["state"] == state]
