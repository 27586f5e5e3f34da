"""All that stays of cases that are over: how many there were."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from api.hub.storage.partner_tables import closed_cases
from api.service.statements import insert


class ClosedCase(NamedTuple):
    """What one case is counted under: outcome, quarter (as 2026-4), countries of reporter and custodian."""

    outcome: str
    quarter: str
    missing_country: str
    found_country: str


def count(conn: Connection, cases: Iterable[ClosedCase]) -> None:
    """Count cases in."""
    statement = insert(conn, closed_cases)
    key = [closed_cases.c[name] for name in ClosedCase._fields]
    one_more = statement.on_conflict_do_update(index_elements=key, set_={"cases": closed_cases.c.cases + 1})
    # In one order, so that two transactions never wait for each other's rows.
    for case in sorted(cases):
        conn.execute(one_more.values(**case._asdict(), cases=1))
