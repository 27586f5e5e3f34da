"""Cases at a hub, in any state, written as the hub itself would write them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from api.hub.retention.worker import Retention
from api.hub.storage.counters import LINKS, MESSAGES, next_numbers
from api.hub.storage.kinship_tables import kindred, link_words, links
from api.hub.storage.partner_tables import messages
from api.hub.storage.schema import metadata
from api.hub.storage.tables import candidates, decisions, records
from api.wire.names import new_ref
from tests.api.hub.gateways import START, Exchange, Gateway, propose, put, withdraw


@dataclass
class Case:
    """A pair of records of two partners, and their candidate."""

    missing_ref: str
    found_ref: str
    missing_id: int
    found_id: int
    name: str
    id: int


class Cases:
    """A hub with a reporter in India and a custodian in Bangladesh."""

    def __init__(self, exchange: Exchange) -> None:
        self.partition = exchange.partition()
        self.exchange = exchange
        self.reporter, self.custodian = exchange.partner("reporter"), exchange.partner("custodian", "BD")

    def add(self, state: str = "proposed", *words: str, since: datetime = START, seed: int = 0) -> Case:
        """A case in a state that it came into at a moment, by these decisions."""
        missing, found = new_ref(), new_ref()
        self.reporter.submit(put(missing, kind="missing", seed=2 * seed))
        self.custodian.submit(put(found, seed=2 * seed + 1))
        ids = self.exchange.record(missing)["id"], self.exchange.record(found)["id"]
        with self.exchange.database.write() as conn:
            name = propose(conn, *ids, state=state, since=since)
            number = conn.execute(select(candidates.c.id).where(candidates.c.name == name)).scalar_one()
            for word in words:
                conn.execute(insert(decisions).values(
                    partner_id=self.exchange.known("custodian").id, name=new_ref(), candidate_id=number,
                    decision=word, digest=b"d" * 32, state=state, revision=1, order_mark="o" * 43, decided_at=since,
                ))  # fmt: skip
            conn.execute(insert(messages).values(
                name=new_ref(), candidate_id=number, sender_id=self.exchange.known("custodian").id,
                recipient_id=self.exchange.known("reporter").id, kind="contact", envelope="{}", digest=b"d" * 32,
                sequence=next_numbers(conn, MESSAGES, 1), sent_at=since,
            ))  # fmt: skip
        return Case(missing, found, *ids, name, number)

    def withdraw(self, *cases: Case, found: bool = True, missing: bool = True) -> None:
        """Withdraw the records of cases; candidates keep the states they were given."""
        states = {row["id"]: row for row in self.exchange.rows(candidates)}
        for case in cases:
            for gateway, ref, wanted in self._sides(case, found, missing):
                if wanted:
                    assert gateway.outcomes(withdraw(ref, 2)) == ["withdrawn"]
            before = states[case.id]
            with self.exchange.database.write() as conn:
                back = {"state": before["state"], "since": before["since"]}
                conn.execute(update(candidates).where(candidates.c.id == case.id).values(**back))

    def relate(self, first: int, second: int, state: str) -> None:
        """A kindred pair and a link between two records."""
        low, high = sorted((first, second))
        pair = {"first_id": low, "second_id": high, "weight": 20_000, "levels": "[]"}
        versions: dict[str, Any] = {"first_version": 1, "second_version": 1}
        with self.exchange.database.write() as conn:
            conn.execute(insert(kindred).values(**pair, **versions, found_at=START))
            owner = select(records.c.partner_id, records.c.kind).where(records.c.id == low)
            partner, kind = conn.execute(owner).one()
            values = {**pair, **versions, "name": new_ref(), "state": state, "created_at": START, "changed_at": START}
            values |= {"kind": kind, "first_partner_id": partner, "second_partner_id": partner}
            values |= {"sequence": next_numbers(conn, LINKS, 1)}
            link = conn.execute(insert(links).values(**values).returning(links.c.id)).scalar_one()
            conn.execute(insert(link_words).values(
                partner_id=partner, name=new_ref(), link_id=link, digest=b"d" * 32, state=state, revision=1,
                said_at=START,
            ))  # fmt: skip

    def sweep(self, days: float = 0, rows: int = 2) -> None:
        """Let days pass, and retention go through everything twice: what one sweep frees the next one finds."""
        self.exchange.clock.advance(days=days)
        retention = Retention(self.exchange.database, self.exchange.settings, self.exchange.clock, rows)
        for _ in range(2):
            while retention.step():
                pass

    def names(self) -> set[str]:
        """Candidates that are there."""
        return {row["name"] for row in self.exchange.rows(candidates)}

    def codes(self) -> dict[str, bool]:
        """Whether each ref still has codes."""
        return {row["ref"]: row["codes"] is not None for row in self.exchange.rows(records)}

    def everything_but(self, *tables: str) -> str:
        """All rows of all other tables, as text."""
        kept = [table for table in metadata.sorted_tables if table.name not in tables]
        return "\n".join(f"{table.name} {row}" for table in kept for row in self.exchange.rows(table))

    def _sides(self, case: Case, found: bool, missing: bool) -> list[tuple[Gateway, str, bool]]:
        return [(self.reporter, case.missing_ref, missing), (self.custodian, case.found_ref, found)]
