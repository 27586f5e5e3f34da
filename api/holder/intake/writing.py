"""The steps of a write inside a transaction: row, search terms, list of changes, and what the hub has to hear."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from api.holder.intake.content import Content, open_content, seal_content
from api.holder.intake.entry import Entry, case_index
from api.holder.intake.search_terms import name_terms
from api.holder.intake.sharing import expiry_day, kept_because
from api.holder.intake.withholding import is_protected, with_location_kept
from api.holder.staff.offices import office_index
from api.holder.storage import holds, outbox, photos, records
from api.holder.storage.records import ACTIVE, ERASED, WITHDRAWN, ChangeRow, RecordRow
from api.holder.vault.vault import Vault
from api.wire.names import new_ref
from matcher.errors import MilapError

CREATED: Final = "created"
UPDATED: Final = "updated"


class ErasedRecordError(MilapError):
    """There is nothing left of the record."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, and when."""

    by: str
    now: datetime


class RecordWriter:
    """Writes records in transactions of the caller's."""

    def __init__(self, vault: Vault) -> None:
        """With the vault that seals."""
        self._vault = vault

    def content_of(self, row: RecordRow) -> Content:
        """What the vault holds of a record; ErasedRecordError when there is nothing."""
        if row.sealed is None:
            raise ErasedRecordError("The record was erased.")
        return open_content(self._vault, row.ref, row.version, row.sealed)

    def case_index(self, entry: Entry) -> bytes:
        """The blind index of an entry's case number."""
        return case_index(self._vault, entry.kind, entry.record.record_id)

    def is_same(self, row: RecordRow, entry: Entry) -> bool:
        """Whether a record says already what an entry says; whether it is withdrawn does not matter."""
        known = replace(self.content_of(row), withdrawn_because=None)
        return row.source == entry.source and known == self._merged(row, entry)

    def insert(self, conn: Connection, entry: Entry, author: Author) -> int:
        """Store a new record, and give its id; IntegrityError when a rival stored the case number first."""
        ref, version = new_ref(), 1
        values = self._values(entry, ref, version, entry.content, author)
        values |= {"ref": ref, "kind": entry.kind, "created_at": author.now}
        record_id = records.add(conn, values)
        self._follow(conn, record_id, version, entry, CREATED, author)
        return record_id

    def replace(self, conn: Connection, row: RecordRow, entry: Entry, author: Author) -> None:
        """Put an entry in the place of a locked record; IntegrityError when its case number is another record's."""
        version = row.version + 1
        records.change(conn, row.id, self._values(entry, row.ref, version, self._merged(row, entry), author))
        self._follow(conn, row.id, version, entry, UPDATED, author)

    def withdraw(self, conn: Connection, row: RecordRow, reason: str, author: Author) -> None:
        """Take a locked record out of matching; what the vault holds of it stays, but for photos that no hold keeps."""
        version = row.version + 1
        content = self.content_of(row).withdrawn(reason)
        values = {"state": WITHDRAWN, "sealed": seal_content(self._vault, row.ref, version, content)}
        records.change(conn, row.id, {**values, **_stamp(version, author)})
        if holds.of_record(conn, row.id) is None:
            photos.remove_all(conn, row.id)
        self._note(conn, row.id, version, WITHDRAWN, author)
        outbox.queue(conn, row.id, version, "withdraw", author.now)

    def erase(self, conn: Connection, row: RecordRow, author: Author) -> None:
        """Leave of a locked record its ref, its kind and dates."""
        version = row.version + 1
        nothing = {"state": ERASED, "sealed": None, "case_index": None, "kept_because": None, "expires_on": None}
        records.change(conn, row.id, {**nothing, "source": "other", **_stamp(version, author)})
        records.forget(conn, row.id, row.ref)
        self._note(conn, row.id, version, ERASED, author)
        outbox.queue(conn, row.id, version, "erase", author.now)

    def lifts_protection(self, row: RecordRow, entry: Entry) -> bool:
        """Whether an entry by somebody who may not read locations would let them read this one."""
        if not entry.keeps_location or is_protected(entry.kind, entry.content.cells):
            return False
        return is_protected(row.kind, self.content_of(row).cells)

    def _merged(self, row: RecordRow, entry: Entry) -> Content:
        """The entry's content, with what it says nothing about as it was."""
        if not (entry.keeps_reporter or entry.keeps_office or entry.keeps_location):
            return entry.content
        known = self.content_of(row)
        reporter = known.reporter if entry.keeps_reporter else entry.content.reporter
        office = known.office if entry.keeps_office else entry.content.office
        merged = replace(entry.content, reporter=reporter, office=office)
        if entry.keeps_location and is_protected(row.kind, known.cells):
            return with_location_kept(known, merged)
        return merged

    def _values(self, entry: Entry, ref: str, version: int, content: Content, author: Author) -> dict[str, Any]:
        return {
            "state": ACTIVE, "case_index": self.case_index(entry), "source": entry.source,
            "sealed": seal_content(self._vault, ref, version, content),
            "kept_because": kept_because(entry.record, author.now.date()), "expires_on": expiry_day(entry.record),
            "office_index": None if content.office is None else office_index(self._vault, content.office),
            **_stamp(version, author),
        }  # fmt: skip

    def _follow(
        self, conn: Connection, record_id: int, version: int, entry: Entry, what: str, author: Author
    ) -> None:
        records.replace_terms(conn, record_id, name_terms(self._vault, entry.record))
        self._note(conn, record_id, version, what, author)
        kept = kept_because(entry.record, author.now.date())
        # A withdrawal of what was never sent leaves no message, so a record that was always kept here sends none.
        outbox.queue(conn, record_id, version, "put" if kept is None else "withdraw", author.now)

    @staticmethod
    def _note(conn: Connection, record_id: int, version: int, what: str, author: Author) -> None:
        records.note_change(conn, record_id, ChangeRow(version, what, author.by, author.now))


def _stamp(version: int, author: Author) -> dict[str, Any]:
    return {"version": version, "changed_at": author.now, "changed_by": author.by}
