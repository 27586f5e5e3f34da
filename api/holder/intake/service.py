"""Creating, changing, withdrawing and erasing records: each in one transaction with everything that belongs to it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.holder.intake.entry import Entry, entered_by
from api.holder.intake.receipts import receipt
from api.holder.intake.retries import Answer, RetryKey, earlier_answer, remember
from api.holder.intake.sight import Sight
from api.holder.intake.writing import Author, ErasedRecordError, RecordWriter
from api.holder.retention.refusing import refuse_held
from api.holder.storage import audit, records
from api.holder.storage.records import ACTIVE, ERASED, WITHDRAWN, RecordRow
from api.holder.vault.vault import Vault
from api.service.audit.entries import Entry as AuditEntry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.problems import ProblemError

T = TypeVar("T")

WITHDRAWAL_REASONS = ("found_by_us", "duplicate", "entered_in_error", "family_request", "other")

CASE_OF_ANOTHER = "The case number is taken by a record that is not yours to see; mend it, or ask an administrator."
LIFTS_PROTECTION = (
    "Only somebody who may read locations can end the protection of one; leave protect_location as it is, or ask them."
)

_GONE = {
    WITHDRAWN: "The record is withdrawn and stays so; report the child again under a new case number.",
    ERASED: "The record was erased; nothing of it can be read or changed.",
}


class RecordService:
    """The writes of the intake API. Everybody writes within what they may see: the rest does not exist for them.

    Args:
        database: where records are.
        vault: seals them.
        clock: the present moment.
        changed: called after each write, so that the outbox is looked at.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock, changed: Callable[[], None]) -> None:
        self._database, self._vault, self._clock, self._changed = database, vault, clock, changed
        self._writer = RecordWriter(vault)

    def create(self, entry: Entry, by: str, sight: Sight, retry: RetryKey | None = None) -> Answer:
        """Store a new record: 201, or 200 when the case number is there with the same content.

        Raises:
            ProblemError: `case-exists` (its ref with it, if they may know it) for another content, `not-allowed` for
                an office that is not theirs, `idempotency-key-reused`.
            StorageError: the database failed; nothing was stored.
        """
        # Somebody who tells of a child for the first time withholds nothing from themselves.
        entry = replace(entered_by(entry, sight, changing=False), keeps_location=False)

        def work(conn: Connection) -> Answer:
            author = Author(by, self._clock())
            known = records.by_case(conn, self._writer.case_index(entry), lock=True)
            if known is None:
                record_id, status = self._writer.insert(conn, entry, author), 201
            elif self._writer.is_same(known, entry):
                record_id, status = known.id, 200
            else:
                raise self._case_exists(known, sight)
            return self._answer(conn, record_id, status, entry, retry, author)

        return self._write(work, retry)

    def update(
        self, ref: str, entry: Entry, versions: Sequence[int], by: str, sight: Sight, retry: RetryKey | None = None
    ) -> Answer:
        """Replace a record whose version is one of those that the caller knows; the same content changes nothing.

        Raises:
            ProblemError: `no-such-resource`, `record-withdrawn`, `version-changed` (the current version with it),
                `invalid-record` for another kind, `case-exists`, `not-allowed` for another office or the location of
                a protected child, `idempotency-key-reused`.
            StorageError: the database failed; nothing was stored.
        """
        entry = entered_by(entry, sight, changing=True)

        def work(conn: Connection) -> Answer:
            author = Author(by, self._clock())
            row = self._locked(conn, ref, sight)
            _require_version(row, versions)
            if row.state != ACTIVE:
                raise ProblemError("record-withdrawn", _GONE[row.state])
            if row.kind != entry.kind:
                raise ProblemError("invalid-record", "A record's kind stays; withdraw it, and report it as the other.")
            taken = records.by_case(conn, self._writer.case_index(entry))
            if taken is not None and taken.id != row.id:
                raise self._case_exists(taken, sight)
            if self._writer.lifts_protection(row, entry):
                raise ProblemError("not-allowed", LIFTS_PROTECTION)
            if not self._writer.is_same(row, entry):
                self._writer.replace(conn, row, entry, author)
            return self._answer(conn, row.id, 200, entry, retry, author)

        return self._write(work, retry)

    def withdraw(
        self, ref: str, reason: str, versions: Sequence[int] | None, by: str, sight: Sight,
        retry: RetryKey | None = None,
    ) -> Answer:  # fmt: skip
        """Take a record out of matching, here and at the hub; done already, it is left as it is.

        Args:
            ref: of the record.
            reason: one of WITHDRAWAL_REASONS.
            versions: those that the caller knows, None when it does not mind.
            by: who does it.
            sight: what they may know.
            retry: the idempotency key.

        Raises:
            ProblemError: `no-such-resource`, `version-changed`, `record-withdrawn` for an erased one.
            StorageError: the database failed; nothing was stored.
        """

        def work(conn: Connection) -> Answer:
            author = Author(by, self._clock())
            row = self._locked(conn, ref, sight)
            if row.state == ERASED:
                raise ProblemError("record-withdrawn", _GONE[ERASED])
            if row.state == ACTIVE:
                _require_version(row, versions)
                self._writer.withdraw(conn, row, reason, author)
            return self._answer(conn, row.id, 200, None, retry, author)

        return self._write(work, retry)

    def erase(self, ref: str, by: str, sight: Sight) -> Answer:
        """Leave nothing of a record but the fact that its ref was erased; the hub is told the same.

        Raises:
            ProblemError: `no-such-resource`, or `on-hold` when a legal hold keeps it.
            StorageError: the database failed; nothing was erased.
        """

        def work(conn: Connection) -> Answer:
            # Erasing shows no content, and has to reach what a court sealed.
            row = self._locked(conn, ref, sight.with_sealed())
            if row.state != ERASED:
                refuse_held(conn, row.id)
                author = Author(by, self._clock())
                self._writer.erase(conn, row, author)
                audit.note(conn, AuditEntry("record-erased", by, author.now, about=ref))
            return Answer(200, receipt(_again(conn, row.id)))

        return self._write(work, None)

    def _write(self, work: Callable[[Connection], Answer], retry: RetryKey | None) -> Answer:
        def once(conn: Connection) -> Answer:
            return earlier_answer(conn, self._vault, retry) or work(conn)

        try:
            answer = self._database.retrying(once)
        except IntegrityError:
            # A rival stored the same case number or idempotency key in between; this time it is there to be seen.
            answer = self._database.retrying(once)
        self._changed()
        return answer

    def _answer(
        self, conn: Connection, record_id: int, status: int, entry: Entry | None, retry: RetryKey | None,
        author: Author,
    ) -> Answer:  # fmt: skip
        answer = Answer(status, receipt(_again(conn, record_id), entry.problems if entry else ()))
        remember(conn, self._vault, retry, answer, record_id, author.now)
        return answer


    def _locked(self, conn: Connection, ref: str, sight: Sight) -> RecordRow:
        row = records.by_ref(conn, ref, lock=True)
        if row is None or not sight.bounds(self._vault).hold(row):
            raise no_such_record()
        return row

    def _case_exists(self, known: RecordRow, sight: Sight) -> ProblemError:
        if not sight.bounds(self._vault).hold(known):
            return ProblemError("case-exists", CASE_OF_ANOTHER)
        if known.state == ACTIVE:
            detail = "The case number belongs to a record with other content; change it by PUT, or mend the number."
        else:
            detail = "The case number belongs to a record that is withdrawn; report the child again under a new one."
        return ProblemError("case-exists", detail, ref=known.ref)


def no_such_record() -> ProblemError:
    """The answer to a ref that is not here."""
    return ProblemError("no-such-resource", "There is no record of this ref; check it.")


def erased_record(error: ErasedRecordError) -> ProblemError:
    """The answer where content is asked for that is gone."""
    return ProblemError("record-withdrawn", _GONE[ERASED])


def _again(conn: Connection, record_id: int) -> RecordRow:
    row = records.by_id(conn, record_id)
    assert row is not None
    return row


def _require_version(row: RecordRow, versions: Sequence[int] | None) -> None:
    if versions is not None and row.version not in versions:
        detail = f"The record is at version {row.version} by now; read it again, and make the change there."
        raise ProblemError("version-changed", detail, version=row.version)
