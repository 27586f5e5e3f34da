"""A hub with shelters whose records the matcher took for one child, and what they say of it. Everything is invented."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from api.hub.clusters import proposing
from api.hub.registry.arrangements import add_agreement
from api.hub.storage.counters import RECORDS, hold, next_numbers
from api.hub.storage.kinship_tables import alarm_records, alarms, kindred, links
from api.hub.storage.partner_tables import audit
from api.hub.storage.tables import records
from api.wire.names import new_ref
from matcher.views import Kind
from tests.api.hub.gateways import Exchange, Gateway, body_of

LEVELS = [["child", "agrees"], ["home", "close"]]


class Shelters:
    """Records go into the tables as the intake and the matcher leave them."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.partition = exchange.partition()
        self.gateways: dict[str, Gateway] = {}

    def shelter(self, *names: str) -> None:
        """Partners, every two of them with an agreement."""
        for name in names:
            others = list(self.gateways)
            self.gateways[name] = self.exchange.partner(name)
            for other in others:
                self.agree(name, other)

    def stranger(self, name: str) -> None:
        """A partner that has an agreement with nobody."""
        self.gateways[name] = self.exchange.partner(name)

    def agree(self, first: str, second: str) -> int:
        now = self.exchange.clock()
        with self.exchange.database.write() as conn:
            return add_agreement(conn, first, second, "MoU 7", now.date(), now.date() + timedelta(days=90), now).id

    def record(self, partner: str, kind: Kind = Kind.FOUND, **changes: Any) -> int:
        """A new record; its number."""
        with self.exchange.database.write() as conn:
            row = {
                "partition_id": self.partition, "partner_id": self.exchange.known(partner).id, "ref": new_ref(),
                "kind": int(kind), "version": 1, "state": "active", "event": 20_000,
                "sequence": next_numbers(conn, RECORDS, 1), "received_at": self.exchange.clock(), **changes,
            }  # fmt: skip
            return int(conn.execute(insert(records).values(**row).returning(records.c.id)).scalar_one())

    def ref(self, number: int) -> str:
        return str(next(row["ref"] for row in self.exchange.rows(records) if row["id"] == number))

    def set(self, number: int, propose: bool = True, **values: Any) -> frozenset[int]:
        """Change a record as the intake does, and bring its links in line as upkeep does."""
        with self.exchange.database.write() as conn:
            conn.execute(update(records).where(records.c.id == number).values(**values))
        return self.propose(number) if propose else frozenset()

    def alike(
        self, first: int, second: int, weight: float = 20.0, propose: bool = True, **changes: Any
    ) -> frozenset[int]:
        """The matcher finds two records kindred as they are now; gives who has news."""
        first, second = sorted((first, second))
        with self.exchange.database.write() as conn:
            versions = {row.id: row.version for row in conn.execute(select(records.c.id, records.c.version))}
            self._unlike(conn, first, second)
            row = {
                "first_id": first, "second_id": second, "first_version": versions[first],
                "second_version": versions[second], "weight": round(weight * 1000), "levels": json.dumps(LEVELS),
                "found_at": self.exchange.clock(), **changes,
            }  # fmt: skip
            conn.execute(insert(kindred).values(**row))
        return self.propose(first, second) if propose else frozenset()

    def unlike(self, first: int, second: int) -> frozenset[int]:
        """The matcher finds them kindred no longer."""
        with self.exchange.database.write() as conn:
            self._unlike(conn, *sorted((first, second)))
        return self.propose(first)

    def propose(self, *numbers: int) -> frozenset[int]:
        def work(conn: Any) -> frozenset[int]:
            hold(conn, RECORDS)
            return proposing.propose(conn, numbers, self.exchange.clock())

        return self.exchange.database.retrying(work)

    def alarm(self, number: int) -> int:
        """An alarm that stops a record."""
        now = self.exchange.clock()
        row = next(row for row in self.exchange.rows(records) if row["id"] == number)
        with self.exchange.database.write() as conn:
            values = {
                "subject": new_ref(), "partner_id": row["partner_id"], "kind": "variants", "effect": "stop",
                "state": "open", "records": 1, "raised_at": now, "changed_at": now,
            }  # fmt: skip
            alarm = int(conn.execute(insert(alarms).values(**values).returning(alarms.c.id)).scalar_one())
            joined = {"alarm_id": alarm, "partner_id": row["partner_id"], "ref": row["ref"]}
            conn.execute(insert(alarm_records).values(**joined))
        return alarm

    def clear(self, alarm: int) -> None:
        with self.exchange.database.write() as conn:
            conn.execute(update(alarms).where(alarms.c.id == alarm).values(state="cleared"))

    def link(self, first: int, second: int) -> dict[str, Any]:
        """The link of two records as it stands."""
        wanted = sorted((first, second))
        found = [row for row in self.exchange.rows(links) if sorted((row["first_id"], row["second_id"])) == wanted]
        assert len(found) == 1
        return found[0]

    def page(self, partner: str, after: int = 0, limit: int = 100) -> dict[str, Any]:
        return dict(self.gateways[partner].get(f"/v1/links?after={after}&limit={limit}").json())

    def told(self, partner: str, after: int = 0) -> list[dict[str, Any]]:
        return list(self.page(partner, after)["items"])

    def say(self, partner: str, name: str, word: str, revision: int | None = None, word_id: str | None = None) -> Any:
        """Send a word on the revision that stands unless another is given; the HTTP answer."""
        if revision is None:
            revision = next(row["revision"] for row in self.exchange.rows(links) if row["name"] == name)
        message = {"format": 1, "id": word_id or new_ref(), "word": word, "revision": revision}
        return self.gateways[partner].send("POST", f"/v1/links/{name}/words", body_of(message))

    def join(self, first: int, second: int, *partners: str) -> str:
        """Make two records kindred, and let these partners say that it is one child; the link's name."""
        self.alike(first, second)
        name = str(self.link(first, second)["name"])
        for partner in partners:
            assert self.say(partner, name, "same").status_code == 200
        return name

    def leaves(self) -> list[str]:
        """What the audit log has of links."""
        return [row["content"] for row in self.exchange.rows(audit.leaves) if '"what":"link-' in row["content"]]

    def stays(self, partner: str, number: int) -> Any:
        return self.gateways[partner].get(f"/v1/timelines/{self.ref(number)}")

    def _unlike(self, conn: Any, first: int, second: int) -> None:
        conn.execute(delete(kindred).where(kindred.c.first_id == first, kindred.c.second_id == second))
