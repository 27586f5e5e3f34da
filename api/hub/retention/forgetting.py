"""A closed epoch forgotten: no code of it stays in the database or the index, and no case is lost by it.

What stays are refs, versions and states of its records, candidates that did not follow their records into the next
epoch, what probing is counted by until it is purged (pairs of refs for good), model tables, and the audit log. Backups
that were made before are not reached.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, delete, select

from api.hub.crossmatching.alone import alone
from api.hub.intake.checked_items import WITHDRAWN_DIGEST
from api.hub.matching.approximate_reports import save_report
from api.hub.matching.loading import remove_closed
from api.hub.registry.noting import note_act
from api.hub.storage import comparisons, counters, epochs, partitions, purging, run_blocks
from api.hub.storage.run_tables import runs
from api.hub.storage.tables import pending
from api.service.clock import Clock
from api.service.database import Database
from matcher.errors import InputError

RECORDS_AT_ONCE = 200
"""Of one transaction: it holds the counter of records, and whoever sends waits."""
TABLES = ("records", "kindred", "pending", "run_blocks", "comparisons")
"""What held codes, or what was found with them."""


@dataclass(frozen=True)
class Forgotten:
    """What became of an epoch.

    emptied    records whose codes went now
    held       records whose codes a legal hold keeps; run it again when the hold is lifted
    compacted  whether the database's files were written anew; False when somebody kept them busy
    """

    partition: int
    emptied: int
    held: int
    compacted: bool


def forget_epoch(
    database: Database, folder: Path, partition_id: int, clock: Clock, progress: Callable[[int], None]
) -> Forgotten:
    """Remove everything that was made with a closed partition's linkage key; killed anywhere, start it again.

    Args:
        database: the hub's.
        folder: of all indexes.
        partition_id: a closed partition.
        clock: the present moment.
        progress: called with the number of records just emptied.

    Raises:
        InputError: there is no such partition, or it is open.
        CrossMatchError: a cross-match of it is going on.
        StorageError: the database failed; what was removed stays removed.
    """
    _require_closed(database, partition_id)
    with alone(database, folder, partition_id):
        emptied, held = _empty(database, partition_id, progress)
        database.retrying(partial(_drop_searches, partition_id=partition_id))
        while database.retrying(lambda conn: comparisons.drop_of_partition(conn, partition_id, RECORDS_AT_ONCE)):
            pass
        remove_closed(folder, partition_id)
        save_report(folder, partition_id, None)
        database.retrying(partial(_note, partition_id=partition_id, emptied=emptied, held=held, now=clock()))
    return Forgotten(partition_id, emptied, held, database.compact(TABLES))


def _require_closed(database: Database, partition_id: int) -> None:
    with database.read() as conn:
        found = partitions.by_id(conn, partition_id)
    if found is None:
        raise InputError(f"There is no partition {partition_id}; `milap hub partition list` shows them all.")
    if found.state == "open":
        raise InputError(
            f"Partition {partition_id} is open; close it first, when every gateway has sent its records under the next"
            " key."
        )


def _empty(database: Database, partition_id: int, progress: Callable[[int], None]) -> tuple[int, int]:
    emptied, held, after = 0, 0, 0
    while True:
        with database.read() as conn:
            found = epochs.encoded(conn, partition_id, after, RECORDS_AT_ONCE)
        if not found:
            return emptied, held
        gone = database.retrying(partial(_empty_some, record_ids=[number for number, _ in found]))
        emptied, held, after = emptied + gone, held + len(found) - gone, found[-1][1]
        progress(gone)


def _empty_some(conn: Connection, record_ids: Sequence[int]) -> int:
    # Whoever places a hold takes it too: none is overlooked.
    counters.hold(conn, counters.RECORDS)
    kept = epochs.held_here_alone(conn, record_ids)
    going = [number for number in record_ids if number not in kept]
    epochs.empty(conn, going, WITHDRAWN_DIGEST)
    purging.drop_kindred(conn, going)
    return len(going)


def _drop_searches(conn: Connection, partition_id: int) -> None:
    """What waited to be searched, and what searches of runs found."""
    conn.execute(delete(pending).where(pending.c.partition_id == partition_id))
    for run in conn.execute(select(runs.c.id).where(runs.c.partition_id == partition_id)).scalars().all():
        run_blocks.drop_blocks(conn, run)


def _note(conn: Connection, partition_id: int, emptied: int, held: int, now: datetime) -> None:
    """On the record, unless nothing was left to do."""
    found = partitions.by_id(conn, partition_id)
    if emptied or (found is not None and found.state == "closed"):
        partitions.set_forgotten(conn, partition_id)
        note_act(conn, "partition-forgotten", str(partition_id), now, records=emptied, held=held)
