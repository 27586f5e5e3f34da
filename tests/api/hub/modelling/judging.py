"""A hub with invented children in its gallery, and pairs of them that people have judged."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select, update

from api.hub.matching.agreed import Matrix
from api.hub.matching.models import model_for
from api.hub.modelling.estimating import Estimated, estimate
from api.hub.storage import decisions, tables
from api.hub.storage.models import activate, add_estimate
from api.hub.storage.partitions import Partition, by_id
from api.hub.storage.runs import begin_run
from api.service.database import Database
from api.wire.life import CandidateState, DecisionWord
from api.wire.names import new_ref
from indexer.gallery import Gallery
from indexer.search import KernelSearch
from matcher.defaults import default_model
from matcher.drift import drift
from matcher.model import LinkageModel
from matcher.profile import LOCAL_2026_11_22
from matcher.views import Kind
from tests.api.hub.gateways import propose
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy

MATRIX: Matrix = np.ones((9, 9), dtype=np.bool_)
STATES: dict[DecisionWord, CandidateState] = {
    "possible": "possible", "reject": "rejected", "reopen": "proposed", "release": "released", "accept": "accepted",
    "decline": "disproved", "verify": "verified", "disprove": "disproved", "reunite": "reunited", "close": "closed",
}  # fmt: skip


@dataclass
class Station:
    """So many children whom a partner misses and another has found; report i is of child i."""

    database: Database
    folder: Path
    children: int = 40
    noise: float = 0.1
    gallery: Gallery = field(init=False)
    missing: list[int] = field(init=False)
    found: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.hub = Hub(self.database, self.folder)
        self.reporter, self.custodian = self.hub.partner("bengal"), self.hub.partner("khulna", "BD")
        rng = np.random.default_rng(5)
        codes = codes_of(rng, self.children)
        self.gallery = Gallery(LOCAL_2026_11_22)
        self.missing = self._put(self.reporter, batch(Kind.MISSING, codes))
        self.found = self._put(self.custodian, batch(Kind.FOUND, noisy(rng, codes, self.noise), 20_040))
        self.search = KernelSearch(self.gallery, 1)

    def _put(self, partner: int, records: Any) -> list[int]:
        numbers = self.hub.put(partner, records)
        self.gallery.add(records, np.array(numbers, dtype=np.int32), partner)
        return numbers

    @property
    def partition(self) -> Partition:
        with self.database.read() as conn:
            found = by_id(conn, self.hub.partition.id)
        assert found is not None
        return found

    def default(self) -> int:
        """The number of the default model, which is the active one from now on."""
        return model_for(self.database, self.partition, self.hub.now).id

    def activate(self, model: LinkageModel) -> int:
        return self.database.retrying(lambda conn: activate(conn, self.partition.id, model, self.hub.now))

    def begin(self) -> int:
        """The number of a new run with the active model."""
        self.default()
        model_id = self.partition.model_id
        assert model_id is not None
        with self.database.write() as conn:
            return begin_run(conn, self.partition.id, model_id, 0, self.hub.now)

    def estimate(self, run: int | None = None, matrix: Matrix = MATRIX) -> Estimated:
        number = self.begin() if run is None else run
        return estimate(self.database, self.partition, self.gallery, self.search, matrix, number, self.hub.now)

    def stored(self, bits: float = 1.25) -> Estimated:
        """An estimate that nothing was fitted for: the default model with other weights."""
        run, model = self.begin(), moved(bits)
        report = {"run": run, "active": self.partition.model_id, "drift": drift(moved(0), model).document()}
        with self.database.write() as conn:
            number = add_estimate(conn, model, self.partition.id, run, report, self.hub.now)
        return Estimated(number, report)

    def judged(self, child: int, other: int, *words: DecisionWord, reason: str | None = None, **columns: Any) -> int:
        """The report of a child and the record of another, with these decisions; the last one has the reason."""
        self.default()
        columns = {"weight": 25_000, "model_id": self.partition.model_id, **columns}
        missing, found = self.missing[child], self.found[other]
        with self.database.write() as conn:
            name = propose(conn, missing, found, **columns)
            c = tables.candidates.c
            candidate = conn.execute(select(c.id).where(c.name == name)).scalar_one()
            for at, word in enumerate(words):
                decisions.add(
                    conn, self.custodian, new_ref(), candidate, decision=word, digest=b"", state=STATES[word],
                    revision=at + 2, reason=reason if at == len(words) - 1 else None, order_mark=None, officers=None,
                    decided_at=self.hub.now + timedelta(minutes=at),
                )
            state = STATES[words[-1]] if words else "proposed"
            conn.execute(update(tables.candidates).where(c.id == candidate).values(state=state))
        return int(candidate)

    def models(self) -> list[Any]:
        with self.database.read() as conn:
            return list(conn.execute(select(tables.models).order_by(tables.models.c.id)))


def moved(bits: float) -> LinkageModel:
    """The default model with the weights of every view moved, within what tables allow."""
    model = default_model(LOCAL_2026_11_22)
    views = tuple(type(e)(e.m, e.u, e.weight + bits) for e in model.views)
    return replace(model, views=views)
