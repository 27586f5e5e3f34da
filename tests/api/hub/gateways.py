"""A hub in this process, gateways that talk to it, and records to send. Everything is invented."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
from fastapi import FastAPI
from sqlalchemy import Connection, func, insert, select

from api.hub.app import make_hub
from api.hub.ports import RememberingKnocks, RememberingMatcher
from api.hub.registry.compared import open_partition
from api.hub.settings import HubSettings
from api.hub.storage import partners
from api.hub.storage.counters import CANDIDATES, next_numbers
from api.hub.storage.partners import Partner
from api.hub.storage.schema import metadata
from api.hub.storage.tables import candidates, models, records
from api.service.database import Database
from api.wire.names import new_ref
from api.wire.request_keys import RequestKey, request_key_from_seed_bytes
from api.wire.signing import sign_request, verify_response
from matcher.profile import LOCAL_2026_11_22, EncodingProfile
from tests import tables
from tests.api.service.requests_to import ask

HUB = "test-hub"
HUB_KEY = request_key_from_seed_bytes(bytes(range(32)))
START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
DOMAIN, EPOCH, KEY_CHECK = "in-north", "2026-11", "00112233445566aa"


class SetClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class Gateway:
    """A partner's gateway."""

    name: str
    key: RequestKey
    app: FastAPI
    clock: SetClock
    last_nonce: str = ""

    def signed(self, method: str, target: str, body: bytes = b"", **changes: Any) -> dict[str, str]:
        """Header fields of a request of this gateway."""
        arguments = {"key": self.key, "key_id": self.name, "recipient": HUB, "now": self.clock(), **changes}
        fields = sign_request(method, target, body, **arguments)
        return {**fields, "content-type": "application/json"} if body else fields

    def send(self, method: str, target: str, body: bytes = b"", **changes: Any) -> httpx.Response:
        """Send a signed request, and check that the answer is signed by the hub for it."""
        nonce = changes.setdefault("nonce", new_ref())
        answer = ask(self.app, method, target, content=body, headers=self.signed(method, target, body, **changes))
        verify_response(
            answer.status_code, answer.headers, answer.content, public_key=HUB_KEY.public, request_nonce=nonce,
            now=self.clock(),
        )  # fmt: skip
        return answer

    def get(self, target: str) -> httpx.Response:
        """Ask."""
        return self.send("GET", target)

    def submit(self, *items: Any, **changes: Any) -> httpx.Response:
        """Send a submission."""
        return self.send("POST", "/v1/submissions", body_of(submission(*items, **changes)))

    def outcomes(self, *items: Any, **changes: Any) -> list[str]:
        """Send a submission, and tell what became of each item: its outcome, or the reason of a refusal."""
        answer = self.submit(*items, **changes)
        assert answer.status_code == 200, answer.text
        return [receipt["reason"] or receipt["outcome"] for receipt in answer.json()["receipts"]]


@dataclass
class Exchange:
    """A hub with its database, clock and a matcher that only counts."""

    database: Database
    settings: HubSettings
    clock: SetClock = field(default_factory=SetClock)
    matcher: RememberingMatcher = field(default_factory=RememberingMatcher)
    knocks: RememberingKnocks = field(default_factory=RememberingKnocks)

    def __post_init__(self) -> None:
        self.app = make_hub(self.settings, self.database, HUB_KEY, self.matcher, clock=self.clock, knocks=self.knocks)

    def partner(self, name: str, country: str = "IN", state: str = "active") -> Gateway:
        """A partner with a key, in any state."""
        key = RequestKey.generate()
        with self.database.write() as conn:
            found = partners.add(conn, name=name, title=name.title(), country=country, now=self.clock())
            partners.change(conn, found.id, self.clock(), state=state, public_key=key.public.text)
        return Gateway(name, key, self.app, self.clock)

    def known(self, name: str) -> Partner:
        """A partner as the database has it."""
        with self.database.read() as conn:
            found = partners.by_name(conn, name)
        assert found is not None
        return found

    def set_state(self, name: str, state: str) -> None:
        """Put a partner in a state."""
        with self.database.write() as conn:
            partners.change(conn, self.known(name).id, self.clock(), state=state)

    def partition(self, domain: str = DOMAIN, epoch: str = EPOCH, **more: Any) -> int:
        """Open a partition."""
        arguments: dict[str, Any] = {"key_check": KEY_CHECK, "steward": None, **more}
        with self.database.write() as conn:
            return open_partition(conn, domain, epoch, LOCAL_2026_11_22.name, **arguments, now=self.clock()).id

    def rows(self, table: Any, *order: Any) -> list[dict[str, Any]]:
        """A whole table."""
        with self.database.read() as conn:
            found = conn.execute(select(table).order_by(*(order or table.primary_key.columns)))
            return [dict(row._mapping) for row in found]

    def record(self, ref: str) -> dict[str, Any]:
        """The only record of a ref."""
        found = [row for row in self.rows(records) if row["ref"] == ref]
        assert len(found) == 1
        return found[0]

    def count(self, table: Any) -> int:
        """Rows of a table."""
        with self.database.read() as conn:
            return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def make_tables(database: Database) -> None:
    """All tables of a hub."""
    tables.make_tables(database, metadata)


def propose(conn: Connection, missing_id: int, found_id: int, **changes: Any) -> str:
    """Store a candidate as the matcher does; its name."""
    model = conn.execute(select(models.c.id)).scalar()
    if model is None:
        values = {"profile_digest": "0" * 64, "origin": "test", "content": "{}", "created_at": START}
        model = conn.execute(insert(models).values(**values).returning(models.c.id)).scalar_one()
    partition = conn.execute(select(records.c.partition_id).where(records.c.id == found_id)).scalar_one()
    reporter, custodian = (
        conn.execute(select(records.c.partner_id).where(records.c.id == number)).scalar_one()
        for number in (missing_id, found_id)
    )
    values = {
        "reporter_id": reporter, "custodian_id": custodian, "revision": 1, "since": START,
        "due_at": START + timedelta(hours=72), "name": new_ref(),
        "partition_id": partition, "missing_id": missing_id, "found_id": found_id,
        "missing_version": 1, "found_version": 1, "weight": 12_345, "probability": 0.95, "verdict": "probable",
        "levels": json.dumps([["child", "agrees"], ["home", "not known"]]), "model_id": model, "state": "proposed",
        "sequence": next_numbers(conn, CANDIDATES, 1), "created_at": START, "changed_at": START, **changes,
    }  # fmt: skip
    conn.execute(insert(candidates).values(**values))
    return str(values["name"])


def body_of(message: dict[str, Any]) -> bytes:
    """A message as it is sent."""
    return json.dumps(message).encode()


def submission(*items: Any, **changes: Any) -> dict[str, Any]:
    """A submission to the partition that the tests use."""
    return {
        "format": 1, "domain": DOMAIN, "epoch": EPOCH, "profile": LOCAL_2026_11_22.name,
        "profile_digest": LOCAL_2026_11_22.digest.hex(), "key_check": KEY_CHECK, "items": list(items), **changes,
    }  # fmt: skip


def put(ref: str, version: int = 1, kind: str = "found", seed: int = 0, **changes: Any) -> dict[str, Any]:
    """A record with random codes in every view."""
    return {
        "action": "put", "ref": ref, "version": version, "kind": kind, "sex": "female", "birth": [15_000, 15_364],
        "event": 20_000, "rows": [row(seed)], "case": new_ref(), "officer": None, "office": None,
        **changes,
    }  # fmt: skip


def row(seed: int, profile: EncodingProfile = LOCAL_2026_11_22) -> dict[str, Any]:
    """Codes drawn from a seed, all views present."""
    words = np.random.default_rng(seed).integers(0, 2**64, size=profile.words, dtype=np.uint64)
    return {"presence": 2 ** len(profile.views) - 1, "code": base64.b64encode(words.astype("<u8").tobytes()).decode()}


def withdraw(ref: str, version: int) -> dict[str, Any]:
    """A withdrawal."""
    return {"action": "withdraw", "ref": ref, "version": version}


def erase(ref: str, version: int) -> dict[str, Any]:
    """An erasure."""
    return {"action": "erase", "ref": ref, "version": version}
