"""What masks were used for. Runs on SQLite and PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, false, func, insert, select

from api.holder.storage.outbox import ARRIVED
from api.holder.storage.tables import masked_answers, outbox, records
from api.wire.masked import RefusalReason

ANSWERED_BEFORE: Final = "answered-before"
CAP_REACHED: Final = "cap-reached"


@dataclass(frozen=True, slots=True)
class AskedRecord:
    """An own record that the hub asks about; `sealed` is the vault's, None once erased."""

    id: int
    ref: str
    kind: str
    version: int
    state: str
    kept_because: str | None
    expires_on: int | None
    arrived: bool
    """Whether the receipt for this version has come."""
    arrived_ahead: bool
    """The same under the next linkage key."""
    changed_by: str = field(repr=False)
    sealed: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Use:
    """What masks are about to be used for.

    pair       digest of what the masks are made of, bytes (16,)
    answer     digest of the whole answer, bytes (16,)
    record_id  own record
    version    of the own record
    scope      digest of domain, epoch and masked profile, bytes (8,)
    """

    pair: bytes = field(repr=False)
    answer: bytes = field(repr=False)
    record_id: int
    version: int
    scope: bytes

    @property
    def counted(self) -> tuple[int, int, bytes]:
        """What the cap is counted over."""
        return self.record_id, self.version, self.scope


def asked_records(conn: Connection, refs: Sequence[str]) -> dict[str, AskedRecord]:
    """Own records by their refs; unknown refs are left out."""
    of_version = (outbox.c.action == "put") & (outbox.c.version == records.c.version)
    ahead = (outbox.c.next_version == records.c.version) & (outbox.c.next_state == ARRIVED)
    arrived = {
        "arrived": func.coalesce(of_version & (outbox.c.state == ARRIVED), false()),
        "arrived_ahead": func.coalesce(of_version & ahead, false()),
    }  # fmt: skip
    own = [records.c[name] for name in AskedRecord.__dataclass_fields__ if name not in arrived]
    wanted = select(*own, *(value.label(name) for name, value in arrived.items()))
    found = conn.execute(wanted.outerjoin(outbox, outbox.c.record_id == records.c.id).where(records.c.ref.in_(refs)))
    return {row["ref"]: AskedRecord(**row) for row in found.mappings()}


def use_once(conn: Connection, uses: Sequence[Use], cap: int, now: datetime) -> list[RefusalReason | None]:
    """Note what masks are used for, in the order given; None where the answer may go, otherwise why it may not.

    An answer that is noted already may go again, and counts once. Each transaction sees the ones before it whole: the
    gateway is the only one that writes.

    Args:
        conn: a write transaction; nothing may be sent before it is committed.
        uses: what masks are about to be used for.
        cap: most comparisons of one version of a record in one scope.
        now: the present moment.
    """
    known, counts = _known(conn, uses), _counts(conn, uses)
    reasons, fresh = list[RefusalReason | None](), list[Use]()
    for use in uses:
        if use.pair in known:
            reasons.append(None if known[use.pair] == use.answer else ANSWERED_BEFORE)
        elif counts.get(use.counted, 0) >= cap:
            reasons.append(CAP_REACHED)
        else:
            known[use.pair] = use.answer
            counts[use.counted] = counts.get(use.counted, 0) + 1
            fresh.append(use)
            reasons.append(None)
    if fresh:
        _forget_earlier(conn, fresh)
        conn.execute(insert(masked_answers), [_row(use, now) for use in fresh])
    return reasons


def forget_scope(conn: Connection, scope: bytes, limit: int) -> bool:
    """Forget uses of a scope without a key here, at most so many; whether none is left.

    Without the key of its epoch nothing can be answered there.
    """
    wanted = select(masked_answers.c.pair).where(masked_answers.c.scope == scope).limit(limit)
    return conn.execute(delete(masked_answers).where(masked_answers.c.pair.in_(wanted))).rowcount < limit


def _known(conn: Connection, uses: Sequence[Use]) -> dict[bytes, bytes]:
    wanted = select(masked_answers.c.pair, masked_answers.c.answer)
    found = conn.execute(wanted.where(masked_answers.c.pair.in_([use.pair for use in uses])))
    return {bytes(row.pair): bytes(row.answer) for row in found}


def _counts(conn: Connection, uses: Sequence[Use]) -> dict[tuple[int, int, bytes], int]:
    of = (masked_answers.c.record_id, masked_answers.c.version, masked_answers.c.scope)
    scopes, ids = {use.scope for use in uses}, {use.record_id for use in uses}
    wanted = select(*of, func.count()).where(masked_answers.c.scope.in_(scopes), masked_answers.c.record_id.in_(ids))
    return {(row[0], row[1], bytes(row[2])): row[3] for row in conn.execute(wanted.group_by(*of))}


def _forget_earlier(conn: Connection, uses: Sequence[Use]) -> None:
    """Versions only grow, and masks are bound to them: what was used for earlier ones cannot come again."""
    for scope, record_id, version in sorted({(use.scope, use.record_id, use.version) for use in uses}):
        of = (masked_answers.c.scope == scope, masked_answers.c.record_id == record_id)
        conn.execute(delete(masked_answers).where(*of, masked_answers.c.version < version))


def _row(use: Use, now: datetime) -> dict[str, object]:
    return {
        "pair": use.pair, "answer": use.answer, "record_id": use.record_id, "version": use.version,
        "scope": use.scope, "answered_at": now,
    }  # fmt: skip
