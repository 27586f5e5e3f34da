"""A hub with a partner that files records one after the other, and what the operator sees of it."""

from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select, update

from api.hub.probing.rules import ScreeningRules
from api.hub.storage import alarms, tables
from api.hub.storage.alarms import Alarm, stopped_ids
from api.service.database import Database
from matcher.views import Kind
from tests.api.hub.matching.exchange import Hub, codes_of, noisy, one

OFFICER, OFFICE = "O" * 22, "B" * 22
RULES = ScreeningRules(officer_day=1000, office_day=1000, holder_day=1000, odd_hours_allowed=1000)


class Station(Hub):
    """`police` files, `shelter` has the children."""

    def __init__(self, database: Database, folder: Path) -> None:
        super().__init__(database, folder, screening=RULES)
        self.police, self.shelter = self.partner("police"), self.partner("shelter")
        self.agree(self.police, self.shelter)

    def rule(self, **changes: Any) -> None:
        """Other limits than those, which nothing reaches."""
        options: Any = self.options
        self.options = type(options)(**{**vars(options), "screening": ScreeningRules(**{**vars(RULES), **changes})})

    def file(
        self, codes: np.ndarray, kind: Kind = Kind.MISSING, partner: int | None = None, officer: str | None = OFFICER,
        **columns: Any,
    ) -> int:  # fmt: skip
        """One record, by an officer."""
        columns = {"officer_mark": officer, "case_mark": "C" * 22, **columns}
        return self.put(partner or self.police, one(kind, codes), **columns)[0]

    def file_variants(self, rng: np.random.Generator, count: int, kind: Kind = Kind.MISSING) -> list[int]:
        """So many records of one child, each written a little differently."""
        child = codes_of(rng, 1)
        return [self.file(noisy(rng, child, 0.03), kind) for _ in range(count)]

    def file_others(self, rng: np.random.Generator, count: int, **columns: Any) -> list[int]:
        """Records of children who have nothing to do with each other."""
        return [self.file(codes, **columns) for codes in codes_of(rng, count)]

    def alarms(self, state: str | None = None) -> list[Alarm]:
        with self.database.read() as conn:
            return alarms.every_alarm(conn, state, None, 100)[::-1]

    def kinds(self) -> list[tuple[str, str, int]]:
        return [(alarm.kind, alarm.effect, alarm.records) for alarm in self.alarms()]

    def stopped(self) -> list[int]:
        with self.database.read() as conn:
            every = list(conn.execute(select(tables.records.c.id)).scalars())
            return sorted(stopped_ids(conn, every, self.now))

    def ref_of(self, number: int) -> str:
        with self.database.read() as conn:
            return str(conn.execute(select(tables.records.c.ref).where(tables.records.c.id == number)).scalar_one())

    def rows(self, table: Any) -> list[dict[str, Any]]:
        with self.database.read() as conn:
            return [dict(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns)).mappings()]

    def expire(self, number: int) -> None:
        """The record's last day is over."""
        with self.database.write() as conn:
            statement = update(tables.records).where(tables.records.c.id == number)
            conn.execute(statement.values(expires_on=0))
