"""Gateways of a hub that compares under masks: they keep the full codes of their records, and mask them when asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import select

from api.hub.cursors import Cursors
from api.hub.refining.answering import take_answers
from api.hub.refining.asking import requests_for
from api.hub.storage import tables
from api.hub.storage.masked_tables import comparisons
from api.wire.masked import MaskedAnswer, MaskedRequest, MaskedTaken, codes_text
from encoder.mask_keys import MaskingKey, masking_key_from_seed_bytes
from encoder.mask_stream import RowPair
from encoder.masking import mask_rows
from matcher.profile import CROSS_BORDER_2026_11_22, MASKED_2026_11_22
from matcher.views import Kind, View
from tests.api.hub.matching.exchange import Hub, Rng, batch, codes_of, noisy

COARSE, FINE = CROSS_BORDER_2026_11_22, MASKED_2026_11_22
CURSORS = Cursors(bytes(32))
PHOTO_BIT = 1 << FINE.position(View.PHOTO)
ALL_VIEWS = (1 << len(FINE.views)) - 1


@dataclass
class Full:
    """A record as its gateway has it: codes uint64 (rows, words) of the masked profile, presence of each row."""

    version: int
    codes: np.ndarray
    presence: int = ALL_VIEWS & ~PHOTO_BIT
    age: int = 0
    space: str | None = None


@dataclass
class Gateways:
    """All partners' gateways of one hub."""

    hub: Hub
    records: dict[str, Full] = field(default_factory=dict)

    def put(self, partner: int, kind: Kind, coarse: np.ndarray, full: np.ndarray, event: int = 20_000) -> int:
        """A new record of so many rows as there are full codes; gives its number at the hub."""
        [number] = self.hub.put(partner, self._batch(kind, coarse, full, event))
        self.records[self.ref_of(number)] = Full(1, full)
        return number

    def change(self, number: int, kind: Kind, coarse: np.ndarray, full: np.ndarray) -> None:
        """The next version of a record."""
        self.hub.change(number, self._batch(kind, coarse, full, 20_000))
        old = self.records[self.ref_of(number)]
        self.records[self.ref_of(number)] = Full(old.version + 1, full, old.presence, old.age, old.space)

    def full(self, number: int) -> Full:
        """What the gateway of a record keeps of it."""
        return self.records[self.ref_of(number)]

    def ref_of(self, number: int) -> str:
        with self.hub.database.read() as conn:
            return conn.execute(select(tables.records.c.ref).where(tables.records.c.id == number)).scalar_one()

    def requests(self, partner: int, page: int = 500) -> list[MaskedRequest]:
        """All that a partner is asked for, page by page."""
        found: list[MaskedRequest] = []
        after, more = 0, True
        while more:
            with self.hub.database.read() as conn:
                told = requests_for(conn, CURSORS, partner, after, page, self.hub.now, self.hub.options.within_country)
            found, after, more = found + told.items, told.next, told.more
        return found

    def send(self, partner: int, answers: Iterable[MaskedAnswer]) -> MaskedTaken:
        """Send answers as they are."""
        with self.hub.database.write() as conn:
            return take_answers(conn, CURSORS, partner, list(answers))

    def answer(self, partner: int) -> int:
        """Answer all that a partner is asked for; how many."""
        requests = self.requests(partner)
        self.send(partner, [self.masked(partner, request) for request in requests])
        return len(requests)

    def settle(self, *partners: int) -> None:
        """Match, answer and match until nothing is asked and nothing waits."""
        matcher = self.hub.settle()
        while sum(self.answer(partner) for partner in partners):
            self.hub.settle(matcher)

    def masked(self, partner: int, request: MaskedRequest) -> MaskedAnswer:
        """The answer of a partner's gateway, by the real encoder."""
        own = self.records[request.ref]
        kind = Kind.MISSING if request.side == "missing" else Kind.FOUND
        key = key_of(partner).pair_key(
            key_of(self._partner(request.partner)).public, own_side=kind, domain=request.domain, epoch=request.epoch,
            profile=FINE,
        )  # fmt: skip
        rows = own_rows(request)
        pairs = [row_pair(request, missing, found) for missing, found in rows]
        at = [pair[kind] for pair in rows]
        presence = np.full(len(at), own.presence, np.uint16)
        codes = mask_rows(key, pairs, FINE, own.codes[at], presence)
        return MaskedAnswer(
            comparison=request.comparison, outcome="answered", photo_age=own.age, photo_space=own.space,
            presence=(own.presence,) * request.rows, codes=codes_text(codes),
        )  # fmt: skip

    def waiting(self) -> dict[tuple[int, int], dict[str, object]]:
        """Comparisons that wait, by missing and found record."""
        with self.hub.database.read() as conn:
            rows = conn.execute(select(comparisons)).mappings().all()
        return {(row["missing_id"], row["found_id"]): dict(row) for row in rows}

    def _batch(self, kind: Kind, coarse: np.ndarray, full: np.ndarray, event: int) -> object:
        rows = np.tile(coarse.reshape(1, -1), (len(full), 1))
        return batch(kind, rows, event, rows=len(full), profile=COARSE)

    def _partner(self, name: str) -> int:
        with self.hub.database.read() as conn:
            return conn.execute(select(tables.partners.c.id).where(tables.partners.c.name == name)).scalar_one()


def agreed(gateways: Gateways) -> tuple[int, int]:
    """Two partners with an agreement: who reports, and who has children."""
    first, second = gateways.hub.partner("west-bengal"), gateways.hub.partner("punjab")
    gateways.hub.agree(first, second)
    return first, second


def key_of(partner: int) -> MaskingKey:
    """The masking key of a partner's gateway."""
    return masking_key_from_seed_bytes(bytes([partner]) * 32)


def own_rows(request: MaskedRequest) -> list[tuple[int, int]]:
    """Missing and found row of every pair of rows, in the order of the wire."""
    missing, found = (request.rows, request.other_rows) if request.side == "missing" else (
        request.other_rows, request.rows
    )  # fmt: skip
    return [(m, f) for m in range(missing) for f in range(found)]


def row_pair(request: MaskedRequest, missing: int, found: int) -> RowPair:
    """What a mask is for."""
    mine, other = (request.ref, request.version), (request.other_ref, request.other_version)
    first, second = (mine, other) if request.side == "missing" else (other, mine)
    return RowPair(*first, missing, *second, found)


def child(rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Coarse and full codes of a child that nobody else is like, one row."""
    return codes_of(rng, 1, COARSE), codes_of(rng, 1, FINE)


def like(rng: Rng, codes: tuple[np.ndarray, np.ndarray], share: float = 0.03) -> tuple[np.ndarray, np.ndarray]:
    """The same child as somebody else wrote it down."""
    return noisy(rng, codes[0], share), noisy(rng, codes[1], share)


Make = Callable[..., Gateways]
