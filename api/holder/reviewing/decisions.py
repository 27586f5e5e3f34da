"""Deciding on a candidate: checked here, written down with its audit leaf, and sent to the hub by an errand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from api.holder.reviewing.acting import Actor, acting, candidate_for
from api.holder.reviewing.checks import check, check_reason
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal
from api.holder.storage import audit, decisions
from api.holder.storage.candidates import CandidateRow
from api.holder.storage.decisions import WAITING
from api.holder.vault.vault import Purpose, Vault
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.life import DecisionWord, Side
from api.wire.names import new_ref

SCOPE_OF: Final[Mapping[Side, Scope]] = {
    "custodian": Scope.CANDIDATES_DECIDE, "reporter": Scope.RELEASES_DECIDE,
}  # fmt: skip
"""What decides on each side; a release has a scope of its own."""
SEAL_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided, and on which revision; the text stays with the holder."""

    decision: DecisionWord
    revision: int
    reason: str | None = None
    text: str | None = field(default=None, repr=False)


class Decisions:
    """Decisions of people on candidates; releases are in `release.py`.

    Args:
        database: where candidates and decisions are.
        vault: seals what is written beside a decision.
        clock: the present moment.
        changed: called after each decision, so that it is sent.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock, changed: Callable[[], None]) -> None:
        self._database, self._vault, self._clock, self._changed = database, vault, clock, changed

    def decide(self, side: Side, candidate: str, choice: Choice, who: Principal) -> dict[str, Any]:
        """Decide on a candidate; what was written down is sent until the hub takes or refuses it.

        Raises:
            ProblemError: `not-allowed`, `no-such-resource`, `reason-required`, `candidate-withdrawn`,
                `candidate-changed`, `decision-pending`, `decision-out-of-order`.
            StorageError: the database failed; nothing was decided.
        """
        check_reason(choice.decision, choice.reason)
        name = new_ref()

        def work(conn: Connection) -> dict[str, Any]:
            now = self._clock()
            answer = {"id": name, "candidate": candidate, "decision": choice.decision, "state": WAITING}
            if decisions.by_name(conn, name) is not None:
                return answer  # the connection broke at the commit, which took effect
            actor = acting(conn, self._vault, who, SCOPE_OF[side], lock=True)
            row = candidate_for(conn, actor, side, candidate, lock=True)
            check(conn, row, choice.decision, choice.revision, now)
            self._write(conn, name, row, choice, actor, now)
            return answer

        decided = self._database.retrying(work)
        self._changed()
        return decided

    def _write(
        self, conn: Connection, name: str, row: CandidateRow, choice: Choice, actor: Actor, now: datetime
    ) -> None:
        values = {
            "name": name, "candidate": row.candidate, "decision": choice.decision, "reason": choice.reason,
            "revision": choice.revision, "sealed": seal(self._vault, name, {"text": choice.text}),
            "signatures": "[]", "state": WAITING, "by": actor.login, "created_at": now, "changed_at": now,
        }  # fmt: skip
        decisions.add(conn, values)
        what = f"candidate-{choice.decision}"
        audit.note(conn, Entry(what, actor.login, now, about=row.candidate, why=choice.reason))


def seal(vault: Vault, name: str, value: Mapping[str, Any]) -> bytes | None:
    """What stays with the holder of a decision, sealed under its name; None when there is nothing."""
    kept = {key: each for key, each in value.items() if each is not None}
    return vault.seal(Purpose.DECISION, name, SEAL_VERSION, kept) if kept else None


def opened(vault: Vault, name: str, sealed: bytes | None) -> dict[str, Any]:
    """What was sealed of a decision; DamagedSealError when it is not what was sealed."""
    return {} if sealed is None else dict(vault.open(Purpose.DECISION, name, SEAL_VERSION, sealed))
