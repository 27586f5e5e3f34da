"""Pairs that people have judged, for calibration: numbers and weights, and nothing of anybody."""

from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from api.hub.storage.tables import candidates, decisions
from api.wire.life import CandidateState, DecisionWord

NOTHING_LEFT = "[]"
"""Levels of a candidate of which a record was erased: it weighs nothing any more."""
_SETTLED: tuple[CandidateState, ...] = ("rejected", "disproved", "verified", "reunited", "closed")
_JUDGING: tuple[DecisionWord, ...] = ("reject", "decline", "disprove", "verify", "reunite")


class Judgement(NamedTuple):
    """A settled candidate: its records' numbers, what it weighs, and the last judgement of it.

    weight    thousandths of a bit, under the model `model_id`: a pair that was judged not to be one child is weighed no
              more, so this is what it was judged on; a verified one is weighed on while its records are matched
    decision  the last decision that says whether it is the same child: a closing says nothing of that
    """

    missing_id: int
    found_id: int
    weight: int
    model_id: int
    decision: DecisionWord
    reason: str | None


def judgements(conn: Connection, partition_id: int) -> list[Judgement]:
    """The judged pairs of a partition that are settled today, by candidate; those of erased records are not told.

    What was opened again, proposed anew or withdrawn is not settled.
    """
    last = (
        select(func.max(decisions.c.id)).where(
            decisions.c.candidate_id == candidates.c.id, decisions.c.decision.in_(_JUDGING)
        ).correlate(candidates).scalar_subquery()
    )  # fmt: skip
    query = (
        select(
            candidates.c.missing_id, candidates.c.found_id, candidates.c.weight, candidates.c.model_id,
            decisions.c.decision, decisions.c.reason,
        )
        .join_from(candidates, decisions, and_(decisions.c.candidate_id == candidates.c.id, decisions.c.id == last))
        .where(
            candidates.c.partition_id == partition_id, candidates.c.state.in_(_SETTLED),
            or_(candidates.c.weight != 0, candidates.c.levels != NOTHING_LEFT),
        )
        .order_by(candidates.c.id)
    )  # fmt: skip
    return [Judgement._make(row) for row in conn.execute(query)]
