"""What a hold keeps from being erased."""

from sqlalchemy import Connection

from api.holder.storage import holds
from api.wire.problems import ProblemError


def refuse_held(conn: Connection, record_id: int) -> None:
    """Raise ProblemError `on-hold` when a hold stands on a record that the transaction has locked."""
    if holds.of_record(conn, record_id) is not None:
        raise ProblemError("on-hold", "A legal hold keeps this record; lift the hold when the order ends.")
