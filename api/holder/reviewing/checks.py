"""Whether a decision fits a candidate as it is known here; the hub judges again, and it has the last word."""

from datetime import datetime

from sqlalchemy import Connection

from api.holder.storage import decisions
from api.holder.storage.candidates import CandidateRow
from api.holder.storage.decisions import UNSIGNED, DecisionRow
from api.wire.life import REASONS, DecisionWord, after
from api.wire.problems import ProblemError


def check(conn: Connection, row: CandidateRow, word: DecisionWord, revision: int, now: datetime) -> None:
    """Whether a locked candidate can be decided so; a release that waits for a signature in vain is dropped.

    Raises:
        ProblemError: `candidate-withdrawn`, `candidate-changed`, `decision-pending` or `decision-out-of-order`.
    """
    check_alive(row, word)
    pending = decisions.undecided(conn, row.candidate)
    if pending is not None and is_stale(pending, row):
        decisions.drop(conn, [pending], now)
        pending = None
    if pending is not None:
        raise ProblemError("decision-pending", _PENDING[pending.state == UNSIGNED])
    check_revision(row, revision)
    if after(word, row.side, row.state) is None:
        detail = f"A candidate that is {row.state} cannot be decided so; read it again, it says what may be decided."
        raise ProblemError("decision-out-of-order", detail, state=row.state)


_PENDING = {
    True: "A release of this candidate waits for a second officer; let one approve it, or drop it first.",
    False: "A decision on this candidate is on its way to the hub; wait for what it says.",
}


def check_alive(row: CandidateRow, word: DecisionWord) -> None:
    """ProblemError `candidate-withdrawn` when it is, or will be as soon as the hub hears of the own record."""
    if not row.alive or (word == "reopen" and not row.shared):
        detail = "One of the two records was changed, withdrawn or erased; there is nothing left to decide here."
        raise ProblemError("candidate-withdrawn", detail)


def check_revision(row: CandidateRow, revision: int) -> None:
    """ProblemError `candidate-changed` unless a person saw the candidate as it is."""
    if revision != row.revision:
        detail = "The candidate is not as it was when you read it; read it again, and decide on what it says now."
        raise ProblemError("candidate-changed", detail, revision=row.revision)


def check_reason(word: DecisionWord, reason: str | None) -> None:
    """ProblemError `reason-required` without one of REASONS, `invalid-body` for one where there is none to give."""
    known = REASONS.get(word, ())
    if known and reason not in known:
        raise ProblemError("reason-required", f"Say why: {word} needs as its reason one of {', '.join(known)}.")
    if not known and reason is not None:
        raise ProblemError("invalid-body", f"There is no reason to give for {word}; leave it out.")


def is_stale(pending: DecisionRow, row: CandidateRow) -> bool:
    """Whether a release waits for a signature under what a candidate no longer is."""
    return pending.state == UNSIGNED and pending.revision != row.revision
