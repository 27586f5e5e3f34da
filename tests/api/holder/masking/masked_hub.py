"""A hub that asks for masked codes, in front of a gateway that has some, and another partner that has the others."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel
from sqlalchemy import insert, update

from api.holder.intake.content import Content, seal_content
from api.holder.intake.reading import read_cells
from api.holder.mailing.own_card import Keys
from api.holder.mailing.peers import PeerBook
from api.holder.masking.errand import MaskingErrand
from api.holder.masking.noted import masked_status
from api.holder.masking.wiring import make_masking_errand
from api.holder.settings import HolderSettings
from api.holder.storage import peers
from api.holder.storage.tables import masked_answers, records
from api.service.database import Database
from api.wire.cards import PartnerCard, fingerprint_of, make_card, masking_key_text, message_key_text
from api.wire.masked import (
    MaskedAnswer,
    MaskedAnswers,
    MaskedRequest,
    MaskedRequestPage,
    MaskedTaken,
    codes_of,
)
from api.wire.names import new_ref
from api.wire.problems import ProblemError
from api.wire.request_keys import request_key_from_seed_bytes
from encoder.encode import RecordEncoder
from encoder.keys import LinkageKey
from encoder.mask_keys import masking_key_from_seed_bytes
from encoder.mask_stream import RowPair
from encoder.masking import mask_rows
from matcher.masked import masked_distances
from matcher.profile import CROSS_BORDER_2026_11_22, MASKED_2026_11_22
from matcher.views import Kind
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import LINKAGE_KEY, FakeClock, Gateway

COARSE, MASKED = CROSS_BORDER_2026_11_22, MASKED_2026_11_22


class MaskedHub(FakeHub):
    """Asks for masked codes, and checks what comes as the real hub would."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.open: dict[int, MaskedRequest] = {}
        self.taken: dict[int, MaskedAnswer] = {}
        self.posts: list[MaskedAnswers] = []
        self.asked: list[int] = []
        self.masked_page, self.is_older = 500, False
        self.forgotten: set[int] = set()
        self.refuses_comparison: set[int] = set()
        self.others.insert(0, self._masked)

    def _masked(self, path: str, parameters: dict[str, str], body: bytes) -> BaseModel | None:
        if self.is_older or path not in ("/v1/masked-requests", "/v1/masked-answers"):
            return None
        if path == "/v1/masked-answers":
            return self._take(MaskedAnswers.model_validate_json(body))
        after = int(parameters["after"])
        if after in self.forgotten:
            raise ProblemError("invalid-query", "That is no cursor of this hub.")
        self.asked.append(after)
        # Places have no order, as at the real hub.
        left = [self.open[number] for number in sorted(self.open) if number > (2**52 - after if after else 0)]
        page = left[: self.masked_page]
        last = 2**52 - page[-1].comparison if page else after
        return MaskedRequestPage(items=page, next=last, more=len(left) > len(page))

    def _take(self, message: MaskedAnswers) -> MaskedTaken:
        if self.refuses_comparison & {each.comparison for each in message.answers}:
            raise ProblemError("invalid-body", "One of them does not fit.")
        self.posts.append(message)
        fresh = [each for each in message.answers if each.comparison in self.open]
        for answer in fresh:
            self.taken[answer.comparison] = answer
            del self.open[answer.comparison]
        return MaskedTaken(taken=len(fresh), gone=len(message.answers) - len(fresh))

    def ask_about(self, ref: str, **fields: Any) -> int:
        """Ask for one more comparison; its number."""
        number = 1 + max([0, *self.open, *self.taken])
        values = {
            "comparison": number, "domain": "in", "epoch": "2026-11", "profile": COARSE.name, "side": "missing",
            "ref": ref, "version": 1, "partner": "punjab", "other_ref": new_ref(), "other_version": 1, "rows": 1,
            "other_rows": 1,
        }  # fmt: skip
        self.open[number] = MaskedRequest.model_validate({**values, **fields})
        return number


class MaskedGateway(Gateway):
    """A gateway whose codes at the hub are coarse."""

    cap = 20_000

    def __init__(self, database: Database, clock: FakeClock, hub: MaskedHub) -> None:
        self.masking_key = masking_key_from_seed_bytes(b"W" * 32)
        super().__init__(database, clock, hub, COARSE)

    def restart(self) -> None:
        """As after the process ended: nothing but the database is left."""
        super().restart()
        assert self.sync._sender is not None
        # As the gateway's own wiring does where the profile at the hub has no photo view.
        self.sync._sender._maker.photos = None
        self.errand = self.make_errand()
        self.book = PeerBook(self.database, self.clock)

    def make_errand(self, *linkage_keys: LinkageKey) -> MaskingErrand:
        """The errand as the gateway makes it, under these linkage keys or its own."""
        keys = Keys(lambda: self.key, lambda: None, lambda: self.masking_key)  # type: ignore[arg-type,return-value]
        settings = HolderSettings(profile=COARSE.name, masked_cap=self.cap)
        errand = make_masking_errand(
            settings, self.database, self.vault, keys, linkage_keys or [self.linkage_key], self.space,
            self.line.policy, self.clock.behind,
        )  # fmt: skip
        assert errand is not None
        return errand

    def turn(self) -> bool:
        """One turn of the errand; whether there is more."""
        return self.errand.run(self.line.client())

    def turns(self) -> None:
        """Until nothing is left to do."""
        while self.turn():
            pass

    def status(self) -> dict[str, Any]:
        """What the operator is shown."""
        with self.database.read() as conn:
            return masked_status(conn)

    def used(self) -> list[Any]:
        """The ledger."""
        return self.rows(masked_answers)


class Partner:
    """Another organisation, of which only keys and one record matter."""

    def __init__(self, name: str = "punjab", seed: bytes = b"P" * 32) -> None:
        self.name, self.masking_key = name, masking_key_from_seed_bytes(seed)
        key = request_key_from_seed_bytes(seed)
        masking = masking_key_text(self.masking_key.public)
        public = {"message_key": message_key_text(bytes(1216)), "masking_key": masking}
        self.card: PartnerCard = make_card(key, {"partner": name, **public, "made_at": "2026-11-01T00:00:00Z"})

    def shows_its_card(self, gateway: Gateway) -> None:
        """As the hub shows it; nobody has compared it yet."""
        with gateway.database.write() as conn:
            peers.put(conn, self.name, None, self.card, gateway.clock())

    def is_confirmed_at(self, gateway: MaskedGateway) -> None:
        """A person compares fingerprints."""
        self.shows_its_card(gateway)
        gateway.book.trust(self.name, fingerprint_of(self.card), "admin")

    def masked(self, request: MaskedRequest, public: bytes, cells: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """What this partner would answer: masked codes and presence of its rows, for a request to the other side."""
        own = Kind.FOUND if request.side == "missing" else Kind.MISSING
        codes, presence = plain(cells, own)
        key = self.masking_key.pair_key(public, own_side=own, domain="in", epoch="2026-11", profile=MASKED)
        missing, found = (request.ref, request.version), (request.other_ref, request.other_version)
        pairs = [(i, j) for i in range(request.rows) for j in range(request.other_rows)]
        if own is Kind.MISSING:
            missing, found = found, missing
            pairs = [(i, j) for i in range(request.other_rows) for j in range(request.rows)]
        rows = [pair[0 if own is Kind.MISSING else 1] for pair in pairs]
        named = [RowPair(*missing, i, *found, j) for i, j in pairs]
        return mask_rows(key, named, MASKED, codes[rows], presence[rows]), presence[rows]


def plain(cells: dict[str, Any], kind: Kind, key: LinkageKey | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The codes of a record as its gateway has them, which the hub never sees: codes and presence of its rows."""
    record = read_cells({name: str(value) for name, value in cells.items()}, kind).record
    assert record is not None
    batch = RecordEncoder(key or LINKAGE_KEY, MASKED).encode([record], kind, [new_ref()])
    return batch.codes, batch.presence


def repeated(answer: MaskedAnswer, side: str, other_rows: int) -> np.ndarray:
    """The presence of an answer's own row in each pair of rows, uint16 (pairs,)."""
    presence = np.array(answer.presence, np.uint16)
    return np.repeat(presence, other_rows) if side == "missing" else np.tile(presence, other_rows)


def distances(missing: MaskedAnswer, found: MaskedAnswer) -> np.ndarray:
    """What the hub learns of two answers to one comparison, int16 (pairs, views)."""
    rows = len(missing.presence), len(found.presence)
    pairs = rows[0] * rows[1]
    return masked_distances(
        MASKED, codes_of(missing, pairs, MASKED.words), repeated(missing, "missing", rows[1]),
        codes_of(found, pairs, MASKED.words), repeated(found, "found", rows[0]),
    )  # fmt: skip


def true_distances(missing: dict[str, Any], found: dict[str, Any]) -> np.ndarray:
    """What the plain codes of both records say, int16 (pairs, views)."""
    (codes, presence), (others, their_presence) = plain(missing, Kind.MISSING), plain(found, Kind.FOUND)
    pairs = [(i, j) for i in range(len(codes)) for j in range(len(others))]
    left, right = [i for i, _ in pairs], [j for _, j in pairs]
    return masked_distances(MASKED, codes[left], presence[left], others[right], their_presence[right])


def rewrite(gateway: MaskedGateway, ref: str, cells: dict[str, Any]) -> None:
    """Put another content under the same version of a record, which the gateway itself never does."""
    version = gateway.version_of(ref)
    sealed = seal_content(gateway.vault, ref, version, Content({name: str(cells[name]) for name in cells}, None))
    with gateway.database.write() as conn:
        conn.execute(update(records).where(records.c.ref == ref).values(sealed=sealed))


def fill_ledger(gateway: MaskedGateway, ref: str, count: int) -> None:
    """So many comparisons of a record were answered already."""
    (record,) = (row for row in gateway.rows(records) if row["ref"] == ref)
    scope = gateway.errand._tools.scopes[0].digest
    rows = [
        {"pair": number.to_bytes(16, "big"), "answer": bytes(16), "record_id": record["id"],
         "version": record["version"], "scope": scope, "answered_at": gateway.clock()} for number in range(count)
    ]  # fmt: skip
    with gateway.database.write() as conn:
        conn.execute(insert(masked_answers), rows)


def arrived(gateway: Gateway, numbers: Sequence[int], kind: str = "missing", **fields: Any) -> list[str]:
    """Records that the hub has, by their refs."""
    refs = [gateway.report(number, kind, **fields) for number in numbers]
    gateway.send_all()
    return refs
