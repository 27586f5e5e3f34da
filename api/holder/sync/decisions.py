"""Decisions on their way to the hub: sent until it has taken or refused them."""

import json
from typing import Final

from sqlalchemy import Connection

from api.holder.storage import audit, candidates, decisions, inbox
from api.holder.storage.decisions import REFUSED, TAKEN, DecisionRow
from api.holder.sync.client import HubClient
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.decisions import Decision, DecisionReceipt, OfficerSignature
from api.wire.problems import ProblemError

BATCH = 50
REFUSALS: Final = frozenset({
    "candidate-changed", "candidate-withdrawn", "decision-out-of-order", "no-agreement", "release-stopped",
    "second-person-required", "officer-unknown", "order-required", "reason-required", "no-such-resource",
    "idempotency-key-reused", "invalid-body",
})  # fmt: skip
"""What the hub says to one decision. Anything else concerns all of them, and they are sent again."""


class DecisionsErrand:
    """Sends what people decided. Implements `api.holder.sync.errands.Errand`.

    Each decision goes under the random name that it was written down with, so that one sent again after a lost
    answer gets the same answer.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        """Send what a database holds."""
        self._database, self._clock = database, clock

    def run(self, client: HubClient) -> bool:
        """Send the oldest ones; True when there are more. Raises ProblemError when the hub takes none for now."""
        with self._database.read() as conn:
            waiting = decisions.waiting(conn, BATCH)
        for row in waiting:
            self._send(client, row)
        return len(waiting) == BATCH

    def _send(self, client: HubClient, row: DecisionRow) -> None:
        path, body = f"/v1/candidates/{row.candidate}/decisions", _message(row).model_dump_json().encode()
        try:
            receipt = client.ask(DecisionReceipt, "POST", path, body)
        except ProblemError as problem:
            if problem.kind not in REFUSALS:
                raise
            self._note_refused(row, problem)
            return
        if (receipt.id, receipt.candidate) != (row.name, row.candidate):
            raise ProblemError("hub-unreachable", "The hub answered to another decision; tell the hub's operator.")
        self._note_taken(row, receipt)

    def _note_taken(self, row: DecisionRow, receipt: DecisionReceipt) -> None:
        def work(conn: Connection) -> None:
            now = self._clock()
            # The candidate first, as everybody who decides locks them.
            candidates.by_name(conn, row.candidate, lock=True)
            if decisions.settle(conn, row.name, TAKEN, None, now):
                inbox.settle(conn, row.candidate, receipt.state, receipt.revision, now)

        self._database.retrying(work)

    def _note_refused(self, row: DecisionRow, problem: ProblemError) -> None:
        def work(conn: Connection) -> None:
            now = self._clock()
            candidates.by_name(conn, row.candidate, lock=True)
            if decisions.settle(conn, row.name, REFUSED, problem.detail, now):
                facts = {"decision": row.decision}
                audit.note(conn, Entry("decision-refused", "hub", now, row.candidate, problem.kind, facts=facts))

        self._database.retrying(work)


def _message(row: DecisionRow) -> Decision:
    signatures = tuple(OfficerSignature(**each) for each in json.loads(row.signatures))
    return Decision(
        id=row.name, decision=row.decision, revision=row.revision, reason=row.reason, order=row.order_mark,
        signatures=signatures,
    )  # fmt: skip
