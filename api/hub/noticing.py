"""What gateways are told of candidates: a custodian of all of its own, a reporter of those released to it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from api.hub.clusters.grouping import groups_of
from api.hub.cursors import Cursors
from api.hub.storage import candidates
from api.hub.storage.agreements import WithinCountry, agreement_matrix
from api.hub.storage.alarms import is_hidden, stopped_ids
from api.hub.storage.candidates import CandidateRow
from api.hub.storage.partners import everyone
from api.wire.candidates import CandidateNotice, CandidatePage
from api.wire.decisions import ReleaseNotice, ReleasePage


def candidates_for(
    conn: Connection, cursors: Cursors, custodian_id: int, after: int, limit: int, now: datetime,
    within_country: WithinCountry,
) -> CandidatePage:  # fmt: skip
    """What changed after a cursor among a custodian's candidates with partners that it may be compared with today.

    Candidates of a found record that an alarm stops are left out as if there were none.

    Raises:
        ProblemError: `invalid-query`; `after` is no cursor of this partner.
    """
    start = cursors.show(after, custodian_id)
    reporters = _compared_with(conn, custodian_id, now, within_country)
    found = candidates.of_custodian(conn, custodian_id, reporters, start, limit + 1, is_hidden)
    shown = found[:limit]
    names = _names(conn)
    missing = sorted({row.missing_id for row in shown})
    stopped = stopped_ids(conn, sorted({*missing, *(row.found_id for row in shown)}), now)
    groups = groups_of(conn, missing, custodian_id)
    return CandidatePage(
        items=[
            CandidateNotice(
                **_of_both(row), found_ref=row.found_ref, found_version=row.found_version,
                partner=names[row.reporter_id], stopped=not stopped.isdisjoint((row.missing_id, row.found_id)),
                same_child=groups.get(row.missing_id),
            )
            for row in shown
        ],
        next=_next(cursors, custodian_id, shown, after), more=len(found) > limit,
    )  # fmt: skip


def releases_for(
    conn: Connection, cursors: Cursors, reporter_id: int, after: int, limit: int, now: datetime,
    within_country: WithinCountry,
) -> ReleasePage:  # fmt: skip
    """What changed after a cursor among the candidates released to a reporter by partners it may be compared with.

    Raises:
        ProblemError: `invalid-query`; `after` is no cursor of this partner.
    """
    start = cursors.show(after, reporter_id)
    custodians = _compared_with(conn, reporter_id, now, within_country)
    found = candidates.of_reporter(conn, reporter_id, custodians, start, limit + 1)
    shown, names = found[:limit], _names(conn)
    return ReleasePage(
        items=[
            ReleaseNotice(
                **_of_both(row), missing_ref=row.missing_ref, missing_version=row.missing_version,
                partner=names[row.custodian_id],
            )
            for row in shown
        ],
        next=_next(cursors, reporter_id, shown, after), more=len(found) > limit,
    )  # fmt: skip


def _of_both(row: CandidateRow) -> dict[str, Any]:
    """What either side is told. Verdicts and levels come from the database as text, and are checked by the message."""
    is_gone = row.shown_state != row.state
    erased = "erased" in (row.missing_state, row.found_state)
    return {
        "candidate": row.name, "verdict": "weak" if erased else row.verdict,
        "levels": [] if erased else [{"what": what, "level": level} for what, level in json.loads(row.levels)],
        "state": row.shown_state, "revision": row.revision, "since": row.since,
        "due_at": None if is_gone else row.due_at,
    }  # fmt: skip


def _compared_with(conn: Connection, partner_id: int, now: datetime, within_country: WithinCountry) -> list[int]:
    """Partners that this one may be compared with today, itself included."""
    matrix = agreement_matrix(conn, now.astimezone(UTC).date(), within_country)
    return [int(number) for number in np.flatnonzero(matrix[partner_id])]


def _names(conn: Connection) -> dict[int, str]:
    return {partner.id: partner.name for partner in everyone(conn)}


def _next(cursors: Cursors, partner_id: int, shown: Sequence[CandidateRow], after: int) -> int:
    return cursors.hide(shown[-1].sequence, partner_id) if shown else after
