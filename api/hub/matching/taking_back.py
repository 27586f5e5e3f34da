"""What becomes of candidates when a record of theirs is withdrawn, expires, is erased, or comes into the next epoch.

The intake only writes the record's state, so that no answer to a partner takes longer for a record that has
candidates. The matcher follows the changes of records by their numbers, and takes back after the fact.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from api.hub.clusters.proposing import propose
from api.hub.matching.following import follow, moves
from api.hub.retention.erasing import reach
from api.hub.storage import audit, candidates, comparisons, counters, decisions, gone
from api.hub.storage.alarms import hidden_ids
from api.hub.storage.candidates import CandidateRow
from api.hub.storage.gone import ChangedRecord
from api.hub.storage.matching import ACTIVE, ERASED, in_parts
from api.service.audit.entries import Entry
from api.service.database import Database
from api.wire.life import WITHDRAWABLE

LOOK = 5_000
"""Changes of records that one look reads."""
LOOKED_AT_TOGETHER = 200
"""Records whose candidates one transaction moves from an older epoch."""
STEP = 20
"""Records whose candidates one transaction takes back: on SQLite nobody else can write meanwhile."""


class TakingBack:
    """Takes back, partition by partition; what is not remembered after a crash is done again, which changes nothing.

    Args:
        database: the hub's database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[int, int] = {}

    def step(self, partition_id: int, now: datetime) -> frozenset[int] | None:
        """Follow up some changes of a partition's records; partners with news, None when nothing had changed."""
        with self._database.read() as conn:
            seen = self._seen.get(partition_id) or gone.followed_up(conn, partition_id)
            changed = gone.changed_after(conn, partition_id, seen, LOOK)
        if not changed:
            self._seen[partition_id] = seen
            return None
        told: set[int] = set()
        self._follow(partition_id, [record.id for record in changed if record.state == ACTIVE])
        for part in in_parts([record for record in changed if record.state != ACTIVE or record.version > 1], STEP):
            told |= self._database.retrying(partial(_follow_up, changed=part, now=now))
        last = changed[-1].sequence
        if told or len(changed) == LOOK:
            self._database.retrying(lambda conn: gone.set_followed_up(conn, partition_id, last))
        self._seen[partition_id] = last
        return frozenset(told)

    def _follow(self, partition_id: int, record_ids: Sequence[int]) -> None:
        """Let candidates of older epochs come to these records before they are searched."""
        for part in in_parts(record_ids, LOOKED_AT_TOGETHER):
            with self._database.read() as conn:
                some = bool(moves(conn, partition_id, part))
            if some:
                self._database.retrying(partial(_followed, partition_id=partition_id, record_ids=part))


def _follow_up(conn: Connection, changed: Sequence[ChangedRecord], now: datetime) -> set[int]:
    """Take back candidates of records that are gone; partners with news."""
    counters.hold(conn, counters.CANDIDATES)
    rows = candidates.of_records(conn, [record.id for record in changed])
    withdrawn = [row for row in rows if row.state in WITHDRAWABLE and not row.is_active]
    emptied = [row for row in rows if _is_erased(row) and not _is_empty(row) and row not in withdrawn]
    # Shown as withdrawn for a moment, perhaps: the record was gone, and came back before anybody looked here.
    back = [row for row in rows if row.is_active and row.state in WITHDRAWABLE - {"proposed"}]
    candidates.withdraw(conn, [row for row in withdrawn if not _is_erased(row)], now)
    candidates.withdraw(conn, [row for row in withdrawn if _is_erased(row)], now, emptied=True)
    candidates.empty(conn, emptied, now)
    decisions.empty(conn, [row.id for row in (*withdrawn, *emptied) if _is_erased(row)])
    candidates.tell_again(conn, back, now)
    news = _news(conn, [*withdrawn, *emptied])
    news |= propose(conn, [record.id for record in changed if record.state != ACTIVE], now)
    comparisons.drop_outdated(conn, [record.id for record in changed])
    reach(conn, [record.id for record in changed if record.state == ERASED])
    _audit(conn, withdrawn, now)
    return news


def _followed(conn: Connection, partition_id: int, record_ids: Sequence[int]) -> None:
    counters.hold(conn, counters.CANDIDATES)
    follow(conn, partition_id, record_ids)


def _is_erased(row: CandidateRow) -> bool:
    return ERASED in (row.missing_state, row.found_state)


def _is_empty(row: CandidateRow) -> bool:
    return (row.levels, row.weight, row.judged_weight, row.reason) == ("[]", 0, None, None)


def _news(conn: Connection, rows: Sequence[CandidateRow]) -> set[int]:
    """A custodian is not told while an alarm holds its record back, a reporter not before the release."""
    hidden = hidden_ids(conn, sorted({row.found_id for row in rows}))
    told = {row.custodian_id for row in rows if row.found_id not in hidden}
    return told | {row.reporter_id for row in rows if row.released_at is not None}


def _audit(conn: Connection, rows: Sequence[CandidateRow], now: datetime) -> None:
    """Of pairs that somebody has decided on; those that nobody has looked at would drown them."""
    decided = decisions.decided_ids(conn, [row.id for row in rows])
    for row in rows:
        if row.id in decided:
            facts = {"was": row.state, "revision": row.revision + 1}
            audit.note(conn, Entry("candidate-withdrawn", "hub", now, about=row.name, facts=facts))
