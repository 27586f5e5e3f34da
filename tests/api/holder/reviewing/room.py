"""A gateway with candidates, people who decide on them, and officers whose keys the hub has confirmed."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select, update

from api.holder.staff.roles import Role
from api.holder.storage import inbox, officers, tokens
from api.holder.storage.decisions import DecisionRow, of_candidate
from api.holder.storage.officers import ACTIVE, NEW
from api.holder.storage.tables import audit, decisions, staff
from api.holder.sync import hub_facts
from api.holder.sync.hub_facts import KnownHub
from api.service.audit.entries import Entry, read_content
from api.service.database import Database
from api.wire.candidates import CandidateLevel, CandidateNotice
from api.wire.decisions import ReleaseNotice
from api.wire.request_keys import RequestKey
from tests.api.holder.desk import Desk, body, child

PASSPHRASE = "a passphrase of ours"
ORDER = {"authority": "Child Welfare Committee, Kendpur", "number": "CWC/17/2026", "date": "2026-11-01"}
LEVELS = [CandidateLevel(what="child", level="agrees")]


@dataclass
class Person:
    """Somebody who is signed in."""

    secret: str
    login: str
    staff_id: int
    key: str = ""


class Room(Desk):
    """Whoever reviews."""

    def __init__(self, database: Database, data: Path, **settings: Any) -> None:
        super().__init__(database, data, **settings)
        self.cases = 0
        hub = KnownHub("http://127.0.0.1:1", "hub-one", RequestKey.generate().public.text, "kendpur", trusted=True)
        with database.write() as conn:
            hub_facts.store(conn, hub, self.clock())
        self.reviewer = self.person(Role.CUSTODIAN)
        self.seeker = self.person(Role.REPORTER)

    def person(self, *roles: Role, office: str | None = None) -> Person:
        secret = self.member(*roles, office=office)
        with self.database.read() as conn:
            token = conn.execute(select(tokens.tokens).order_by(tokens.tokens.c.id.desc()).limit(1)).mappings().one()
        return Person(secret, token["name"], token["staff_id"])

    def officer(self, office: str | None = None) -> Person:
        person = self.person(Role.OFFICER, office=office)
        answer = self.call("POST", "/v1/officers/me", person.secret, json={"passphrase": PASSPHRASE})
        assert answer.status_code == 201
        person.key = answer.json()["officer"]
        with self.database.write() as conn:
            assert officers.move(conn, person.key, [NEW], ACTIVE, self.clock())
        return person

    def record(self, kind: str = "found", office: str | None = None) -> str:
        self.cases += 1
        report = body(child(self.cases, kind=kind), office=office)
        return str(self.call("POST", "/v1/records", json=report).json()["ref"])

    def notice(self, ref: str, number: int = 1, state: str = "proposed", **more: Any) -> str:
        """The hub tells of a candidate of an own found record."""
        name = f"{number:022}"
        values = {"revision": 1, "verdict": "probable", "since": self.clock(), "due_at": self.clock() + DAY, **more}
        told = CandidateNotice(
            candidate=name, found_ref=ref, found_version=1, partner="punjab", levels=LEVELS, state=state, **values
        )
        self.store(inbox.of_custodian(told))
        return name

    def released(self, ref: str, number: int = 100, state: str = "released", revision: int = 1) -> str:
        """The hub tells that a candidate was released for an own missing record."""
        name = f"{number:022}"
        told = ReleaseNotice(
            candidate=name, missing_ref=ref, missing_version=1, partner="punjab", levels=LEVELS, state=state,
            revision=revision, verdict="probable", since=self.clock(), due_at=self.clock() + DAY,
        )  # fmt: skip
        self.store(inbox.of_reporter(told))
        return name

    def store(self, told: inbox.Told) -> None:
        with self.database.write() as conn:
            assert inbox.store(conn, [told], self.clock()) == 0

    def proposed(self, state: str = "proposed", office: str | None = None, **more: Any) -> str:
        """A candidate of a found record of its own."""
        ref = self.record(office=office)
        return self.notice(ref, self.cases, state, **more)

    def decide(
        self, candidate: str, decision: str, revision: int = 1, who: Person | None = None, side: str = "inbox",
        **more: Any,
    ) -> httpx.Response:  # fmt: skip
        person = who or (self.reviewer if side == "inbox" else self.seeker)
        sent = {"decision": decision, "revision": revision, **more}
        return self.call("POST", f"/v1/{side}/{candidate}/decisions", person.secret, json=sent)

    def sign(self, candidate: str, who: Person, revision: int = 1, **changes: Any) -> httpx.Response:
        sent = {"order": {**ORDER, **changes}, "revision": revision, "passphrase": PASSPHRASE}
        return self.call("POST", f"/v1/inbox/{candidate}/release", who.secret, json=sent)

    def approve(
        self, candidate: str, who: Person, revision: int = 1, passphrase: str = PASSPHRASE
    ) -> httpx.Response:
        sent = {"revision": revision, "passphrase": passphrase}
        return self.call("POST", f"/v1/inbox/{candidate}/release/approval", who.secret, json=sent)

    def shown(self, candidate: str, who: Person | None = None) -> dict[str, Any]:
        answer = self.call("GET", f"/v1/inbox/{candidate}", (who or self.reviewer).secret)
        assert answer.status_code == 200
        return dict(answer.json())

    def made(self, candidate: str) -> list[DecisionRow]:
        with self.database.read() as conn:
            return list(of_candidate(conn, candidate))

    def everything_made(self) -> list[Any]:
        with self.database.read() as conn:
            return list(conn.execute(select(decisions)).mappings())

    def audited(self) -> list[Entry]:
        with self.database.read() as conn:
            rows = conn.execute(select(audit.leaves.c.content).order_by(audit.leaves.c.number)).scalars()
            return [read_content(text)[1] for text in rows]

    def take_role_away(self, who: Person, roles: str = "intake") -> None:
        """As an administrator does at the very moment: the session is as it was when the request came in."""
        with self.database.write() as conn:
            conn.execute(update(staff).where(staff.c.id == who.staff_id).values(roles=roles))


DAY = timedelta(days=1)
