"""A hub's database with two partners, a few records and all that can happen to them; what happened is checked after."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, insert, select, update

from api.hub.cursors import Cursors
from api.hub.disclosure.deciding import Decided, decide
from api.hub.disclosure.exchange import contact_exchanged
from api.hub.disclosure.signing_officers import bring, confirm, fingerprint_of
from api.hub.matching.match import FoundPair
from api.hub.matching.storing import Matched, store
from api.hub.matching.taking_back import TakingBack
from api.hub.registry.arrangements import add_agreement, end_agreement
from api.hub.settings import HubSettings
from api.hub.storage import partners
from api.hub.storage.agreements import agreement_matrix
from api.hub.storage.counters import RECORDS, next_numbers
from api.hub.storage.matching import last_sequence
from api.hub.storage.partner_tables import audit
from api.hub.storage.tables import candidates, decisions, models, partitions, records
from api.service.audit.entries import Entry, read_content
from api.service.database import open_database
from api.wire.decisions import RELEASE, Decision, release_statement
from api.wire.names import new_ref
from api.wire.request_keys import RequestKey
from matcher.views import Kind
from tests.api.hub.gateways import HUB, START, make_tables

T = TypeVar("T")
ORDER = "O" * 42 + "A"
REPORTER, CUSTODIAN = "bengal", "khulna"


_CANDIDATES = select(candidates)
_DECISIONS = select(decisions).order_by(decisions.c.id)
_RECORDS = select(records.c.id, records.c.state)
_NUMBER = audit.leaves.c.number
_LEAVES = select(audit.leaves.c.content).where(_NUMBER.op(">=")(bindparam("known"))).order_by(_NUMBER)


@dataclass(frozen=True)
class Seen:
    """Candidates by name, decisions and leaves of the audit log in their order, and states of records by number."""

    candidates: dict[str, Any]
    decisions: list[Any]
    leaves: list[Entry]
    records: dict[int, str]


class World:
    """Reports 1 and 2 of the reporter, 3 of the custodian itself; children 4 and 5 of the custodian."""

    missing, found = (1, 2, 3), (4, 5)

    def __init__(self, folder: Path) -> None:
        self.database = open_database(f"sqlite:///{folder / 'hub.sqlite'}")
        make_tables(self.database)
        self.settings, self.now = HubSettings(name=HUB, data=folder), START
        self.cursors = Cursors(b"secret")
        self.taking_back = TakingBack(self.database)
        self.keys: dict[str, RequestKey] = {}
        self._leaves: list[Entry] = []
        self.write(self._populate)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do some work in a transaction."""
        return self.database.retrying(work)

    def _populate(self, conn: Connection) -> None:
        self.partners = {
            name: partners.add(conn, name=name, title=name, country="IN", now=self.now)
            for name in (REPORTER, CUSTODIAN)
        }
        for name in self.partners:
            self.set_partner(conn, name, "active")
        self.agreement: int | None = None
        self.agree(conn)
        times = {"created_at": self.now}
        conn.execute(insert(models).values(profile_digest="0", origin="test", content="{}", **times))
        conn.execute(insert(partitions).values(
            domain="north", epoch="2026", profile="p", profile_digest="0", state="open", **times
        ))
        for number in (*self.missing, *self.found):
            owner = self.partners[REPORTER if number < 3 else CUSTODIAN].id
            kind = Kind.MISSING if number in self.missing else Kind.FOUND
            conn.execute(insert(records).values(
                id=number, partition_id=1, partner_id=owner, ref=f"{number}" * 22, kind=int(kind), version=1,
                state="active", sequence=next_numbers(conn, RECORDS, 1), received_at=self.now,
            ))
        for _ in range(2):
            self.add_officer(conn)

    def set_partner(self, conn: Connection, name: str, state: str) -> None:
        self.partners[name] = partners.change(conn, self.partners[name].id, self.now, state=state)

    def add_officer(self, conn: Connection) -> None:
        name, key = new_ref(), RequestKey.generate()
        officer = bring(conn, self.partners[CUSTODIAN], name, key.public.text, self.now)
        confirm(conn, CUSTODIAN, fingerprint_of(officer), self.now)
        self.keys[name] = key

    def agree(self, conn: Connection) -> None:
        days = self.now.date(), self.now.date() + timedelta(days=9999)
        self.agreement = add_agreement(conn, REPORTER, CUSTODIAN, "MoU", *days, self.now).id

    def disagree(self, conn: Connection) -> None:
        assert self.agreement is not None
        end_agreement(conn, self.agreement, self.now)
        self.agreement = None

    def change_record(self, number: int, state: str) -> None:
        """The next version of a record, in a state; what was erased stays so."""
        def work(conn: Connection) -> None:
            changed = update(records).where(records.c.id == number, records.c.state != "erased").values(
                state=state, version=records.c.version + 1, sequence=next_numbers(conn, RECORDS, 1)
            )
            conn.execute(changed)

        self.write(work)

    def match(self, pairs: dict[tuple[int, int], tuple[int, str]], complete: bool) -> None:
        """Store what a search found: weight and verdict by pair."""
        def work(conn: Connection) -> None:
            found = [
                FoundPair(*key, weight, 0.5, verdict, f'[["child","{"agrees" if verdict == "probable" else "close"}"]]')
                for key, (weight, verdict) in pairs.items()
            ]
            matrix = agreement_matrix(conn, self.now.date(), "agreement")
            store(conn, Matched(1, 1, last_sequence(conn), self.missing, [], found, matrix, complete), self.now)

        self.write(work)

    def take_back(self) -> None:
        self.taking_back.step(1, self.now)

    def exchange_contact(self, candidate_id: int) -> None:
        self.write(lambda conn: contact_exchanged(conn, candidate_id, self.now))

    def decide(self, partner: str, candidate: str, decision: Decision) -> Decided:
        return self.write(
            lambda conn: decide(conn, candidate, decision, self.partners[partner], self.settings, self.now)
        )

    def signatures(self, row: Any, officers: list[str], gone: dict[str, RequestKey]) -> list[dict[str, str]]:
        """What officers, revoked ones among them, sign for a candidate as it stands."""
        keys = {**self.keys, **gone}
        statement = release_statement(
            hub=HUB, custodian=CUSTODIAN, candidate=row.name, revision=row.revision, found_ref=f"{row.found_id}" * 22,
            found_version=row.found_version, order=ORDER,
        )
        return [{"officer": name, "signature": keys[name].sign_bytes(RELEASE, statement)} for name in officers]

    def seen(self) -> "Seen":
        """All that there is to be checked."""
        with self.database.read() as conn:
            new = conn.execute(_LEAVES, {"known": len(self._leaves)}).scalars()
            self._leaves += [read_content(text)[1] for text in new]
            return Seen(
                {row.name: row for row in conn.execute(_CANDIDATES)}, list(conn.execute(_DECISIONS)),
                list(self._leaves), {row.id: row.state for row in conn.execute(_RECORDS)},
            )

    def later(self, hours: int) -> datetime:
        self.now += timedelta(hours=hours)
        return self.now


def interleavings() -> int:
    """How many stories are told; `make soak` tells many."""
    return int(os.environ.get("MILAP_INTERLEAVINGS", "30"))
