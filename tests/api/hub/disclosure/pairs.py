"""A candidate between two partners with an agreement, officers who may sign, and decisions of either side."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from api.hub.disclosure.exchange import contact_exchanged
from api.hub.disclosure.signing_officers import bring, confirm, fingerprint_of
from api.hub.matching.taking_back import TakingBack
from api.hub.registry.arrangements import add_agreement, end_agreement
from api.hub.storage import candidates as candidate_rows
from api.hub.storage import tables
from api.wire.decisions import RELEASE, release_statement
from api.wire.names import new_ref
from api.wire.request_keys import RequestKey
from tests.api.hub.gateways import HUB, Exchange, Gateway, body_of, propose, put

ORDER = "O" * 42 + "A"
DAYS = 400


@dataclass
class Officer:
    """Somebody of a partner who may sign."""

    name: str
    key: RequestKey = field(default_factory=RequestKey.generate)


class Pair:
    """A missing report of bengal and a found record of khulna, proposed as a candidate."""

    def __init__(self, exchange: Exchange, reporter: str = "bengal", custodian: str = "khulna") -> None:
        self.exchange = exchange
        self.partition = exchange.partition()
        self.reporter = exchange.partner(reporter)
        self.custodian = self.reporter if custodian == reporter else exchange.partner(custodian, country="BD")
        self.missing, self.found = new_ref(), new_ref()
        assert self.reporter.outcomes(put(self.missing, kind="missing")) == ["stored"]
        assert self.custodian.outcomes(put(self.found, seed=1)) == ["stored"]
        self.agreement = self.agree() if custodian != reporter else 0
        with exchange.database.write() as conn:
            self.name = propose(conn, self.id_of(self.missing), self.id_of(self.found))
        self.officers = [self.officer(), self.officer()]

    def agree(self) -> int:
        """Renew the agreement."""
        now, names = self.exchange.clock(), (self.reporter.name, self.custodian.name)
        with self.exchange.database.write() as conn:
            days = now.date(), now.date() + timedelta(days=DAYS)
            return add_agreement(conn, *names, "MoU 7 of 2026", *days, now).id

    def disagree(self) -> None:
        """End the agreement."""
        with self.exchange.database.write() as conn:
            end_agreement(conn, self.agreement, self.exchange.clock())

    def id_of(self, ref: str) -> int:
        """A record's number."""
        return int(self.exchange.record(ref)["id"])

    def officer(self, of: str | None = None, confirmed: bool = True) -> Officer:
        """A new officer, of the custodian unless told otherwise."""
        made, now = Officer(new_ref()), self.exchange.clock()
        partner = self.exchange.known(of or self.custodian.name)
        with self.exchange.database.write() as conn:
            row = bring(conn, partner, made.name, made.key.public.text, now)
            if confirmed:
                confirm(conn, partner.name, fingerprint_of(row), now)
        return made

    @property
    def row(self) -> dict[str, Any]:
        """The candidate as the database has it."""
        with self.exchange.database.read() as conn:
            query = select(tables.candidates).where(tables.candidates.c.name == self.name)
            return dict(conn.execute(query).one()._mapping)

    def set_row(self, **values: Any) -> None:
        """Bring the candidate into some state without any decision."""
        with self.exchange.database.write() as conn:
            candidate_rows.step(conn, self.row["id"], self.exchange.clock(), **values)

    def signed(self, *officers: Officer, order: str = ORDER, **changes: Any) -> list[dict[str, str]]:
        """Signatures of officers under the release of the candidate as it stands."""
        fields = {
            "hub": HUB, "custodian": self.custodian.name, "candidate": self.name, "revision": self.row["revision"],
            "found_ref": self.found, "found_version": self.row["found_version"], "order": order, **changes,
        }  # fmt: skip
        statement = release_statement(**fields)
        return [
            {"officer": officer.name, "signature": officer.key.sign_bytes(RELEASE, statement)} for officer in officers
        ]

    def decision(self, word: str, **changes: Any) -> dict[str, Any]:
        """A decision on the present revision."""
        return {"format": 1, "id": new_ref(), "decision": word, "revision": self.row["revision"], **changes}

    def send(self, gateway: Gateway, decision: dict[str, Any], name: str | None = None) -> httpx.Response:
        """Send a decision."""
        return gateway.send("POST", f"/v1/candidates/{name or self.name}/decisions", body_of(decision))

    def decide(self, gateway: Gateway, word: str, **changes: Any) -> httpx.Response:
        """Decide on the present revision."""
        return self.send(gateway, self.decision(word, **changes))

    def release(self, **changes: Any) -> httpx.Response:
        """Release the candidate, in good order unless told otherwise."""
        given = {"order": ORDER, "signatures": self.signed(*self.officers), **changes}
        return self.decide(self.custodian, "release", **given)

    def brought_to(self, state: str) -> "Pair":
        """The candidate in a state, by the decisions that lead there."""
        reasons = {"reject": "sex_differs", "decline": "family_says_no", "disprove": "dna_differs", "close": "done"}
        for word in _WAYS[state]:
            if word == "release":
                answer = self.release()
            elif word == "exchange":
                self.exchange_contact()
                continue
            else:
                gateway = self.reporter if word in ("accept", "decline") else self.custodian
                more = {"reason": reasons[word]} if word in reasons else {}
                answer = self.decide(gateway, word, **more)
            assert answer.status_code == 200, answer.text
        assert self.row["state"] == state
        return self

    def exchange_contact(self) -> None:
        """Both desks have each other's contact details."""
        with self.exchange.database.write() as conn:
            contact_exchanged(conn, self.row["id"], self.exchange.clock())

    def take_back(self) -> frozenset[int]:
        """The matcher's part in a withdrawal; partners with news."""
        told: frozenset[int] = frozenset()
        step = TakingBack(self.exchange.database).step
        return step(self.partition, self.exchange.clock()) or told

    def seen(self, gateway: Gateway, feed: str, after: int = 0) -> list[dict[str, Any]]:
        """What a gateway is told: `candidates` or `releases`."""
        return list(gateway.get(f"/v1/{feed}?after={after}").json()["items"])


_WAYS: dict[str, list[str]] = {
    "proposed": [], "possible": ["possible"], "rejected": ["reject"], "released": ["possible", "release"],
    "accepted": ["possible", "release", "accept"], "contact": ["possible", "release", "accept", "exchange"],
    "verified": ["possible", "release", "accept", "exchange", "verify"],
    "disproved": ["possible", "release", "decline"],
    "reunited": ["possible", "release", "accept", "exchange", "verify", "reunite"],
    "closed": ["possible", "release", "accept", "exchange", "verify", "reunite", "close"],
}  # fmt: skip
