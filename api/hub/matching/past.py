"""A small gallery of records that are matched no longer, so that probing with them is seen all the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from api.hub.matching.rows import batches_of_holders
from api.hub.storage.matching import last_sequence
from api.hub.storage.partitions import by_id
from api.hub.storage.past import PAST, Entered, left_after, past_records
from indexer.gallery import Gallery
from indexer.search import KernelSearch
from matcher.profile import EncodingProfile


class PastRecords:
    """Withdrawn and expired records of one partition, in memory alone; it follows the database by sequence number.

    A record that became active again may stay in it for a while: whoever uses a hit looks at the record's state.
    """

    def __init__(self, partition_id: int, profile: EncodingProfile, threads: int | None = None) -> None:
        """Empty until it follows."""
        self._partition_id, self._sequence = partition_id, -1
        self._entered: dict[int, datetime] = {}
        self.gallery = Gallery(profile)
        self.search = KernelSearch(self.gallery, threads)

    def follow(self, conn: Connection, now: datetime, days: int) -> None:
        """Bring it up to date: records whose content came within so many days, and no erased one.

        Raises:
            BatchError, KeyMismatchError: a record does not fit the partition.
        """
        since, last = now - timedelta(days=days), last_sequence(conn)
        if self._sequence < 0:
            self._take(conn, past_records(conn, self._partition_id, since))
        else:
            self._take(conn, left_after(conn, self._partition_id, self._sequence))
        # Not below what was seen of the tail: a change may have been committed between the two statements.
        self._sequence = last
        self._drop([number for number, entered in self._entered.items() if entered < since])

    def _take(self, conn: Connection, found: Sequence[Entered]) -> None:
        past = {record.id: (record, at) for record, at in found if record.state in PAST and record.codes is not None}
        self._drop([record.id for record, _ in found if record.id not in past])
        if not past:
            return
        partition = by_id(conn, self._partition_id)
        key_check = bytes.fromhex((partition.key_check if partition else None) or "")
        space = partition.space if partition else None
        records = [record for record, _ in past.values()]
        for held in batches_of_holders(records, self.gallery.profile, key_check, space):
            self.gallery.add(held.batch, held.numbers, int(held.holders[0]))
        self._entered |= {number: entered for number, (_, entered) in past.items()}

    def _drop(self, numbers: Sequence[int]) -> None:
        self.gallery.withdraw(np.array(numbers, dtype=np.int32))
        for number in numbers:
            self._entered.pop(number, None)
