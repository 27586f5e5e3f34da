"""The errand of erasures: the hub's proof of each is fetched once it has arrived."""

from datetime import datetime, timedelta

import structlog

from api.holder.retention.proofs import failed, holds_true, kept
from api.holder.storage import holds
from api.holder.storage.holds import ErasedRecord
from api.holder.sync.client import HubClient
from api.service.clock import Clock
from api.service.database import Database
from api.wire.problems import ProblemError
from api.wire.retention import Erasure

A_TURN = 50
AGAIN_AFTER = timedelta(hours=1)
_NO_PROOF = "The hub has no proof of this erasure; ask its operator."
_FALSE_PROOF = "The hub's proof of this erasure does not hold; tell its operator, and keep this database."


class ProofErrand:
    """Fetches and verifies proofs; one that the hub does not have, or that does not hold, is asked for every hour.

    Args:
        database: the gateway's.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._after, self._again_at = 0, dict[int, datetime]()

    def run(self, client: HubClient) -> bool:
        """Fetch some proofs; see Errand.run. True when there may be more."""
        with self._database.read() as conn:
            found = holds.unproved(conn, self._after, A_TURN)
        for record in found:
            if self._again_at.get(record.id, self._clock()) <= self._clock():
                self._fetch(client, record)
        more = len(found) == A_TURN
        self._after = found[-1].id if more else 0
        return more

    def _fetch(self, client: HubClient, record: ErasedRecord) -> None:
        now = self._clock()
        try:
            erasure = client.ask(Erasure, "GET", f"/v1/erasures/{record.ref}")
            problem = None if holds_true(erasure, record.ref, client.peer) else _FALSE_PROOF
        except ProblemError as error:
            if error.kind == "proof-not-ready":
                self._again_at[record.id] = now + AGAIN_AFTER
                return
            if error.kind != "no-such-resource":
                raise
            problem = _NO_PROOF
        if problem is None:
            text = kept(erasure, now)
            self._again_at.pop(record.id, None)
        else:
            structlog.get_logger().error("an erasure is not proved", reason=problem)
            text = failed(problem, now)
            self._again_at[record.id] = now + AGAIN_AFTER
        self._database.retrying(lambda conn: holds.keep_proof(conn, record.id, text))
