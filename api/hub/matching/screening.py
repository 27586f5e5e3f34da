"""What the same-kind lane found, brought into the database: kindred pairs, variants, alarms and links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.hub.clusters.proposing import propose
from api.hub.matching.kindred import Kin
from api.hub.matching.options import MatchingOptions
from api.hub.probing.screening import raise_suspected
from api.hub.storage import kindred, variants
from api.hub.storage.audit import note
from api.hub.storage.entries import EnteredRecord, entered_records
from api.hub.storage.kindred import KindredRow
from api.hub.storage.matching import ACTIVE
from api.hub.storage.past import PAST
from api.hub.storage.variants import Variant

Known = Mapping[int, EnteredRecord]


@dataclass(frozen=True)
class Screened:
    """The outcome of a same-kind search: the records searched, the change up to which the index held, and their kin."""

    records: Sequence[int]
    sequence: int
    kin: Sequence[Kin]


def screen(conn: Connection, found: Screened, options: MatchingOptions, now: datetime) -> frozenset[int]:
    """Store an outcome in a write transaction that holds RECORDS; doing it twice changes nothing the second time.

    Records count that are as the index saw them: the others wait for their own match. Gives partners who have news of
    links; nobody is ever told of an alarm but the operator.
    """
    known = entered_records(conn, {*found.records, *(kin.other_id for kin in found.kin)})
    current = {number for number in found.records if _as_seen(known.get(number), found)}
    batch = [known[number] for number in sorted(current)]
    true = [kin for kin in found.kin if kin.record_id in current and _true(kin, known, found)]
    _store(conn, current, true, found, known, now)
    variants.add(conn, _variants(true, known))
    entries = raise_suspected(conn, batch, options.screening, now)
    told = propose(
        conn, sorted(current), now, within_country=options.within_country, reopen_bits=options.reopen_bits
    )  # fmt: skip
    for entry in entries:
        note(conn, entry)
    return told


def _as_seen(record: EnteredRecord | None, found: Screened) -> bool:
    return record is not None and record.state == ACTIVE and record.sequence <= found.sequence


def _true(kin: Kin, known: Known, found: Screened) -> bool:
    """Whether the other record still is what it was compared as."""
    other = known.get(kin.other_id)
    if not kin.past:
        return _as_seen(other, found)
    return other is not None and other.state in PAST


def _store(
    conn: Connection, current: set[int], true: Iterable[Kin], found: Screened, known: Known, now: datetime
) -> None:
    rows = {(row.first_id, row.second_id): row for row in (_row(kin, known) for kin in true)}
    full = {kin.record_id for kin in found.kin if kin.full}
    gone = [
        row for row in kindred.of_records(conn, sorted(current))
        if (row.first_id, row.second_id) not in rows and not _may_stay(row, current, full, known)
    ]  # fmt: skip
    kindred.remove(conn, gone)
    kindred.put(conn, [rows[key] for key in sorted(rows)], now)


def _may_stay(row: KindredRow, current: set[int], full: set[int], known: Known) -> bool:
    """A pair of the same versions that a full list has no place for stands on the other record's list."""
    ends = ((row.first_id, row.first_version), (row.second_id, row.second_version))
    return all(number not in current or (number in full and known[number].version == v) for number, v in ends)


def _row(kin: Kin, known: Known) -> KindredRow:
    first, second = sorted((kin.record_id, kin.other_id))
    return KindredRow(first, second, known[first].version, known[second].version, kin.weight, kin.levels)


def _variants(true: Iterable[Kin], known: Known) -> Iterable[Variant]:
    for kin in true:
        mine, other = known[kin.record_id], known[kin.other_id]
        if mine.partner_id == other.partner_id and mine.ref != other.ref and mine.kind is not None:
            entered = min(mine.entered, other.entered)
            yield Variant(mine.partner_id, mine.ref, other.ref, mine.kind, entered)
