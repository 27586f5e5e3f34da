"""The parts of comparisons: what gateways are asked for, what they sent, and what both have sent."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from api.hub.storage.joined_comparisons import AS_PLANNED, JOINED, OF_SIDE, OWNER, other_side, unsent
from api.hub.storage.masked_tables import comparisons
from api.hub.storage.matching import in_parts
from api.hub.storage.tables import partitions


class AskedRow(NamedTuple):
    """A comparison as one of its sides is asked for it; `other_id` is the partner of the other side."""

    id: int
    domain: str
    epoch: str
    profile: str
    ref: str
    version: int
    rows: int
    other_ref: str
    other_version: int
    other_rows: int
    other_id: int


class WaitingPart(NamedTuple):
    """What decides whether a side's part of a comparison fits."""

    id: int
    profile: str
    missing_rows: int
    found_rows: int


class Part(NamedTuple):
    """One gateway's part of a comparison, as the table has it."""

    id: int
    codes: bytes
    presence: bytes
    age: int
    space: str | None

    def __repr__(self) -> str:
        """No code."""
        return f"Part({self.id})"


class SideRow(NamedTuple):
    """One side of a comparison of which both parts are there: the part, and the record's open attributes."""

    record_id: int
    rows: int
    codes: bytes
    presence: bytes
    age: int
    space: str | None
    sex: int
    birth_first: int | None
    birth_last: int | None
    event: int | None

    def __repr__(self) -> str:
        """No code."""
        return f"SideRow({self.record_id})"


class ReadyRow(NamedTuple):
    """A comparison of which both parts are there, of the versions that the two records have at present or had."""

    id: int
    missing_version: int
    found_version: int
    reporter_id: int
    custodian_id: int
    missing: SideRow
    found: SideRow

    @property
    def key(self) -> tuple[int, int]:
        """Its missing and found record."""
        return self.missing.record_id, self.found.record_id


_OWN = tuple(comparisons.c[name] for name in ReadyRow._fields[:5])
_OF_PART = ("rows", "codes", "presence", "age", "space")
_OF_RECORD = ("sex", "birth_first", "birth_last", "event")


def asked(
    conn: Connection, side: str, partner_id: int, others: Sequence[int], after: int, limit: int
) -> list[AskedRow]:
    """Comparisons of which a partner has not sent its part, by number.

    Both records are as they were planned, and the partition is open.

    Args:
        conn: reads.
        side: of the partner's records, one of SIDES.
        partner_id: whose part.
        others: partners of the other side that it may be compared with today.
        after: number of a comparison.
        limit: most rows.
    """
    other = other_side(side)
    own, theirs = OF_SIDE[side], OF_SIDE[other]
    columns = (
        comparisons.c.id, partitions.c.domain, partitions.c.epoch, partitions.c.profile, own.c.ref, own.c.version,
        comparisons.c[f"{side}_rows"].label("rows"), theirs.c.ref.label("other_ref"),
        theirs.c.version.label("other_version"), comparisons.c[f"{other}_rows"].label("other_rows"),
        OWNER[other].label("other_id"),
    )  # fmt: skip
    mine = (OWNER[side] == partner_id, unsent(side), OWNER[other].in_(others), comparisons.c.id > after)
    query = select(*columns).select_from(JOINED).where(*mine, AS_PLANNED, partitions.c.state == "open")
    return [AskedRow._make(row) for row in conn.execute(query.order_by(comparisons.c.id).limit(limit))]


def waiting_parts(conn: Connection, side: str, partner_id: int, ids: Sequence[int]) -> dict[int, WaitingPart]:
    """Those of these comparisons of which a partner has not sent its part on a side, by number."""
    columns = (comparisons.c.id, partitions.c.profile, comparisons.c.missing_rows, comparisons.c.found_rows)
    query = select(*columns).select_from(JOINED).where(OWNER[side] == partner_id, unsent(side), AS_PLANNED)
    return {
        row.id: WaitingPart._make(row)
        for part in in_parts(ids) for row in conn.execute(query.where(comparisons.c.id.in_(part)))
    }  # fmt: skip


def put_parts(conn: Connection, side: str, parts: Sequence[Part]) -> None:
    """Store a side's parts where there is none yet."""
    values: dict[str, Any] = {f"{side}_{name}": bindparam(f"new_{name}") for name in Part._fields[1:]}
    statement = update(comparisons).where(comparisons.c.id == bindparam("number"), unsent(side)).values(values)
    if parts:
        # By number, as everybody changes these rows: two of them would wait for each other for ever.
        conn.execute(statement, [
            {"number": part.id, **{f"new_{name}": getattr(part, name) for name in Part._fields[1:]}}
            for part in sorted(parts, key=lambda part: part.id)
        ])  # fmt: skip


def ready(conn: Connection, partition_id: int, limit: int) -> list[ReadyRow]:
    """Comparisons of a partition of which both parts are there, the oldest first."""
    both = (comparisons.c.partition_id == partition_id, ~unsent("missing"), ~unsent("found"))
    query = select(*_OWN, *_columns("missing"), *_columns("found")).select_from(JOINED).where(*both)
    rows = conn.execute(query.order_by(comparisons.c.id).limit(limit))
    first, end = len(_OWN), len(_OWN) + len(SideRow._fields)
    return [ReadyRow._make((*row[:first], SideRow._make(row[first:end]), SideRow._make(row[end:]))) for row in rows]


def _columns(side: str) -> list[Any]:
    record = OF_SIDE[side]
    own = [comparisons.c[f"{side}_{name}"].label(f"{side}_part_{name}") for name in _OF_PART]
    open_ones = [record.c[name].label(f"{side}_open_{name}") for name in _OF_RECORD]
    return [comparisons.c[f"{side}_id"], *own, *open_ones]
