"""Who may know of a link today: agreements, active partners, and alarms that stop a record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from api.hub.storage.agreements import WithinCountry, agreement_matrix
from api.hub.storage.alarms import hidden_ids
from api.hub.storage.links import PROPOSED, WITHDRAWN, LinkedRecord, StoredLink
from matcher.views import Kind


@dataclass(frozen=True)
class Sight:
    """What stands between partners today.

    matrix   who may be compared with whom, bool (holders, holders) by partner number
    alarmed  records under an alarm that stops
    """

    matrix: npt.NDArray[np.bool_]
    alarmed: frozenset[int] = field(default=frozenset(), repr=False)

    def partners_of(self, partner_id: int) -> list[int]:
        """Those whose found records a partner may know of, itself included."""
        return [int(other) for other in np.flatnonzero(self.matrix[partner_id])]

    def compared(self, first: LinkedRecord, second: LinkedRecord) -> bool:
        """Whether the organisations of two records may be compared today."""
        return self.knows(first.partner_id, second.partner_id)

    def knows(self, first_id: int, second_id: int) -> bool:
        """The same by partner number."""
        return max(first_id, second_id) < len(self.matrix) and bool(self.matrix[first_id, second_id])

    def stopped(self, *found: LinkedRecord) -> bool:
        """Whether an alarm stops any of these records."""
        return any(record.id in self.alarmed for record in found)

    def shows(self, link: StoredLink, first: LinkedRecord, second: LinkedRecord, partner_id: int) -> bool:
        """Whether a partner may know of a link of two found records.

        While an alarm stops one of them nothing new is told; what people have settled can still be undone.
        """
        if link.kind == Kind.MISSING or partner_id not in (first.partner_id, second.partner_id):
            return False
        return self.compared(first, second) and not (link.state == PROPOSED and self.stopped(first, second))


def sight(
    conn: Connection, found: Iterable[LinkedRecord], now: datetime, within_country: WithinCountry
) -> Sight:
    """What stands between the partners of these records, and against the records, at a moment."""
    matrix = agreement_matrix(conn, now.astimezone(UTC).date(), within_country)
    ids = sorted({record.id for record in found if record.kind != Kind.MISSING})
    return Sight(matrix, frozenset(hidden_ids(conn, ids)))


def shown_state(link: StoredLink, first: LinkedRecord, second: LinkedRecord) -> str:
    """The state as partners see it: what a record's withdrawal or erasure will bring shows before it is written so."""
    states = (first.state, second.state)
    falls = "erased" in states or (link.state == PROPOSED and states != ("active", "active"))
    return WITHDRAWN if falls else link.state
