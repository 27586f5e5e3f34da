"""Releases: one officer signs under an order, another one approves, and only then does the hub hear of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.holder.reviewing.acting import Actor, acting, candidate_for, holds
from api.holder.reviewing.checks import check, check_alive, check_revision, is_stale
from api.holder.reviewing.decisions import seal
from api.holder.reviewing.officers import Officers, no_key
from api.holder.reviewing.orders import Order, order_mark
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal
from api.holder.storage import audit, decisions, officers, staff
from api.holder.storage.candidates import CandidateRow
from api.holder.storage.decisions import UNSIGNED, WAITING, DecisionRow
from api.holder.storage.officers import ACTIVE, OfficerRow
from api.holder.sync import hub_facts
from api.holder.vault.vault import Vault
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.decisions import RELEASE, release_statement
from api.wire.names import new_ref
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey


@dataclass(frozen=True, slots=True, repr=False)
class _Pen:
    """What an officer signs with."""

    officer: OfficerRow
    key: RequestKey

    def signs(self, statement: bytes) -> dict[str, str]:
        return {"officer": self.officer.name, "signature": self.key.sign_bytes(RELEASE, statement)}


class Release:
    """Releases of candidates to their reporters, by two officers.

    Args:
        database: where candidates, decisions and officers are.
        vault: seals orders.
        officers: opens their keys.
        clock: the present moment.
        changed: called when a release is complete, so that it is sent.
    """

    def __init__(
        self, database: Database, vault: Vault, officers: Officers, clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._database, self._vault, self._officers = database, vault, officers
        self._clock, self._changed = clock, changed

    def begin(self, candidate: str, order: Order, revision: int, passphrase: str, who: Principal) -> dict[str, Any]:
        """Sign a release under an order; it waits for another officer.

        Raises:
            ProblemError: `not-allowed`, `officer-unknown`, `too-many-attempts`, `no-such-resource`, `release-stopped`,
                `candidate-withdrawn`, `candidate-changed`, `decision-pending`, `decision-out-of-order`, `not-ready`.
        """
        pen, name = self._pen(candidate, passphrase, who), new_ref()

        def work(conn: Connection) -> None:
            now = self._clock()
            actor, row = self._signer_and_candidate(conn, candidate, who, pen)
            if decisions.by_name(conn, name) is not None:
                return
            check(conn, row, "release", revision, now)
            _refuse_stopped(row)
            mark = order_mark(self._vault, order)
            signatures = [pen.signs(_statement(conn, row, mark))]
            decisions.add(conn, {
                "name": name, "candidate": candidate, "decision": "release", "revision": revision,
                "sealed": seal(self._vault, name, {"order": order.as_json()}), "order_mark": mark,
                "signatures": json.dumps(signatures), "state": UNSIGNED, "by": actor.login, "created_at": now,
                "changed_at": now,
            })  # fmt: skip
            audit.note(conn, Entry("release-signed", actor.login, now, about=candidate, order=mark))

        self._database.retrying(work)
        return {"id": name, "candidate": candidate, "decision": "release", "state": UNSIGNED}

    def approve(self, candidate: str, revision: int, passphrase: str, who: Principal) -> dict[str, Any]:
        """Sign, as another officer, a release that waits; it goes to the hub now.

        Raises:
            ProblemError: as `begin`; `second-person-required` for the officer who signed first; `order-required`
                when no release waits. A release that no longer fits the candidate, or whose first officer's
                signature no longer counts, is dropped.
        """
        pen = self._pen(candidate, passphrase, who)

        def work(conn: Connection) -> DecisionRow | ProblemError:
            now = self._clock()
            actor, row = self._signer_and_candidate(conn, candidate, who, pen)
            draft = decisions.undecided(conn, candidate)
            if draft is None or draft.state != UNSIGNED:
                repeated = draft is not None and draft.decision == "release" and draft.second_by == actor.login
                return draft if draft is not None and repeated else _nothing_to_approve(draft)
            problem = self._in_vain(conn, draft, row)
            if problem is not None:
                # Returned and not raised, for the transaction to keep that it was dropped.
                decisions.drop(conn, [draft], now)
                audit.note(conn, Entry("release-dropped", actor.login, now, about=candidate, order=draft.order_mark))
                return problem
            self._approve(conn, draft, row, revision, actor, pen, now)
            return draft

        done = self._database.retrying(work)
        if isinstance(done, ProblemError):
            raise done
        self._changed()
        return {"id": done.name, "candidate": candidate, "decision": "release", "state": WAITING}

    def drop(self, candidate: str, who: Principal) -> None:
        """Give up a release that waits for a second officer; ProblemError `no-such-resource` when none does."""

        def work(conn: Connection) -> None:
            now = self._clock()
            actor = acting(conn, self._vault, who, Scope.RELEASES_SIGN, lock=True)
            candidate_for(conn, actor, "custodian", candidate, lock=True)
            draft = decisions.undecided(conn, candidate)
            if draft is None or draft.state != UNSIGNED:
                raise ProblemError("no-such-resource", "No release of this candidate waits for a signature.")
            decisions.drop(conn, [draft], now)
            audit.note(conn, Entry("release-dropped", actor.login, now, about=candidate, order=draft.order_mark))

        self._database.retrying(work)

    def _pen(self, candidate: str, passphrase: str, who: Principal) -> _Pen:
        """What somebody signs with; no passphrase is stretched for a candidate that is not theirs."""
        with self._database.read() as conn:
            candidate_for(conn, acting(conn, self._vault, who, Scope.RELEASES_SIGN), "custodian", candidate)
        return _Pen(*self._officers.opened(passphrase, who))

    def _signer_and_candidate(
        self, conn: Connection, candidate: str, who: Principal, pen: _Pen
    ) -> tuple[Actor, CandidateRow]:
        actor = acting(conn, self._vault, who, Scope.RELEASES_SIGN, lock=True)
        row = candidate_for(conn, actor, "custodian", candidate, lock=True)
        # The passphrase was stretched outside of the transaction; the key may have been revoked meanwhile.
        if not _counts(conn, pen.officer.name):
            raise no_key()
        return actor, row

    def _in_vain(self, conn: Connection, draft: DecisionRow, row: CandidateRow) -> ProblemError | None:
        """Why a release that waits can never be completed, or None."""
        try:
            check_alive(row, "release")
            if is_stale(draft, row):
                check_revision(row, draft.revision)
        except ProblemError as problem:
            return problem
        first = json.loads(draft.signatures)[0]["officer"]
        if not _counts(conn, first):
            return ProblemError("officer-unknown", "The first officer's signature counts no more; begin again.")
        return None

    def _approve(
        self, conn: Connection, draft: DecisionRow, row: CandidateRow, revision: int, actor: Actor, pen: _Pen,
        now: datetime,
    ) -> None:  # fmt: skip
        check_revision(row, revision)
        _refuse_stopped(row)
        signatures = json.loads(draft.signatures)
        if draft.by == actor.login or signatures[0]["officer"] == pen.officer.name:
            detail = "You signed this release yourself; another officer has to approve it with a key of their own."
            raise ProblemError("second-person-required", detail)
        assert draft.order_mark is not None
        signatures.append(pen.signs(_statement(conn, row, draft.order_mark)))
        values = {
            "signatures": json.dumps(signatures), "state": WAITING, "second_by": actor.login, "changed_at": now,
        }  # fmt: skip
        decisions.change(conn, draft.id, values)
        entry = Entry(
            "candidate-release", actor.login, now, about=row.candidate, order=draft.order_mark,
            facts={"first": draft.by},
        )  # fmt: skip
        audit.note(conn, entry)


def _statement(conn: Connection, row: CandidateRow, mark: str) -> bytes:
    hub = hub_facts.require(hub_facts.load(conn))
    return release_statement(
        hub=hub.name, custodian=hub.partner, candidate=row.candidate, revision=row.revision, found_ref=row.ref,
        found_version=row.own_version, order=mark,
    )  # fmt: skip


def _counts(conn: Connection, name: str) -> bool:
    """Whether a key is confirmed and its officer still one."""
    row = officers.by_name(conn, name)
    account = None if row is None else staff.by_id(conn, row.staff_id)
    return row is not None and row.state == ACTIVE and account is not None and holds(account, Scope.RELEASES_SIGN)


def _refuse_stopped(row: CandidateRow) -> None:
    if row.stopped:
        detail = "The hub's operator has to clear this candidate before it can be released; ask them on the telephone."
        raise ProblemError("release-stopped", detail)


def _nothing_to_approve(draft: DecisionRow | None) -> ProblemError:
    if draft is not None:
        return ProblemError("decision-pending", "A decision on this candidate is on its way to the hub already.")
    return ProblemError("order-required", "No release waits for your signature; begin one with its order.")
