"""One decision of one side on a candidate: whether it is taken, and what it brings (DESIGN section 8)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.disclosure.deadlines import deadline
from api.hub.disclosure.releasing import require_release
from api.hub.disclosure.visible import may_be_compared, other_than, sides_of
from api.hub.settings import HubSettings
from api.hub.storage import audit, candidates, counters, decisions
from api.hub.storage.alarms import hidden_ids
from api.hub.storage.candidates import CandidateRow
from api.hub.storage.partners import Partner
from api.service.audit.entries import Entry
from api.wire.decisions import Decision, DecisionReceipt
from api.wire.life import REASONS, REMEMBERED, WITHDRAWABLE, CandidateState, Side, after
from api.wire.problems import ProblemError

NO_CANDIDATE = "There is no candidate of this name for this partner; ask for what has changed."
_OTHER_CONTENT = "This partner has sent another decision under this id; send the new one under an id of its own."
_NO_AGREEMENT = "No agreement is in force between the two partners today, so nothing can be decided; call the operator."
_WITHDRAWN = "The candidate is withdrawn: one of its records changed or is gone, and nothing is left to decide."
_CHANGED = "The candidate has changed since; look at it again and decide anew on this revision."
_OUT_OF_ORDER = "This side cannot make this decision in the candidate's present state."
_NO_SUCH_REASON = "This decision needs a reason out of its list; choose one."
_BESIDE = "This decision takes no reason, order or signature; send it without."


@dataclass(frozen=True)
class Decided:
    """The receipt of a decision, and the partners who have news by it."""

    receipt: DecisionReceipt
    told: frozenset[int] = frozenset()


def decide(
    conn: Connection, candidate: str, decision: Decision, partner: Partner, settings: HubSettings, now: datetime
) -> Decided:
    """Take a decision in this write transaction, once; sent again it gets the receipt of then.

    Raises:
        ProblemError: `idempotency-key-reused`; `no-such-resource`, which says the same of a candidate that is not
            there and of one that the partner may not know of; `no-agreement`, `candidate-withdrawn`,
            `candidate-changed` (with `state` and `revision`), `decision-out-of-order`, `invalid-body`,
            `reason-required`; and of a release what `require_release` raises.
    """
    # From here on nobody else changes a candidate: of two who decide at once, one sees what the other brought.
    counters.hold(conn, counters.CANDIDATES)
    digest = _digest(candidate, decision)
    taken = decisions.taken_as(conn, partner.id, decision.id)
    if taken is not None:
        if taken.digest != digest:
            raise ProblemError("idempotency-key-reused", _OTHER_CONTENT)
        return Decided(_receipt(decision, candidate, taken.state, taken.revision))
    row, side = _candidate_of(conn, candidate, decision, partner, now)
    state = _next_state(conn, row, side, decision, settings, now)
    _require_reason(decision)
    if decision.decision == "release":
        require_release(conn, row, decision, partner, settings.name, now)
    elif decision.order is not None or decision.signatures:
        raise ProblemError("invalid-body", _BESIDE)
    return _take(conn, row, side, decision, digest, state, partner, settings, now)


def _candidate_of(
    conn: Connection, name: str, decision: Decision, partner: Partner, now: datetime
) -> tuple[CandidateRow, Side]:
    """The candidate, and the side that the partner decides on; both sides may be its own."""
    row = candidates.by_name(conn, name)
    sides = () if row is None else sides_of(conn, row, partner.id)
    if row is None or not sides:
        if row is not None and row.reporter_id == partner.id != row.custodian_id:
            _answer_as_then(conn, row, decision)
        raise ProblemError("no-such-resource", NO_CANDIDATE)
    able = [side for side in sides if after(decision.decision, side, row.state) is not None]
    return row, (able or sides)[0]


def _answer_as_then(conn: Connection, row: CandidateRow, decision: Decision) -> None:
    """A pair that was released once and has been proposed anew since is to its reporter as when it last heard of it."""
    last = decisions.last_seen_by_reporter(conn, row.id)
    if last is None:
        return
    if last[0] not in REMEMBERED:
        raise ProblemError("candidate-withdrawn", _WITHDRAWN)
    if decision.revision != last[1]:
        raise ProblemError("candidate-changed", _CHANGED, state=last[0], revision=last[1])
    raise ProblemError("decision-out-of-order", _OUT_OF_ORDER)


def _next_state(
    conn: Connection, row: CandidateRow, side: Side, decision: Decision, settings: HubSettings, now: datetime
) -> CandidateState:
    """The state that the decision brings, when agreement, records, revision and the table of steps allow it."""
    if not may_be_compared(conn, row, now.astimezone(UTC).date(), settings.within_country):
        raise ProblemError("no-agreement", _NO_AGREEMENT)
    if row.shown_state == "withdrawn":
        raise ProblemError("candidate-withdrawn", _WITHDRAWN)
    if decision.revision != row.revision:
        raise ProblemError("candidate-changed", _CHANGED, state=row.state, revision=row.revision)
    state = after(decision.decision, side, row.state)
    if state is None:
        raise ProblemError("decision-out-of-order", _OUT_OF_ORDER)
    if state in WITHDRAWABLE and not row.is_active:
        # What was rejected stays so when a record goes, and cannot be opened again without it.
        raise ProblemError("candidate-withdrawn", _WITHDRAWN)
    return state


def _require_reason(decision: Decision) -> None:
    reasons = REASONS.get(decision.decision)
    if reasons is None and decision.reason is not None:
        raise ProblemError("invalid-body", _BESIDE)
    if reasons is not None and decision.reason not in reasons:
        raise ProblemError("reason-required", _NO_SUCH_REASON, reasons=list(reasons))


def _take(
    conn: Connection, row: CandidateRow, side: Side, decision: Decision, digest: bytes, state: CandidateState,
    partner: Partner, settings: HubSettings, now: datetime,
) -> Decided:  # fmt: skip
    revision = row.revision + 1
    values: dict[str, Any] = {"state": state, "revision": revision, "since": now, "reason": decision.reason}
    if decision.decision == "release":
        values["released_at"] = now
    if state in REMEMBERED:
        values |= {
            "judged_weight": row.weight, "judged_missing_version": row.missing_version,
            "judged_found_version": row.found_version,
        }  # fmt: skip
    candidates.step(conn, row.id, now, due_at=deadline(state, settings, now), **values)
    officers = " ".join(signature.officer for signature in decision.signatures) or None
    decisions.add(
        conn, partner.id, decision.id, row.id, decision=decision.decision, digest=digest, state=state,
        revision=revision, reason=decision.reason, order_mark=decision.order, officers=officers, decided_at=now,
    )  # fmt: skip
    facts: dict[str, str | int | None] = {"state": state, "revision": revision, "officers": officers}
    audit.note(conn, Entry(
        f"candidate-{decision.decision}", partner.name, now, about=row.name, why=decision.reason,
        order=decision.order, facts=facts,
    ))  # fmt: skip
    told = _told(conn, row, side, decision)
    return Decided(_receipt(decision, row.name, state, revision), told)


def _told(conn: Connection, row: CandidateRow, side: Side, decision: Decision) -> frozenset[int]:
    """The other side, when it may know: a reporter from the release on, a custodian unless an alarm keeps it hidden."""
    if side == "custodian":
        may_know = row.released_at is not None or decision.decision == "release"
    else:
        may_know = not hidden_ids(conn, [row.found_id])
    return frozenset({other_than(row, side)}) if may_know else frozenset()


def _receipt(decision: Decision, candidate: str, state: CandidateState, revision: int) -> DecisionReceipt:
    return DecisionReceipt(id=decision.id, candidate=candidate, state=state, revision=revision)


def _digest(candidate: str, decision: Decision) -> bytes:
    return hashlib.sha256(f"{candidate}\0{decision.model_dump_json()}".encode()).digest()
