"""Reading and searching the gateway's own records."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from api.holder.intake.cells import shown_record
from api.holder.intake.content import Content, open_content
from api.holder.intake.entry import case_index
from api.holder.intake.receipts import receipt
from api.holder.intake.search_terms import query_terms
from api.holder.intake.service import no_such_record
from api.holder.intake.sight import Sight
from api.holder.intake.withholding import OFFICE, Redacted, without_location
from api.holder.storage import records
from api.holder.storage.records import Bounds, ChangeRow, RecordFilter, RecordRow
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.database import Database
from matcher.views import Kind


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What to look for; None asks for nothing."""

    case_number: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    kind: str | None = None
    state: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of records, newest first; `next` is what the next page begins after, None on the last one."""

    items: list[dict[str, Any]] = field(repr=False)
    next: int | None


class RecordReader:
    """Reads of the gateway's own records, each within what somebody may know."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """With the database, and the vault that opens."""
        self._database, self._vault = database, vault

    def read(self, ref: str, sight: Sight) -> dict[str, Any]:
        """A record with its content; ProblemError `no-such-resource`, for one outside of the sight as well."""
        with self._database.read() as conn:
            return self.shown(self._found(conn, ref, sight), sight)

    def changes(self, ref: str, sight: Sight) -> Sequence[ChangeRow]:
        """What happened to a record, oldest first; ProblemError `no-such-resource`.

        Sealed records are told of: this shows no content, and an auditor has to follow them too.
        """
        with self._database.read() as conn:
            return records.changes_of(conn, self._found(conn, ref, sight.with_sealed()).id)

    def bounds(self, sight: Sight) -> Bounds:
        """Which records lie within a sight."""
        return sight.bounds(self._vault)

    def search(self, query: RecordQuery, after: int | None, limit: int, sight: Sight) -> RecordPage:
        """Records that fit a query; none when it asks for a name that is no name."""
        wanted = self._filter(query, sight)
        if wanted is None:
            return RecordPage([], None)
        with self._database.read() as conn:
            rows = records.page(conn, wanted, after, limit + 1)
        items = [self.listed(row, sight) for row in rows[:limit]]
        return RecordPage(items, rows[limit - 1].id if len(rows) > limit else None)

    def contents(
        self, wanted: RecordFilter, after: int | None, limit: int, sight: Sight
    ) -> list[tuple[RecordRow, Redacted]]:
        """Rows within a sight with what it shows of their contents, newest first; erased records left out."""
        with self._database.read() as conn:
            rows = records.page(conn, replace(wanted, bounds=self.bounds(sight)), after, limit)
        return [
            (row, _redacted(row, open_content(self._vault, row.ref, row.version, row.sealed), sight))
            for row in rows
            if row.sealed is not None
        ]

    def shown(self, row: RecordRow, sight: Sight) -> dict[str, Any]:
        """A record within a sight as the API gives it: receipt, dates, and what the vault holds; DamagedSealError.

        `withheld` names what is left out for whoever may not read locations. Whether the record itself lies within
        the sight is the caller's to ask (`bounds`).
        """
        shown = _outside(row)
        if row.sealed is None:
            return shown
        redacted = _redacted(row, open_content(self._vault, row.ref, row.version, row.sealed), sight)
        content = redacted.content
        shown |= {"record": shown_record(content.cells), "withheld": list(redacted.withheld)}
        shown |= {} if OFFICE in redacted.withheld else {"office": content.office}
        shown["withdrawn_because"] = content.withdrawn_because
        if sight.reporters:
            shown["reporter"] = None if content.reporter is None else content.reporter.as_json()
        return shown

    def listed(self, row: RecordRow, sight: Sight) -> dict[str, Any]:
        """The same in a list, where a record whose seal is damaged says so and costs no other."""
        try:
            return self.shown(row, sight)
        except DamagedSealError:
            return _outside(row) | {"damaged": True}

    def _found(self, conn: Connection, ref: str, sight: Sight) -> RecordRow:
        row = records.by_ref(conn, ref)
        if row is None or not self.bounds(sight).hold(row):
            raise no_such_record()
        return row

    def _filter(self, query: RecordQuery, sight: Sight) -> RecordFilter | None:
        """The query in blind indexes; None when nothing can fit."""
        terms: list[set[bytes]] = []
        if query.name is not None:
            terms = query_terms(self._vault, query.name)
            if not terms:
                return None
        cases = None
        if query.case_number is not None:
            kinds = [query.kind] if query.kind else [kind.name.lower() for kind in Kind]
            cases = tuple(case_index(self._vault, kind, query.case_number) for kind in kinds)
        words = tuple(frozenset(term) for term in terms)
        return RecordFilter(query.kind, query.state, query.source, cases, words, self.bounds(sight))


def _redacted(row: RecordRow, content: Content, sight: Sight) -> Redacted:
    return Redacted(content) if sight.locations else without_location(row.kind, content)


def _outside(row: RecordRow) -> dict[str, Any]:
    """What stands outside of the seal."""
    shown = receipt(row) | {
        "source": row.source,
        "created_at": row.created_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
        "refused_because": row.sent_detail,
    }
    del shown["problems"]
    return shown
