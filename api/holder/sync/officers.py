"""Officers' public keys on their way to the hub, and what its operator said to them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from api.holder.storage import officers
from api.holder.storage.officers import ACTIVE, NEW, PENDING, REVOKED, REVOKING, OfficerRow
from api.holder.sync.client import HubClient
from api.service.clock import Clock
from api.service.database import Database
from api.wire.decisions import OfficerKey, OfficerList, OfficerState
from api.wire.problems import ProblemError

LOOK_AGAIN: Final = timedelta(minutes=10)
"""How often the hub is asked about keys that it has confirmed: its operator may revoke one."""
_REFUSALS = frozenset({"idempotency-key-reused", "invalid-body", "refused"})


class OfficersErrand:
    """Makes officers' keys known, revokes them, and learns which ones count.

    Implements `api.holder.sync.errands.Errand`.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        """Send what a database holds."""
        self._database, self._clock = database, clock
        self._looked: datetime | None = None

    def run(self, client: HubClient) -> bool:
        """Settle all keys; never more to do. Raises ProblemError when the hub does not answer."""
        with self._database.read() as conn:
            known = officers.everything(conn)
        for row in known:
            if row.state == NEW:
                self._introduce(client, row)
            elif row.state == REVOKING:
                self._revoke(client, row)
        if any(row.state in (NEW, PENDING) for row in known) or self._is_due(known):
            self._learn(client)
        return False

    def _introduce(self, client: HubClient, row: OfficerRow) -> None:
        body = OfficerKey(public_key=row.public_key).model_dump_json().encode()
        try:
            client.ask(OfficerState, "PUT", f"/v1/officers/{row.name}", body)
        except ProblemError as problem:
            if problem.kind not in _REFUSALS:
                raise
            structlog.get_logger().warning("the hub refused an officer's key", problem=problem.kind)
            self._move(row.name, (NEW,), REVOKED)
            return
        self._move(row.name, (NEW,), PENDING)

    def _revoke(self, client: HubClient, row: OfficerRow) -> None:
        try:
            client.ask(OfficerState, "DELETE", f"/v1/officers/{row.name}")
        except ProblemError as problem:
            # The hub never heard of it.
            if problem.kind != "no-such-resource":
                raise
        self._move(row.name, (REVOKING,), REVOKED)

    def _is_due(self, known: Sequence[OfficerRow]) -> bool:
        ago = None if self._looked is None else abs(self._clock() - self._looked)
        return any(row.state == ACTIVE for row in known) and (ago is None or ago >= LOOK_AGAIN)

    def _learn(self, client: HubClient) -> None:
        told = {each.officer: each for each in client.ask(OfficerList, "GET", "/v1/officers").items}
        now = self._looked = self._clock()

        def work(conn: Connection) -> None:
            for row in officers.everything(conn):
                state = _state(row, told.get(row.name))
                if state != row.state:
                    officers.move(conn, row.name, (row.state,), state, now)

        self._database.retrying(work)

    def _move(self, name: str, origins: Sequence[str], state: str) -> None:
        self._database.retrying(lambda conn: officers.move(conn, name, origins, state, self._clock()))


def _state(row: OfficerRow, told: OfficerState | None) -> str:
    """What a key is after the hub's word; a hub that was restored or exchanged hears of it once more."""
    if row.state not in (PENDING, ACTIVE):
        return row.state
    if told is None:
        return NEW
    # Under this name the hub has a key that nobody here can sign with.
    return told.state if told.public_key == row.public_key else PENDING
