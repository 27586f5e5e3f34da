"""A hub with records and candidates set as a test wants them, and what the report collects of it."""

import json
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from api.hub.reporting.collecting import collect
from api.hub.storage import tables
from api.hub.storage.counters import CANDIDATES, next_numbers
from api.hub.storage.run_tables import runs
from api.hub.storage.runs import end_run
from api.wire.names import new_ref
from matcher.profile import LOCAL_2026_11_22
from matcher.views import Kind
from tests.api.hub.matching.exchange import Hub, batch

CODES = np.zeros((1, LOCAL_2026_11_22.words), dtype=np.uint64)


class Night(Hub):
    """A hub whose matcher does not run: candidates are what a test says."""

    def records(self, partner: int, kind: Kind, number: int = 1, **columns: Any) -> list[int]:
        """So many records, all alike."""
        return self.put(partner, batch(kind, np.repeat(CODES, number, axis=0)), **columns)

    def ago(self, days: float) -> datetime:
        """A moment before now."""
        return self.now - timedelta(days=days)

    def candidate(self, missing: int, found: int, **columns: Any) -> int:
        """A candidate of two records; gives its number."""
        with self.database.write() as conn:
            sides = {row.id: row.partner_id for row in conn.execute(select(tables.records))}
            row = {
                "name": new_ref(), "partition_id": self.partition.id, "missing_id": missing, "found_id": found,
                "reporter_id": sides[missing], "custodian_id": sides[found], "missing_version": 1, "found_version": 1,
                "weight": 12_500, "probability": 0.5, "verdict": "possible", "levels": '[["child", "agrees"]]',
                "model_id": self._model(conn), "state": "proposed", "revision": 1, "since": self.now,
                "sequence": next_numbers(conn, CANDIDATES, 1), "created_at": self.now, "changed_at": self.now,
                **columns,
            }  # fmt: skip
            return conn.execute(insert(tables.candidates).values(**row).returning(tables.candidates.c.id)).scalar_one()

    def decided(self, candidate: int, word: str) -> None:
        """A decision on a candidate."""
        with self.database.write() as conn:
            partner = conn.execute(select(tables.candidates.c.custodian_id)).scalars().first()
            row = {"partner_id": partner, "name": new_ref(), "candidate_id": candidate, "decision": word,
                   "digest": b"", "state": "closed", "revision": 2, "decided_at": self.now}  # fmt: skip
            conn.execute(insert(tables.decisions).values(**row))

    def collected(self, before: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """What is collected now, as JSON gives it back."""
        with self.database.read() as conn:
            found = collect(conn, self.partition.id, self.now, before, **options)
        given: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
        assert given == found
        return given

    def ran(self, summary: dict[str, Any] | None, state: str = "running") -> int:
        """A run that ended with a summary, or did not end; gives its number."""
        with self.database.write() as conn:
            row = {"partition_id": self.partition.id, "model_id": self._model(conn), "sequence": 1, "state": state,
                   "started_at": self.now}  # fmt: skip
            run: int = conn.execute(insert(runs).values(**row).returning(runs.c.id)).scalar_one()
            if summary is not None:
                end_run(conn, run, summary, self.now)
            return run

    def _model(self, conn: Any) -> int:
        number = conn.execute(select(tables.models.c.id)).scalars().first()
        row = {"profile_digest": "", "origin": "default", "content": "{}", "created_at": self.now}
        return number or conn.execute(insert(tables.models).values(**row).returning(tables.models.c.id)).scalar_one()
