"""Who may know of a candidate."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from api.hub.storage import candidates, partners
from api.hub.storage.agreements import WithinCountry, agreement_matrix
from api.hub.storage.alarms import hidden_ids
from api.hub.storage.candidates import CandidateRow
from api.wire.life import CandidateState, Side


@dataclass(frozen=True)
class Party:
    """A partner's part in a candidate.

    Attributes:
        candidate_id: its row.
        side: the partner's; of a pair of two own records it is the custodian.
        other_id: number of the partner on the other side, the same partner in a pair of two own records.
        other: its name.
        state: as partners see it.
    """

    candidate_id: int
    side: Side
    other_id: int
    other: str
    state: CandidateState


def party(
    conn: Connection, candidate_name: str, partner_id: int, today: date, within_country: WithinCountry
) -> Party | None:
    """A partner's part in a candidate, None when it may not know of it.

    That is: one that is not a side of it, a reporter before the release, two that may not be compared today, or a
    custodian whose found record an alarm stops.
    """
    row = candidates.by_name(conn, candidate_name)
    if row is None:
        return None
    sides = sides_of(conn, row, partner_id)
    if not sides or not may_be_compared(conn, row, today, within_country):
        return None
    other = partners.by_id(conn, other_than(row, sides[0]))
    assert other is not None
    return Party(row.id, sides[0], other.id, other.name, row.shown_state)


def sides_of(conn: Connection, row: CandidateRow, partner_id: int) -> tuple[Side, ...]:
    """On which sides of a candidate a partner may know of it: on both, perhaps, when both records are its own."""
    custodian = row.custodian_id == partner_id and not hidden_ids(conn, [row.found_id])
    reporter = row.reporter_id == partner_id and row.released_at is not None
    sides: tuple[tuple[Side, bool], ...] = (("custodian", custodian), ("reporter", reporter))
    return tuple(side for side, may_know in sides if may_know)


def may_be_compared(conn: Connection, row: CandidateRow, today: date, within_country: WithinCountry) -> bool:
    """Whether both partners are active, and an agreement between them is in force today where it needs one."""
    return bool(agreement_matrix(conn, today, within_country)[row.reporter_id, row.custodian_id])


def other_than(row: CandidateRow, side: Side) -> int:
    """The partner on the other side of a candidate."""
    return row.reporter_id if side == "custodian" else row.custodian_id
