"""The errand of legal holds: the hub is told which records it must keep."""

import json
from collections.abc import Mapping

import structlog
from sqlalchemy import Connection

from api.holder.retention.holds import mark_of
from api.holder.storage import facts, holds, outbox
from api.holder.storage.holds import HeldRecord
from api.holder.sync.client import HubClient
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.clock import Clock
from api.service.database import Database
from api.wire.retention import HoldList, HoldReceipt, HoldRequest


class HoldErrand:
    """Compares the holds that stand here with those that the hub was told of, and tells it the difference.

    Args:
        database: the gateway's.
        vault: opens the orders.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database, self._vault, self._clock = database, vault, clock

    def run(self, client: HubClient) -> bool:
        """Tell of every hold that was placed or lifted since; see Errand.run. Never more at once."""
        with self._database.read() as conn:
            standing, known = holds.shared(conn), facts.get(conn, facts.HOLDS_TOLD)
        told: dict[str, str] = self._ask(client) if known is None else json.loads(known)
        wanted = {held.ref: mark for held in standing if (mark := self._mark(held, told)) is not None}
        for ref in sorted(wanted.keys() | told.keys()):
            if wanted.get(ref) == told.get(ref):
                continue
            if ref in wanted:
                body = HoldRequest(order=wanted[ref]).model_dump_json().encode()
                client.ask(HoldReceipt, "PUT", f"/v1/holds/{ref}", body)
                told[ref] = wanted[ref]
            else:
                client.ask(HoldReceipt, "DELETE", f"/v1/holds/{ref}")
                del told[ref]
            self._remember(told)
        with self._database.read() as conn:
            refused = any(ref not in told for ref, _, _ in holds.refused_erasures(conn))
        if refused:
            self._database.retrying(lambda conn: self._erase_again(conn, told))
        return False

    def _erase_again(self, conn: Connection, told: Mapping[str, str]) -> None:
        """An erasure may have come to the hub before it heard that the hold was lifted; it is sent again."""
        for ref, record_id, version in holds.refused_erasures(conn):
            if ref not in told:
                outbox.queue_again(conn, record_id, version, "erase", self._clock())

    def _mark(self, held: HeldRecord, told: Mapping[str, str]) -> str | None:
        """The mark of a hold's order; where its seal is damaged, what the hub has stays, and the others go on."""
        try:
            return mark_of(self._vault, held.ref, held.sealed)
        except DamagedSealError as error:
            structlog.get_logger().error("the order of a hold does not open", exc_info=error)
            return told.get(held.ref)

    def _ask(self, client: HubClient) -> dict[str, str]:
        """What the hub has, at first and after a restore of this database."""
        told = {hold.ref: hold.order for hold in client.ask(HoldList, "GET", "/v1/holds").items}
        self._remember(told)
        return told

    def _remember(self, told: Mapping[str, str]) -> None:
        text = json.dumps(told, sort_keys=True)

        def work(conn: Connection) -> None:
            facts.put(conn, facts.HOLDS_TOLD, text, self._clock())

        self._database.retrying(work)
