"""The matcher's part in comparisons under masks: weigh what came, and let go of what must not be compared any more."""

from datetime import datetime
from functools import partial

import numpy as np

from api.hub.matching.agreed import Matrix
from api.hub.matching.options import MatchingOptions
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.storing import Stored
from api.hub.refining.models import MaskedModels
from api.hub.refining.weighing import weigh_ready
from api.hub.storage import comparisons
from api.hub.storage.agreements import agreement_matrix
from api.service.database import Database

DROPPED_TOGETHER = 500
"""Comparisons that one transaction removes: on SQLite nobody else can write meanwhile."""


class Refining:
    """Works in small steps; whatever a crash interrupts is found again in the database.

    Args:
        database: the hub's.
        options: how to match.
    """

    def __init__(self, database: Database, options: MatchingOptions) -> None:
        self._database, self._options = database, options
        self._models = MaskedModels(database)
        self._cleared: Matrix | None = None
        self._closed: set[int] = set()

    def weigh(self, index: ResidentIndex, now: datetime) -> Stored | None:
        """Weigh some comparisons of a partition; None when none has both parts. See `weighing.weigh_ready`."""
        return weigh_ready(self._database, index, self._options, now, self._models)

    def clear(self, now: datetime) -> bool:
        """Drop some comparisons of partners that may not be compared today; whether there may be more.

        When an agreement comes into force, or a partner back, their records are queued and planned anew.
        """
        with self._database.read() as conn:
            matrix = agreement_matrix(conn, now.date(), self._options.within_country)
            if self._cleared is not None and np.array_equal(matrix, self._cleared):
                return False
            forbidden = [pair for pair in comparisons.between(conn) if not matrix[pair]]
        for pair in forbidden:
            self._database.retrying(
                partial(comparisons.drop_between, reporter_id=pair[0], custodian_id=pair[1], limit=DROPPED_TOGETHER)
            )
        self._cleared = None if forbidden else matrix
        return bool(forbidden)

    def close(self, partition_id: int) -> None:
        """Drop the comparisons of a closed partition."""
        if partition_id in self._closed:
            return
        while self._database.retrying(
            lambda conn: comparisons.drop_of_partition(conn, partition_id, DROPPED_TOGETHER)
        ) == DROPPED_TOGETHER:  # fmt: skip
            pass
        self._closed.add(partition_id)
