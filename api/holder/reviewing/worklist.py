"""What waits for somebody: overdue first, then what is most likely; no more a day than the office can look at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection

from api.holder.reviewing.acting import Actor, acting
from api.holder.reviewing.decisions import SCOPE_OF
from api.holder.staff.offices import DEFAULT_CAPACITY
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal
from api.holder.storage import candidates, decisions, offices
from api.holder.storage.candidates import CandidateFilter, CandidateRow
from api.holder.storage.decisions import WAITING, DecisionRow
from api.holder.vault.vault import Vault
from api.service.clock import Clock
from api.service.database import Database
from api.wire.life import CandidateState, DecisionWord, Side, allowed

WAITS_FOR: Final[Mapping[Side, tuple[CandidateState, ...]]] = {
    "custodian": ("proposed", "possible", "contact", "verified"), "reporter": ("released",),
}  # fmt: skip
"""States in which each side is expected to act (`whose_turn`)."""
READ_SCOPE: Final[Mapping[Side, Scope]] = {
    "custodian": Scope.CANDIDATES_READ, "reporter": Scope.RELEASES_READ,
}  # fmt: skip
_RANK: Final = {"probable": 0, "possible": 1, "weak": 2}
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page; `next` is what the next one begins after, None on the last page and in a day's list."""

    items: list[dict[str, Any]]
    capacity: int
    next: int | None


class WorklistReader:
    """Reads what waits for a person."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        """With the database, the vault for blind indexes, and the present moment."""
        self._database, self._vault, self._clock = database, vault, clock

    def day(self, who: Principal) -> Worklist:
        """As much as the person's office can look at in a day."""
        entries, capacity = self._entries(who)
        return Worklist(entries[:capacity], capacity, None)

    def page(self, who: Principal, after: int, limit: int) -> Worklist:
        """Everything that waits, a page at a time."""
        entries, capacity = self._entries(who)
        end = after + limit
        return Worklist(entries[after:end], capacity, end if len(entries) > end else None)

    def _entries(self, who: Principal) -> tuple[list[dict[str, Any]], int]:
        now = self._clock()
        sides = [side for side in WAITS_FOR if who.may(READ_SCOPE[side])]
        with self._database.read() as conn:
            actor = acting(conn, self._vault, who, READ_SCOPE[sides[0]])
            undecided = decisions.undecided_everywhere(conn)
            rows = [row for side in sides for row in _waiting(conn, actor, side, undecided)]
            office = None if actor.office is None else offices.by_name(conn, actor.office)
        groups = grouped(sorted(rows, key=lambda row: urgency(row, now)))
        shown = [[_shown(row, who, actor, undecided.get(row.candidate), now) for row in group] for group in groups]
        capacity = DEFAULT_CAPACITY if office is None else office.capacity
        return [{**first, "others": others} for first, *others in shown], capacity


def _waiting(
    conn: Connection, actor: Actor, side: Side, undecided: Mapping[str, DecisionRow]
) -> Iterable[CandidateRow]:
    """Candidates that wait for a side; what is decided and on its way to the hub waits no more."""
    for row in candidates.all_of(conn, CandidateFilter(side, WAITS_FOR[side], actor.bounds)):
        pending = undecided.get(row.candidate)
        if row.alive and (pending is None or pending.state != WAITING):
            yield row


def urgency(row: CandidateRow, now: datetime) -> tuple[bool, int, datetime, int]:
    """What a worklist is sorted by: overdue first, then the verdict, then the deadline."""
    due = row.due_at or _NEVER
    return due > now, _RANK.get(row.verdict, len(_RANK)), due, row.id


def grouped(rows: Sequence[CandidateRow]) -> list[list[CandidateRow]]:
    """Candidates of what seems one child together, where the first of them stands; the order is kept otherwise."""
    groups: dict[str, list[CandidateRow]] = {}
    for row in rows:
        groups.setdefault(row.same_child or row.candidate, []).append(row)
    return list(groups.values())


def may_decide(row: CandidateRow, who: Principal) -> list[DecisionWord]:
    """What somebody may decide on a candidate now, by its state and by what they are."""
    scopes = dict.fromkeys(allowed(row.side, row.state), SCOPE_OF[row.side]) if row.alive else {}
    if "release" in scopes:
        scopes["release"] = Scope.RELEASES_SIGN
    if row.stopped:
        scopes.pop("release", None)
    if not row.shared:
        scopes.pop("reopen", None)
    return [word for word, scope in scopes.items() if who.may(scope)]


def _shown(
    row: CandidateRow, who: Principal, actor: Actor, pending: DecisionRow | None, now: datetime
) -> dict[str, Any]:
    unsigned = None if pending is None else pending.by
    approves = unsigned is not None and who.may(Scope.RELEASES_SIGN) and unsigned != actor.login and not row.stopped
    return {
        "candidate": row.candidate, "side": row.side, "ref": row.ref, "partner": row.partner, "verdict": row.verdict,
        "state": row.state, "revision": row.revision, "since": row.since.isoformat(),
        "due_at": None if row.due_at is None else row.due_at.isoformat(),
        "overdue": row.due_at is not None and row.due_at <= now, "stopped": row.stopped,
        "may": [] if pending else may_decide(row, who), "release_signed_by": unsigned, "may_approve": approves,
    }  # fmt: skip
