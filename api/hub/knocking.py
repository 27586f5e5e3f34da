"""Knocks: telling a gateway that something waits, without a word of what."""

import json
from collections.abc import Iterable
from threading import Lock

import httpx
import structlog

from api.hub.registry.callbacks import is_loopback
from api.hub.storage import partners
from api.hub.storage.partners import Partner
from api.service.clock import Clock
from api.service.database import Database
from api.service.workers import Worker
from api.wire.candidates import Knock
from api.wire.request_keys import RequestKey
from api.wire.signing import sign_request

TIMEOUT_SECONDS = 5.0
_IDLE_SECONDS = 60.0
_PATH = "/v1/hub/knock"
_MOST_AT_ONCE = 20


class Knocker:
    """Knocks at gateways from a thread of its own, so that matching never waits for one.

    Best effort: a gateway that does not hear asks by itself later.

    Args:
        database: the hub's database.
        key: the hub's key.
        hub: the hub's name.
        clock: the present moment.
        client: sends the requests; one without redirects and with a time limit of five seconds when None.
    """

    def __init__(
        self, database: Database, key: RequestKey, hub: str, clock: Clock, client: httpx.Client | None = None
    ) -> None:
        self._database, self._key, self._hub, self._clock = database, key, hub, clock
        # trust_env: a proxy from the environment would learn who is knocked at.
        self._client = client or httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
        self._waiting: set[int] = set()
        self._lock = Lock()
        self._worker = Worker("knocking", self.step, _IDLE_SECONDS)

    def candidates_changed(self, partner_ids: Iterable[int]) -> None:
        """What these partners are told or asked has changed, and is committed. Returns at once."""
        with self._lock:
            self._waiting.update(partner_ids)
        self._worker.wake()

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def stop(self) -> None:
        """End after the present knock; the others are left out."""
        with self._lock:
            self._waiting.clear()
        self._worker.stop(TIMEOUT_SECONDS + 1)
        self._client.close()

    def step(self) -> bool:
        """Knock at some of the gateways that wait; True when others do still."""
        with self._lock:
            chosen = sorted(self._waiting)[:_MOST_AT_ONCE]
            self._waiting.difference_update(chosen)
        if not chosen:
            return False
        with self._database.read() as conn:
            found = partners.callbacks(conn, chosen)
        for partner in found:
            self._knock(partner)
        with self._lock:
            return bool(self._waiting)

    def _knock(self, partner: Partner) -> None:
        url = httpx.URL(f"{partner.callback_url}{_PATH}")
        if url.scheme != "https" and not is_loopback(url.host):
            return
        body = json.dumps(Knock().model_dump()).encode()
        # As on the request line: the gateway verifies what it received.
        target = url.raw_path.decode("ascii")
        fields = sign_request(
            "POST", target, body, key=self._key, key_id=self._hub, recipient=partner.name, now=self._clock()
        )  # fmt: skip
        try:
            answer = self._client.post(url, content=body, headers={**fields, "content-type": "application/json"})
        except httpx.HTTPError:
            structlog.get_logger().info("no answer to a knock", partner=partner.name)
            return
        if not answer.is_success:
            structlog.get_logger().info("a knock was refused", partner=partner.name, status=answer.status_code)
