"""Records of the gateway: rows, search terms and the list of changes. Runs on SQLite and PostgreSQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, or_, select, update

from api.holder.storage import photos
from api.holder.storage.tables import (
    changes,
    decisions,
    idempotency,
    import_rows,
    inbox,
    links,
    masked_answers,
    messages,
    outbox,
    records,
    search_terms,
    timelines,
)

ACTIVE, WITHDRAWN, ERASED = "active", "withdrawn", "erased"
SEALED_BY_COURT: Final = "sealed_by_court"
"""Why a record is kept here that a court sealed."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record, and how far the hub's knowledge of it is (None where the outbox has no row)."""

    id: int
    ref: str
    kind: str
    version: int
    state: str
    source: str
    kept_because: str | None
    created_at: datetime
    changed_at: datetime
    sent_state: str | None
    sent_detail: str | None
    office_index: bytes | None = field(repr=False)
    sealed: bytes | None = field(repr=False)


class Bounded(Protocol):
    """What bounds ask of a record, or of a row that was joined with one."""

    @property
    def kept_because(self) -> str | None:
        """Why the hub must not have it."""

    @property
    def office_index(self) -> bytes | None:
        """Blind index of its office."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which records somebody may know of: what lies outside is to them as if it did not exist."""

    office_index: bytes | None = field(default=None, repr=False)
    """Blind index of the one office whose records they are; None for every office's."""
    sealed: bool = False
    """Whether those that a court sealed are among them."""

    def hold(self, row: Bounded) -> bool:
        """Whether a record lies within."""
        if row.kept_because == SEALED_BY_COURT and not self.sealed:
            return False
        return self.office_index is None or row.office_index == self.office_index

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same over the table of records, for a query that joins it."""
        found: list[ColumnElement[bool]] = []
        if not self.sealed:
            found.append(or_(records.c.kept_because.is_(None), records.c.kept_because != SEALED_BY_COURT))
        if self.office_index is not None:
            found.append(records.c.office_index == self.office_index)
        return found


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records to list; None and the empty list ask for nothing."""

    kind: str | None = None
    state: str | None = None
    source: str | None = None
    case_indexes: tuple[bytes, ...] | None = field(default=None, repr=False)
    terms: tuple[frozenset[bytes], ...] = field(default=(), repr=False)
    """For each word, the terms of which a record must have one."""
    bounds: Bounds = Bounds(sealed=True)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of a record."""

    version: int
    what: str
    by: str
    at: datetime


_ROWS: Select[Any] = select(
    records.c.id, records.c.ref, records.c.kind, records.c.version, records.c.state, records.c.source,
    records.c.kept_because, records.c.created_at, records.c.changed_at,
    outbox.c.state.label("sent_state"), outbox.c.detail.label("sent_detail"), records.c.office_index,
    records.c.sealed,
).outerjoin(outbox, outbox.c.record_id == records.c.id)  # fmt: skip


def by_ref(conn: Connection, ref: str, *, lock: bool = False) -> RecordRow | None:
    """The record of a ref; with `lock` nobody else changes it until the transaction ends."""
    return _first(conn, _ROWS.where(records.c.ref == ref), lock)


def by_case(conn: Connection, case_index: bytes, *, lock: bool = False) -> RecordRow | None:
    """The record of a case number's blind index."""
    return _first(conn, _ROWS.where(records.c.case_index == case_index), lock)


def by_id(conn: Connection, record_id: int) -> RecordRow | None:
    """The record of an id."""
    return _first(conn, _ROWS.where(records.c.id == record_id), False)


def _first(conn: Connection, wanted: Select[Any], lock: bool) -> RecordRow | None:
    # Of records alone: PostgreSQL cannot lock the side of an outer join that may be absent.
    row = conn.execute(wanted.with_for_update(of=records) if lock else wanted).mappings().first()
    return None if row is None else RecordRow(**row)


def page(conn: Connection, wanted: RecordFilter, after: int | None, limit: int) -> list[RecordRow]:
    """Records that fit a filter, newest first, from below the id `after` on."""
    found = _ROWS.where(*wanted.bounds.conditions()).order_by(records.c.id.desc()).limit(limit)
    for column, value in ((records.c.kind, wanted.kind), (records.c.state, wanted.state)):
        found = found if value is None else found.where(column == value)
    if wanted.source is not None:
        found = found.where(records.c.source == wanted.source)
    if wanted.case_indexes is not None:
        found = found.where(records.c.case_index.in_(wanted.case_indexes))
    for terms in wanted.terms:
        having = select(search_terms.c.record_id).where(search_terms.c.term_index.in_(terms))
        found = found.where(records.c.id.in_(having))
    if after is not None:
        found = found.where(records.c.id < after)
    return [RecordRow(**row) for row in conn.execute(found).mappings()]


def without_office(conn: Connection, after_id: int, limit: int) -> list[RecordRow]:
    """Records with content and no office's index, with ids above one, by id; nobody else changes them meanwhile."""
    wanted = _ROWS.where(records.c.id > after_id, records.c.office_index.is_(None), records.c.sealed.is_not(None))
    found = conn.execute(wanted.order_by(records.c.id).limit(limit).with_for_update(of=records))
    return [RecordRow(**row) for row in found.mappings()]


def add(conn: Connection, values: dict[str, Any]) -> int:
    """Insert a record, and give its id; IntegrityError when its case number is there already."""
    key = conn.execute(insert(records).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def change(conn: Connection, record_id: int, values: dict[str, Any]) -> None:
    """Change columns of a record that the transaction has locked; IntegrityError when a case number is taken."""
    conn.execute(update(records).where(records.c.id == record_id).values(**values))


def replace_terms(conn: Connection, record_id: int, terms: Iterable[bytes]) -> None:
    """Make these the search terms of a record."""
    conn.execute(delete(search_terms).where(search_terms.c.record_id == record_id))
    rows = [{"term_index": term, "record_id": record_id} for term in sorted(terms)]
    if rows:
        conn.execute(insert(search_terms), rows)


def note_change(conn: Connection, record_id: int, change: ChangeRow) -> None:
    """Write down who changed a record, and when."""
    conn.execute(
        insert(changes).values(
            record_id=record_id, version=change.version, what=change.what, by=change.by, at=change.at
        )
    )


def changes_of(conn: Connection, record_id: int) -> Sequence[ChangeRow]:
    """What happened to a record, oldest first."""
    wanted = select(changes.c.version, changes.c.what, changes.c.by, changes.c.at)
    rows = conn.execute(wanted.where(changes.c.record_id == record_id).order_by(changes.c.id)).mappings()
    return [ChangeRow(**row) for row in rows]


def forget(conn: Connection, record_id: int, ref: str) -> None:
    """Remove everything about a record that stands elsewhere; of its changes only what and when they were stays."""
    candidates = select(inbox.c.candidate).where(inbox.c.record_id == record_id)
    for table in (decisions, messages):
        conn.execute(delete(table).where(table.c.candidate.in_(candidates)))
    conn.execute(delete(links).where(or_(links.c.record_id == record_id, links.c.other_record_id == record_id)))
    photos.remove_all(conn, record_id)
    for table in (search_terms, idempotency, inbox, timelines, masked_answers):
        conn.execute(delete(table).where(table.c.record_id == record_id))
    conn.execute(delete(import_rows).where(import_rows.c.ref == ref))
    conn.execute(update(changes).where(changes.c.record_id == record_id).values(by=""))
