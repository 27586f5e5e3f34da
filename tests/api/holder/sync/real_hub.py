"""A real hub behind a gateway's client, whose database a test can rewrite."""

from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import delete

from api.holder.sync.client import HubClient, HubPeer
from api.holder.sync.exchange import Exchange as Connection
from api.hub.checkpointing import Checkpoints
from api.hub.settings import HubSettings
from api.hub.storage import audit as log
from api.hub.storage.partner_tables import audit
from api.service.audit.entries import Entry
from api.service.database import Database
from api.wire.audit import Checkpoint
from tests.api.hub.gateways import HUB, HUB_KEY, Exchange, Gateway, make_tables
from tests.api.service.requests_to import ask


class RealHub:
    """A hub on a database, with a partner `west-bengal` and another, `punjab`."""

    def __init__(self, database: Database, data: Path) -> None:
        make_tables(database)
        self.exchange = Exchange(database, HubSettings(name=HUB, data=data))
        self.clock, self.database = self.exchange.clock, database
        self.own, self.other = self.exchange.partner("west-bengal"), self.exchange.partner("punjab")

    def client(self, partner: Gateway | None = None) -> HubClient:
        """What a partner's gateway asks with."""
        gateway, peer = partner or self.own, HubPeer(HUB, HUB_KEY.public, (partner or self.own).name)
        connection = Connection(httpx.URL("http://service"), _InProcess(self.exchange))
        return HubClient(connection, peer, gateway.key, self.clock)

    def act(self, count: int = 1, about: str = "punjab") -> None:
        """Let the operator do something."""
        with self.database.write() as conn:
            for _ in range(count):
                log.note(conn, Entry("partner-suspended", "hub-operator", self.clock(), about))

    def publish(self) -> None:
        """The next day's checkpoint."""
        Checkpoints(self.database, HUB_KEY, HUB, timedelta(hours=24), self.clock).step()
        self.clock.advance(hours=24)

    def rewrite(self, days: int) -> None:
        """Put another history, signed with the hub's own key, in the place of the log."""
        with self.database.write() as conn:
            for table in (audit.leaves, audit.nodes, audit.state, audit.checkpoints):
                conn.execute(delete(table))
        for _ in range(days):
            self.act(about="somebody-else")
            self.publish()

    def show(self, partner: Gateway, checkpoint: Checkpoint) -> None:
        """Let a partner show its log."""
        answer = partner.send("POST", "/v1/audit/witnesses", checkpoint.model_dump_json().encode())
        assert answer.status_code == 200, answer.text


class _InProcess(httpx.BaseTransport):
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        answer = ask(
            self._exchange.app, request.method, target, content=request.read(), headers=dict(request.headers)
        )
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Body(answer.content))


class _Body(httpx.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self):
        yield self._content
