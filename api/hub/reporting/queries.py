"""What the report asks the database: groups and counts, formed there, of as many rows as there are groups.

A hub may have twenty million candidates. Each is looked at three times, once by each statement on candidates; nothing
of a single candidate or record leaves the database.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, String, case, cast, exists, func, select, type_coerce

from api.hub.storage.tables import candidates, decisions, partners, records

MILLIBITS = 1000
"""Of one bit: the unit of stored weights."""
_HEIGHT = 1000
"""Bits added before a division and taken away after it: databases round what is negative upwards."""
_HEIGHTS = 2**12
"""More than any weight in bits with _HEIGHT."""
VERDICTS = ("probable", "possible", "weak")
_FATES = ("proposed", "match", "other", "open", "gone")


class CandidateGroup(NamedTuple):
    """Candidates that are alike.

    missing, found  countries of reporter and custodian
    bit             weight in whole bits, rounded down
    decile          0 to 9: of the stated probability
    fate            proposed; match or other as people decided; open while they have not; gone with its record's content
    expected        sum of the stated probabilities
    """

    missing: str
    found: str
    bit: int
    decile: int
    verdict: str
    fate: str
    candidates: int
    expected: float


class RecordGroup(NamedTuple):
    """Records of one partner in one partition that are alike; `presence` is that of the first row, little-endian."""

    partner_id: int
    kind: int | None
    state: str
    presence: bytes | None
    records: int
    last_came: datetime


class Waiting(NamedTuple):
    """What waits at one office of a custodian; `mark` is for counting offices only and goes nowhere else."""

    partner_id: int
    mark: str | None
    review: int
    release: int
    overdue: int


def candidate_groups(conn: Connection, partition_id: int) -> Iterator[CandidateGroup]:
    """Candidates of a partition except withdrawn ones, by countries, weight, probability, verdict and fate."""
    countries = list(conn.execute(select(partners.c.country).distinct().order_by(partners.c.country)).scalars())
    if not countries:
        return
    reporter, custodian = partners.alias("reporter"), partners.alias("custodian")
    parts = (
        (_place(custodian.c.country, countries), len(countries)), (_height(), _HEIGHTS), (_decile(), 10),
        (_place(candidates.c.verdict, VERDICTS), len(VERDICTS)), (_fate(), len(_FATES)),
    )  # fmt: skip
    # One number to sort by: six columns, some of them words, take SQLite several times as long. What is bound stays
    # inside: PostgreSQL would not know two parameters of one expression for the same.
    key: ColumnElement[int] = cast(_place(reporter.c.country, countries), BigInteger)
    for part, size in parts:
        key = key * size + part
    each = (
        select(key.label("key"), candidates.c.probability)
        .join_from(candidates, reporter, candidates.c.reporter_id == reporter.c.id)
        .join(custodian, candidates.c.custodian_id == custodian.c.id)
        .where(candidates.c.partition_id == partition_id, candidates.c.state != "withdrawn")
        .subquery()
    )  # fmt: skip
    query = select(each.c.key, func.count(), func.sum(each.c.probability)).group_by(each.c.key)
    for number, count, expected in conn.execute(query):
        places, rest = [], int(number)
        for _, size in reversed(parts):
            rest, place = divmod(rest, size)
            places.append(place)
        fate, verdict, decile, height, found = places
        yield CandidateGroup(
            countries[rest], countries[found], height - _HEIGHT, decile, VERDICTS[verdict], _FATES[fate], count,
            expected,
        )  # fmt: skip


def top_weights(conn: Connection, partition_id: int) -> tuple[int, float]:
    """How many missing reports have candidates, and the mean weight of the best one of each, in bits."""
    best = (
        select(func.max(candidates.c.weight).label("weight"))
        .where(candidates.c.partition_id == partition_id, candidates.c.state != "withdrawn")
        .group_by(candidates.c.missing_id).subquery()
    )  # fmt: skip
    reports, mean = conn.execute(select(func.count(), func.avg(best.c.weight)).select_from(best)).one()
    return int(reports), float(mean or 0) / MILLIBITS


def record_groups(conn: Connection, partition_id: int) -> list[RecordGroup]:
    """Records of a partition by partner, kind, state and the views that their first row has."""
    came = func.coalesce(records.c.entered_at, records.c.received_at).label("came")
    presence = func.substr(records.c.presence, 1, 2).label("presence")
    each = (
        select(records.c.partner_id, records.c.kind, records.c.state, presence, came)
        .where(records.c.partition_id == partition_id).subquery()
    )  # fmt: skip
    keys = [each.c[name] for name in ("partner_id", "kind", "state", "presence")]
    query = select(*keys, func.count(), func.max(each.c.came)).group_by(*keys)
    return [RecordGroup._make(row) for row in conn.execute(query)]


def days_with_records(conn: Connection, since: datetime) -> list[tuple[int, str]]:
    """Partner number and day (as 2026-11-22, UTC) of all days since then on which records came, in whichever epoch."""
    each = (
        select(records.c.partner_id, _day(conn, records.c.entered_at).label("day"))
        .where(records.c.entered_at >= since).subquery()
    )  # fmt: skip
    query = select(each.c.partner_id, each.c.day).distinct().order_by(each.c.partner_id, each.c.day)
    return [(int(partner), str(day)) for partner, day in conn.execute(query)]


def partners_with_records(conn: Connection) -> set[int]:
    """Numbers of the partners that have sent anything, in whichever partition."""
    return {int(number) for number in conn.execute(select(records.c.partner_id).distinct()).scalars()}


def partners_since(conn: Connection) -> dict[int, datetime]:
    """When each partner was invited, by its number."""
    return {row.id: row.created_at for row in conn.execute(select(partners.c.id, partners.c.created_at))}


def waiting(conn: Connection, partition_id: int, now: datetime) -> list[Waiting]:
    """Candidates that wait for their custodian's review or release, by custodian and office of the found record."""
    found = (
        select(
            candidates.c.found_id, candidates.c.custodian_id, _count(candidates.c.state == "proposed").label("review"),
            _count(candidates.c.state == "possible").label("release"),
            _count(candidates.c.due_at <= now).label("overdue"),
        )
        .where(candidates.c.partition_id == partition_id, candidates.c.state.in_(("proposed", "possible")))
        .group_by(candidates.c.found_id, candidates.c.custodian_id).subquery()
    )  # fmt: skip
    keys = (found.c.custodian_id, records.c.office_mark)
    counts = [func.sum(found.c[name]) for name in ("review", "release", "overdue")]
    # Records are looked at once each, not once for every candidate: their rows hold codes, and are long.
    query = select(*keys, *counts).join_from(found, records, found.c.found_id == records.c.id).group_by(*keys)
    return [Waiting(row[0], row[1], int(row[2]), int(row[3]), int(row[4])) for row in conn.execute(query)]


def first_records(conn: Connection) -> list[tuple[int, str, int]]:
    """Partner number, office mark and number of its first record, of all offices in that order."""
    first = func.min(records.c.id).label("first")
    keys = (records.c.partner_id, records.c.office_mark)
    query = select(*keys, first).where(records.c.office_mark.is_not(None)).group_by(*keys).order_by(first)
    return [(int(partner), str(mark), int(number)) for partner, mark, number in conn.execute(query)]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _decile() -> ColumnElement[int]:
    # Upwards, for most candidates are in the lowest.
    steps = [(candidates.c.probability < (at + 1) / 10, at) for at in range(9)]
    return case(*steps, else_=9)


def _height() -> ColumnElement[int]:
    return (candidates.c.weight + _HEIGHT * MILLIBITS) // MILLIBITS


def _place(column: ColumnElement[str], words: Sequence[str]) -> ColumnElement[int]:
    return case({word: place for place, word in enumerate(words)}, value=column, else_=0)


def _fate() -> ColumnElement[int]:
    """Place in _FATES."""
    reunited = exists().where(decisions.c.candidate_id == candidates.c.id, decisions.c.decision == "reunite")
    state, place = candidates.c.state, _FATES.index
    return case(
        (state == "proposed", place("proposed")),
        # Its record was erased, and what the model had said of the pair with it.
        (candidates.c.levels == "[]", place("gone")),
        (state.in_(("verified", "reunited")), place("match")),
        (state.in_(("rejected", "disproved")), place("other")),
        ((state == "closed") & reunited, place("match")),
        (state == "closed", place("other")),
        else_=place("open"),
    )


def _day(conn: Connection, moment: ColumnElement[Any]) -> ColumnElement[str]:
    if conn.dialect.name == "sqlite":
        return func.substr(type_coerce(moment, String), 1, 10)
    return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD")
