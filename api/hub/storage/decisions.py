"""Decisions on candidates: each taken once, and remembered with what it brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from api.hub.storage.matching import in_parts
from api.hub.storage.tables import candidates, decisions
from api.wire.life import RELEASED, CandidateState, DecisionWord


@dataclass(frozen=True)
class TakenDecision:
    """A decision as it was taken; `digest` is of what the gateway sent, state and revision are what it brought."""

    name: str
    candidate: str
    digest: bytes
    state: CandidateState
    revision: int


_TAKEN = (
    select(
        decisions.c.name, candidates.c.name.label("candidate"), decisions.c.digest, decisions.c.state,
        decisions.c.revision,
    )
    .join_from(decisions, candidates, decisions.c.candidate_id == candidates.c.id)
    .where(decisions.c.partner_id == bindparam("owner"), decisions.c.name == bindparam("wanted"))
)  # fmt: skip


def taken_as(conn: Connection, partner_id: int, name: str) -> TakenDecision | None:
    """The decision that a partner sent under this name."""
    row = conn.execute(_TAKEN, {"owner": partner_id, "wanted": name}).first()
    return None if row is None else TakenDecision(*row)


def add(
    conn: Connection, partner_id: int, name: str, candidate_id: int, *, decision: DecisionWord, digest: bytes,
    state: CandidateState, revision: int, reason: str | None, order_mark: str | None, officers: str | None,
    decided_at: datetime,
) -> None:  # fmt: skip
    """Remember a decision; IntegrityError when the partner has sent one under this name."""
    conn.execute(insert(decisions).values(
        partner_id=partner_id, name=name, candidate_id=candidate_id, decision=decision, digest=digest, state=state,
        revision=revision, reason=reason, order_mark=order_mark, officers=officers, decided_at=decided_at,
    ))  # fmt: skip


def decided_ids(conn: Connection, candidate_ids: Sequence[int]) -> set[int]:
    """Those of these candidates that somebody ever decided on."""
    found: set[int] = set()
    for part in in_parts(candidate_ids):
        query = select(decisions.c.candidate_id).where(decisions.c.candidate_id.in_(part)).distinct()
        found |= set(conn.execute(query).scalars())
    return found


def last_seen_by_reporter(conn: Connection, candidate_id: int) -> tuple[CandidateState, int] | None:
    """State and revision of the last decision that a reporter was told of; None when it was never released."""
    query = select(decisions.c.state, decisions.c.revision).where(
        decisions.c.candidate_id == candidate_id, decisions.c.state.in_(sorted(RELEASED))
    )  # fmt: skip
    row = conn.execute(query.order_by(decisions.c.revision.desc(), decisions.c.id.desc()).limit(1)).first()
    return None if row is None else (row[0], row[1])


def empty(conn: Connection, candidate_ids: Sequence[int]) -> None:
    """Let nothing stay of the decisions on these candidates but what they were and what they brought."""
    for part in in_parts(candidate_ids):
        gone = decisions.c.candidate_id.in_(part)
        conn.execute(update(decisions).where(gone).values(order_mark=None, officers=None, reason=None))
