"""Records as a submission leaves them, until they are written: items are applied here one after the other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.hub.intake.checked_items import WITHDRAWN_DIGEST, CheckedPut
from api.hub.storage.records import StandingRecord
from api.wire.items import WithdrawItem
from matcher.photos import UNKNOWN_BAND

_MARKS = ("case_mark", "officer_mark", "office_mark")
_CONTENT = ("kind", "sex", "birth_first", "birth_last", "event", "expires_on", "presence", "codes", *_MARKS)
_NOTHING: dict[str, Any] = {**dict.fromkeys((*_CONTENT, "digest")), "photo_age": UNKNOWN_BAND}
# Of a record that was never sent before it was withdrawn or erased.
_NEVER: dict[str, Any] = {**_NOTHING, "entered_at": None}


@dataclass
class Draft:
    """One record in one partition: what stands in the database, and the columns that this submission changes.

    `id` is None and `version` 0 for a record that the hub does not have yet.
    """

    ref: str
    domain: str
    id: int | None = None
    kind: int | None = None
    version: int = 0
    state: str = ""
    digest: bytes | None = None
    entered_at: datetime | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    def put(self, item: CheckedPut, entered_at: datetime) -> None:
        """Take the record's content."""
        self._change(
            version=item.version, state="active", digest=item.digest, entered_at=entered_at, **item.content
        )  # fmt: skip

    def withdraw(self, item: WithdrawItem) -> None:
        """Match it no longer; the codes stay."""
        self._change(version=item.version, state="withdrawn", digest=WITHDRAWN_DIGEST)

    def erase(self, version: int) -> None:
        """Let nothing stay but that the ref was erased."""
        self._change(**{**_NOTHING, "version": max(version, self.version), "state": "erased"})

    def row(self) -> dict[str, Any]:
        """All columns that a new record sets."""
        return {**_NEVER, "ref": self.ref, **self.changes}

    def _change(self, **columns: Any) -> None:
        self.changes |= columns
        self.version, self.state, self.digest = columns["version"], columns["state"], columns["digest"]
        self.kind = columns.get("kind", self.kind)


@dataclass
class RefDrafts:
    """One ref: the record in the partition of the submission, and the ones in others; `held` by a legal hold."""

    here: Draft
    elsewhere: list[Draft] = field(default_factory=list)
    held: bool = False

    @property
    def erased(self) -> bool:
        """Whether the ref was erased anywhere, which is final."""
        return any(draft.state == "erased" for draft in self.everywhere)

    def entered_before(self, version: int) -> datetime | None:
        """When another epoch got this version, or a later one: encoded again, a record is no new one."""
        times = [draft.entered_at for draft in self.elsewhere if draft.version >= version and draft.entered_at]
        return min(times, default=None)

    @property
    def everywhere(self) -> list[Draft]:
        """All records of the ref."""
        return [self.here, *self.elsewhere]


def drafts_of(
    refs: Iterable[str], standing: Iterable[StandingRecord], partition_id: int, domain: str
) -> dict[str, RefDrafts]:
    """A draft for each ref, by ref."""
    found = {ref: RefDrafts(Draft(ref, domain)) for ref in refs}
    for record in standing:
        draft = Draft(
            record.ref, record.domain, record.id, record.kind, record.version, record.state, record.digest,
            record.entered_at,
        )  # fmt: skip
        if record.partition_id == partition_id:
            found[record.ref].here = draft
        else:
            found[record.ref].elsewhere.append(draft)
    return found
