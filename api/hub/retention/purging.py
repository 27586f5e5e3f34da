"""What the hub lets go of when its time has come, in steps that may be interrupted and repeated anywhere.

A record that is withdrawn or expired keeps its codes for `withdrawn_days`, so that probing with them is counted; then
they go as in an erasure, and its state stays. A case that is over keeps its candidate for `closed_days`; then the
candidate goes with its decisions and messages, and one more is counted in `closed_cases`. While both records are active
it stays, since it is what keeps matching from proposing the pair again every night. A legal hold on either record of a
case keeps both, and the case.

What stays for good is a record's ref, version and state (a ref that was erased must not come back), pairs of refs in
`variants` and refs in `alarm_records` (pseudonyms: probing counts over epochs and after records are gone), the counts,
and the audit log.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select

from api.hub.intake.checked_items import WITHDRAWN_DIGEST
from api.hub.storage import audit, closed_cases, counters, purging
from api.hub.storage.closed_cases import ClosedCase
from api.hub.storage.kinship_tables import links
from api.hub.storage.purging import Limits, OverCase
from api.hub.storage.tables import candidates
from api.service.audit.entries import Entry

HUB = "hub"
"""Who purges, in the audit log."""


@dataclass(frozen=True)
class Task:
    """One thing to let go of.

    Attributes:
        due: the query for the numbers of the rows that may go, holds aside.
        purge: lets those of the given rows go that no hold keeps; they are due, and no counter moves meanwhile.
    """

    due: Callable[[Limits], Select[Any]]
    purge: Callable[[Connection, Sequence[int], datetime], None]


def run(conn: Connection, task: Task, limits: Limits, ids: Sequence[int], now: datetime) -> None:
    """Do a task for those of the rows that are due still, in this write transaction."""
    # All counters, in their order: no record, candidate, link or message changes or comes in under our hands.
    for name in (counters.RECORDS, counters.CANDIDATES, counters.LINKS, counters.MESSAGES):
        counters.hold(conn, name)
    query = task.due(limits)
    number = query.selected_columns[0]
    task.purge(conn, list(conn.execute(query.where(number.in_(ids)).order_by(number)).scalars()), now)


def _codes(conn: Connection, ids: Sequence[int], _now: datetime) -> None:
    purging.drop_codes(conn, purging.not_held(conn, ids), WITHDRAWN_DIGEST)


def _cases(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    chosen = purging.pairs_not_held(conn, candidates, ("missing_id", "found_id"), ids)
    words = purging.decided(conn, chosen)
    counted = [_counted(case, words.get(case.id, set())) for case in purging.cases(conn, chosen)]
    closed_cases.count(conn, counted)
    purging.drop_cases(conn, chosen)
    for case in counted:
        # The outcome alone: the leaf is there for good.
        audit.note(conn, Entry("case-purged", HUB, now, why=case.outcome))


def _links(conn: Connection, ids: Sequence[int], _now: datetime) -> None:
    purging.drop_links(conn, purging.pairs_not_held(conn, links, ("first_id", "second_id"), ids))


def _rest(conn: Connection, ids: Sequence[int], _now: datetime) -> None:
    purging.strip(conn, purging.not_held(conn, ids))


TASKS = (
    Task(purging.old_codes, _codes), Task(purging.over_cases, _cases), Task(purging.empty_links, _links),
    Task(purging.bare_records, _rest),
)  # fmt: skip
"""In an order in which each finds what the one before left."""


def _counted(case: OverCase, words: set[str]) -> ClosedCase:
    since = case.since.astimezone(UTC)
    quarter = f"{since.year}-{(since.month + 2) // 3}"
    return ClosedCase(_outcome(case.state, words), quarter, case.missing_country, case.found_country)


def _outcome(state: str, words: set[str]) -> str:
    """What came of a case; of a closed one, what it was closed after."""
    if state in ("rejected", "disproved", "reunited", "withdrawn"):
        return state
    if "reunite" in words:
        return "reunited"
    return "disproved" if words & {"decline", "disprove"} else "closed"
