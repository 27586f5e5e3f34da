"""The line to the hub: open only to a hub that a person has confirmed, and only as long as it shows that key."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

import httpx
import structlog

from api.holder.sync import hub_facts
from api.holder.sync.addresses import checked_address
from api.holder.sync.client import HubClient, HubStrangerClient
from api.holder.sync.exchange import Exchange
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.wire.partners import Policy
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey

POLICY_LASTS = timedelta(minutes=5)
Connect = Callable[[httpx.URL], Exchange]


class Line:
    """Gives out clients for the confirmed hub, and watches that it stays the same one. For several threads.

    Args:
        database: holds what is known of the hub.
        key: gives the gateway's request key, None before it has enrolled; asked until there is one.
        clock: the gateway's clock.
        connect: opens connections; the network's by default.
        url: where the hub is now, if that is not where the gateway enrolled.
    """

    def __init__(
        self, database: Database, key: Callable[[], RequestKey | None], clock: Clock = utc_now,
        connect: Connect = Exchange, url: str | None = None,
    ) -> None:  # fmt: skip
        self._database, self._key, self._clock, self._connect = database, key, clock, connect
        self._found_key: RequestKey | None = None
        self._key_lock, self._lock = Lock(), Lock()
        self._moved_to = url
        self._exchange: Exchange | None = None
        self._url: str | None = None
        self._policy: tuple[Policy, datetime, str] | None = None

    def client(self) -> HubClient:
        """A client for the hub, as it is known now; ProblemError `not-ready` when nothing may be sent."""
        hub = hub_facts.require(self.known())
        return HubClient(self._connected(hub.url), hub.peer, self._own_key(), self._clock)

    def _own_key(self) -> RequestKey:
        # One thread at a time: two Argon2 derivations at once in one process were seen to wait for each other for ever
        # (cryptography 50, OpenSSL's thread pool).
        with self._key_lock:
            self._found_key = self._found_key or self._key()
            if self._found_key is None:
                raise hub_facts.HubNotConfirmedError("There is no request key; run `milap holder enrol` again.")
            return self._found_key

    def policy(self, client: HubClient) -> Policy:
        """The hub's policy, at most five minutes old.

        Its signed answer is what proves the hub before the first code leaves.
        """
        now, key = self._clock(), client.peer.hub_key.text
        with self._lock:
            if self._policy is not None and self._policy[2] == key and abs(now - self._policy[1]) < POLICY_LASTS:
                return self._policy[0]
        policy = client.policy()
        with self._lock:
            self._policy = (policy, now, key)
        return policy

    def forget_policy(self) -> None:
        """Ask for the policy again before the next code leaves."""
        with self._lock:
            self._policy = None

    def doubt(self) -> None:
        """After an answer that the confirmed key did not sign: whether the hub shows another key now.

        If so, nothing more is sent until a person has compared fingerprints again.
        """
        self.forget_policy()
        hub = self.known()
        if hub is None or not hub.trusted or hub.offered is not None:
            return
        try:
            shown = HubStrangerClient(self._connected(hub.url)).identity()
        except ProblemError:
            return
        if shown.public_key != hub.public_key:
            with self._database.write() as conn:
                hub_facts.store(conn, replace(hub, trusted=False, offered=shown.public_key), self._clock())
            structlog.get_logger().error("the hub shows another key; nothing is sent until it is confirmed")

    def known(self) -> hub_facts.KnownHub | None:
        """What is known of the hub."""
        with self._database.read() as conn:
            return hub_facts.load(conn)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._exchange is not None:
                self._exchange.close()
            self._exchange = self._url = None

    def _connected(self, enrolled_at: str) -> Exchange:
        url = self._moved_to or enrolled_at
        with self._lock:
            if self._exchange is None or self._url != url:
                self._exchange, self._url = self._connect(checked_address(url, "The hub's address")), url
            return self._exchange
