"""Placing, showing and lifting legal holds."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from api.holder.intake.service import no_such_record
from api.holder.intake.sight import Sight
from api.holder.reviewing.orders import Order, order_mark
from api.holder.storage import audit, holds, photos, records
from api.holder.storage.records import ERASED, WITHDRAWN, RecordRow
from api.holder.vault.vault import Purpose, Vault
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.problems import ProblemError

_SEALED_UNDER = 0
"""Version that an order is sealed under: it does not change with the record."""
_ERASED = "The record was erased, and nothing is left to keep."


class LegalHolds:
    """Records that must be kept whatever their age, such as evidence; only the vault's owner can read the orders.

    A held record is not erased, here or at the hub. Its sharing still ends with its `expires_on` or a withdrawal.

    Args:
        database: the gateway's.
        vault: seals the orders.
        clock: the present moment.
        changed: called when the hub has to hear of something.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock, changed: Callable[[], None]) -> None:
        self._database, self._vault, self._clock, self._changed = database, vault, clock, changed

    def now(self) -> datetime:
        """The present moment, which an order may not lie behind."""
        return self._clock()

    def place(self, ref: str, order: Order, by: str, sight: Sight) -> dict[str, Any]:
        """Hold a record under an order; another order takes the place of the one before, and the same changes nothing.

        Raises:
            ProblemError: `no-such-resource`, or `record-withdrawn` for an erased one.
        """

        def work(conn: Connection) -> dict[str, Any]:
            row = self._locked(conn, ref, sight)
            if row.state == ERASED:
                raise ProblemError("record-withdrawn", _ERASED)
            known = holds.of_record(conn, row.id)
            if known is None or self._order(ref, known.sealed) != order.as_json():
                now = self._clock()
                since = now if known is None else known.since
                holds.place(conn, row.id, since, self._vault.seal(Purpose.HOLD, ref, _SEALED_UNDER, order.as_json()))
                mark = order_mark(self._vault, order)
                audit.note(conn, Entry("hold-placed", by, now, about=ref, order=mark))
            return self._shown(conn, row)

        shown = self._database.retrying(work)
        self._changed()
        return shown

    def lift(self, ref: str, by: str, sight: Sight) -> None:
        """End a hold, and what it alone kept: photos of a withdrawn record. Where none stands nothing changes.

        ProblemError `no-such-resource` for an unknown record.
        """

        def work(conn: Connection) -> None:
            row = self._locked(conn, ref, sight)
            known = holds.of_record(conn, row.id)
            if known is not None:
                mark = mark_of(self._vault, ref, known.sealed)
                holds.place(conn, row.id, None, None)
                if row.state == WITHDRAWN:
                    photos.remove_all(conn, row.id)
                audit.note(conn, Entry("hold-lifted", by, self._clock(), about=ref, order=mark))

        self._database.retrying(work)
        self._changed()

    def show(self, ref: str, sight: Sight) -> dict[str, Any]:
        """The hold on a record with its order; ProblemError `no-such-resource` when there is none."""
        with self._database.read() as conn:
            row = _within(records.by_ref(conn, ref), sight, self._vault)
            return self._shown(conn, row)

    def _locked(self, conn: Connection, ref: str, sight: Sight) -> RecordRow:
        return _within(records.by_ref(conn, ref, lock=True), sight, self._vault)

    def _shown(self, conn: Connection, row: RecordRow) -> dict[str, Any]:
        known = holds.of_record(conn, row.id)
        if known is None:
            raise ProblemError("no-such-resource", "No hold stands on this record.")
        return {"ref": row.ref, "held_since": known.since.isoformat(), "order": self._order(row.ref, known.sealed)}

    def _order(self, ref: str, sealed: bytes) -> Any:
        return self._vault.open(Purpose.HOLD, ref, _SEALED_UNDER, sealed)


def mark_of(vault: Vault, ref: str, sealed: bytes) -> str:
    """The mark by which the hub knows a sealed order; DamagedSealError when it does not open."""
    order = vault.open(Purpose.HOLD, ref, _SEALED_UNDER, sealed)
    return order_mark(vault, Order(order["authority"], order["number"], date.fromisoformat(order["date"])))


def _within(row: RecordRow | None, sight: Sight, vault: Vault) -> RecordRow:
    if row is None or not sight.bounds(vault).hold(row):
        raise no_such_record()
    return row
