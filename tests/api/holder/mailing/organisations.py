"""Two organisations with a released candidate between them, at a real hub in this process; somebody may sit between."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, update

from api.holder.intake.content import Content, seal_content
from api.holder.mailing.desk import MessageDesk
from api.holder.mailing.errand import MailErrand
from api.holder.mailing.message_keys import MessageKey, message_key_from_seed_bytes
from api.holder.mailing.own_card import Keys
from api.holder.mailing.peers import PeerBook
from api.holder.mailing.sealing import Identity
from api.holder.mailing.wiring import make_mail_errand
from api.holder.storage.messages import MessageFilter
from api.holder.storage.records import Bounds
from api.holder.storage.tables import inbox, metadata, records
from api.holder.sync.client import HubClient, HubPeer
from api.holder.sync.exchange import Exchange as Connections
from api.holder.vault.vault import vault_from_secret_bytes
from api.service.database import open_database
from api.wire.cards import PartnerCard, fingerprint_of, make_card, masking_key_text, message_key_text
from api.wire.names import new_ref
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from encoder.mask_keys import MaskingKey, masking_key_from_seed_bytes
from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import HUB, HUB_KEY, START, Gateway
from tests.api.service.requests_to import ask
from tests.tables import make_tables

EVERYTHING = MessageFilter(("custodian", "reporter"), Bounds(sealed=True))


class _Unread(httpx.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content


class Wire(httpx.BaseTransport):
    """The way to the hub. `fails` cuts it: before the hub hears of a request, or after it has done it."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.requests: list[tuple[str, str, bytes]] = []
        self.fails: Callable[[str, str, bool], bool] = lambda method, path, done: False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body, target = request.read(), request.url.raw_path.decode()
        self._cut(request, False)
        self.requests.append((request.method, target, body))
        answer = ask(self._app, request.method, target, content=body, headers=dict(request.headers))
        self._cut(request, True)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Unread(answer.content))

    def _cut(self, request: httpx.Request, done: bool) -> None:
        if self.fails(request.method, request.url.path, done):
            raise httpx.ConnectError("cut", request=request)


def identity(partner: str, seed: int) -> Identity:
    """Card and keys of an invented partner."""
    key, message_key = RequestKey.generate(), message_key_from_seed_bytes(bytes([seed]) * 32)
    masking_key = masking_key_from_seed_bytes(bytes([seed]) * 32)
    fields: dict[str, object] = {
        "partner": partner, "message_key": message_key_text(message_key.public),
        "masking_key": masking_key_text(masking_key.public), "made_at": START,
    }  # fmt: skip
    return Identity(make_card(key, fields), key, message_key)


class Organisation:
    """One gateway as far as messages need it."""

    def __init__(self, folder: Path, gateway: Gateway, side: str, desk: str = "") -> None:
        self.name, self.key, self.clock, self.side = gateway.name, gateway.key, gateway.clock, side
        self.database = open_database(f"sqlite:///{folder / gateway.name}.db")
        make_tables(self.database, metadata)
        self.vault = vault_from_secret_bytes(bytes(32))
        self.wire = Wire(gateway.app)
        self.message_key: MessageKey = message_key_from_seed_bytes(gateway.name.encode()[:1] * 32)
        self.masking_key: MaskingKey = masking_key_from_seed_bytes(gateway.name.encode()[:1] * 32)
        self.contact_desk = desk
        self.restart()

    def restart(self) -> None:
        """As after the process ended: nothing but the database is left."""
        keys = Keys(lambda: self.key, lambda: self.message_key, lambda: self.masking_key)
        self.errand: MailErrand = make_mail_errand(self.database, self.vault, self.contact_desk, keys, self.clock)
        self.book = PeerBook(self.database, self.clock)
        self.mail = MessageDesk(self.database, self.vault, self.clock, lambda: None)
        connections = Connections(httpx.URL("http://127.0.0.1:1"), self.wire)
        self.client = HubClient(connections, HubPeer(HUB, HUB_KEY.public, self.name), self.key, self.clock)

    def turn(self) -> None:
        """One turn of the errand, a minute later, so that cards are looked at again."""
        self.clock.advance(seconds=61)
        while self.errand.run(self.client):
            pass

    def try_turn(self) -> None:
        """One turn that the wire may cut."""
        try:
            self.turn()
        except ProblemError as problem:
            if problem.kind != "hub-unreachable":
                raise

    def knows(self, candidate: str, partner: str, state: str = "released", **cells: str) -> None:
        """Have the candidate in the inbox, for a record of these cells."""
        ref = new_ref()
        kind = "found" if self.side == "custodian" else "missing"
        content = Content({"record_id": "C-1", "kind": kind, "name": "Meena Hansda", **cells}, "Shelter Kendpur")
        now = self.clock()
        row = {
            "ref": ref, "kind": kind, "version": 1, "state": "active", "source": "shelter", "created_at": now,
            "changed_at": now, "changed_by": "test", "sealed": seal_content(self.vault, ref, 1, content),
        }  # fmt: skip
        with self.database.write() as conn:
            record_id = conn.execute(insert(records).values(row).returning(records.c.id)).scalar_one()
            values = {
                "candidate": candidate, "side": self.side, "record_id": record_id, "own_version": 1,
                "partner": partner, "verdict": "probable", "levels": "[]", "state": state, "revision": 1,
                "since": now, "received_at": now, "changed_at": now,
            }  # fmt: skip
            conn.execute(insert(inbox).values(values))

    def sees(self, state: str) -> None:
        """Have every candidate of the inbox in a state."""
        with self.database.write() as conn:
            conn.execute(update(inbox).values(state=state))

    def write(self, candidate: str, text: str) -> str:
        """Write to the other side; the message's name."""
        return str(self.mail.write(EVERYTHING, "desk", candidate, text)["id"])

    def messages(self) -> list[dict[str, Any]]:
        """All messages, oldest first."""
        return self.mail.page(EVERYTHING, None, None, 100).items[::-1]

    def texts(self, direction: str) -> list[str]:
        """Their texts, oldest first."""
        return [each["text"] for each in self.messages() if each["direction"] == direction]

    def states(self, direction: str = "out") -> list[str]:
        """Their states, oldest first."""
        return [each["state"] for each in self.messages() if each["direction"] == direction]

    def rows(self, table: Any) -> list[Any]:
        """A whole table."""
        with self.database.read() as conn:
            return list(conn.execute(table.select()).mappings())

    def card(self) -> PartnerCard:
        """The own card."""
        found = self.errand._own.identity(self.name)
        assert found is not None
        return found.card


class Correspondence:
    """bengal looks for a child that khulna has, and the candidate is released."""

    def __init__(self, pair: Pair, folder: Path, state: str = "released") -> None:
        pair.brought_to(state)
        self.pair, self.candidate = pair, pair.name
        self.reporter = Organisation(folder, pair.reporter, "reporter", "Desk of Bengal, 033 555 0100")
        self.custodian = Organisation(folder, pair.custodian, "custodian", "Desk of Khulna, 041 555 0199")
        self.reporter.knows(self.candidate, self.custodian.name, state)
        self.custodian.knows(self.candidate, self.reporter.name, state)

    def close(self) -> None:
        """Close both databases."""
        self.reporter.database.close()
        self.custodian.database.close()

    def turns(self, count: int = 1) -> None:
        """Both errands, one after the other."""
        for _ in range(count):
            self.reporter.turn()
            self.custodian.turn()

    def confirm(self) -> None:
        """Both have compared fingerprints on the telephone."""
        self.turns(2)
        self.reporter.book.trust(self.custodian.name, fingerprint_of(self.custodian.card()), "admin")
        self.custodian.book.trust(self.reporter.name, fingerprint_of(self.reporter.card()), "admin")
