"""A gateway without a hub and without running workers, on a clock that tests move, and requests to it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from api.holder.app import make_gateway
from api.holder.gateway import Gateway
from api.holder.photos.reader import SharedReader
from api.holder.ports import NoSync
from api.holder.settings import HolderSettings
from api.holder.staff.roles import Role, Scope, joined, scopes_of
from api.holder.staff.secrets import new_secret, secret_hash
from api.holder.storage import staff, tokens
from api.holder.storage.tables import metadata
from api.holder.vault.vault import vault_from_secret_bytes
from api.service.database import Database
from api.wire.names import new_ref
from tests.api.holder.photos.fake_faces import FakeFaces
from tests.api.service.requests_to import ask
from tests.tables import make_tables

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
VAULT = vault_from_secret_bytes(bytes(range(50, 82)))


class FakeClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class Desk:
    """Whoever works at a gateway."""

    def __init__(self, database: Database, data: Path, **settings: Any) -> None:
        make_tables(database, metadata)
        self.clock, self.database, self.vault, self.sync = FakeClock(), database, VAULT, NoSync()
        self.settings = HolderSettings(data=data, **settings)
        self.faces = FakeFaces()
        reader = SharedReader(lambda: self.faces)
        self.app = make_gateway(self.settings, database, VAULT, self.sync, clock=self.clock, photo_reader=reader)
        self.gateway: Gateway = self.app.state.gateway
        self.intake = self.token(scopes_of([Role.INTAKE]))
        self.custodian = self.token(scopes_of([Role.CUSTODIAN]))
        self.admin = self.token(scopes_of([Role.ADMIN]))

    def token(self, scopes: Iterable[Scope]) -> str:
        """The secret of a new token with these scopes."""
        secret = new_secret()
        values = {
            "secret_hash": secret_hash(secret), "kind": tokens.SYSTEM, "name": "test", "scopes": joined(scopes),
            "created_at": self.clock(), "last_used_at": self.clock(),
        }  # fmt: skip
        with self.database.write() as conn:
            tokens.add(conn, values)
        return secret

    def member(self, *roles: Role, office: str | None = None) -> str:
        """The secret of a session of a new member of staff; without a password, since argon2id takes its time."""
        secret, login = new_secret(), new_ref().lower()
        account = {
            "login": login, "title": "", "roles": joined(roles), "office": office, "password_hash": "none",
            "created_at": self.clock(),
        }  # fmt: skip
        with self.database.write() as conn:
            staff.add(conn, account)
            known = staff.by_login(conn, login)
            assert known is not None
            tokens.add(conn, {
                "secret_hash": secret_hash(secret), "kind": tokens.SESSION, "name": login, "staff_id": known.id,
                "scopes": joined(scopes_of(roles)), "created_at": self.clock(), "last_used_at": self.clock(),
            })  # fmt: skip
        return secret

    def call(self, method: str, path: str, secret: str | None = None, **more: Any) -> httpx.Response:
        """Send a request, as an intake clerk unless another secret is given; an empty one sends none."""
        headers = dict(more.pop("headers", {}))
        chosen = self.intake if secret is None else secret
        if chosen:
            headers["Authorization"] = f"Bearer {chosen}"
        return ask(self.app, method, path, headers=headers, **more)

    def create(self, number: int = 1, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        """Report child `number`; fields replace or add to those of `child`."""
        return self.call("POST", "/v1/records", json=body(child(number, **fields)), headers=headers or {})

    def add_photo(self, ref: str, content: bytes, secret: str | None = None, **fields: str) -> httpx.Response:
        """Upload a photo of a record."""
        files = {"file": ("a photo.jpg", content)}
        return self.call("POST", f"/v1/records/{ref}/photos", secret, files=files, data=fields)

    def run_imports(self) -> None:
        """Let the import worker work until nothing is left."""
        while self.gateway.runner.step():
            pass


def child(number: int = 1, kind: str = "missing", **fields: Any) -> dict[str, Any]:
    """An invented child."""
    names = ["Meena Hansda", "Salma Khatun", "Rakesh Murmu", "Gopal Soren", "Rina Tudu"]
    known = {
        "record_id": f"C-{number}", "kind": kind, "name": names[number % len(names)], "age": 8,
        "event_date": "2026-10-01", "father_name": "Karim Sheikh", "home_village": "Kendpur",
        "languages": ["Bengali", "Santali"],
    }  # fmt: skip
    return {**known, **fields}


def body(record: dict[str, Any], source: str = "police", **more: Any) -> dict[str, Any]:
    """The body of a report."""
    return {"record": record, "source": source, **more}
