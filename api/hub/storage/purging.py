"""What has been kept long enough, and letting go of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, delete, exists, or_, select, update

from api.hub.storage.counters import RECORDS, next_numbers
from api.hub.storage.holds import held_among
from api.hub.storage.kinship_tables import kindred, link_words, links
from api.hub.storage.matching import ACTIVE, EXPIRED, day_number, in_parts
from api.hub.storage.partner_tables import messages
from api.hub.storage.tables import candidates, decisions, partitions, partners, records
from matcher.photos import UNKNOWN_BAND

_OVER = ("closed", "rejected", "disproved", "withdrawn")
_CONTENT = ("sex", "birth_first", "birth_last", "event", "expires_on", "presence", "codes")
_REST = ("kind", "case_mark", "officer_mark", "office_mark", "entered_at")


@dataclass(frozen=True)
class Limits:
    """What came before these moments has been kept long enough: codes of records that are out, and cases."""

    withdrawn: datetime
    closed: datetime

    @staticmethod
    def at(now: datetime, withdrawn_days: int, closed_days: int) -> "Limits":
        """The limits of a moment."""
        return Limits(now - timedelta(days=withdrawn_days), now - timedelta(days=closed_days))


class OverCase(NamedTuple):
    """A candidate that is over."""

    id: int
    state: str
    since: datetime
    missing_country: str
    found_country: str


# --- records whose codes have been kept long enough -------------------------------------------------------------------


def old_codes(limits: Limits) -> Select[Any]:
    """Numbers of records that were withdrawn or expired long ago and still have their codes."""
    withdrawn = (records.c.state == "withdrawn") & (records.c.received_at <= limits.withdrawn)
    expired = (records.c.state == EXPIRED) & (records.c.expires_on <= day_number(limits.withdrawn.date()))
    return select(records.c.id).where(withdrawn | expired, records.c.codes.is_not(None))


def drop_codes(conn: Connection, record_ids: Sequence[int], digest: bytes) -> None:
    """Let records be as if they had come without content, and their kindred pairs go; each takes a new number.

    `digest` stands for their content from now on, bytes (32,): the old one is a hash of the codes.
    """
    if not record_ids:
        return
    first = next_numbers(conn, RECORDS, len(record_ids))
    statement = update(records).where(records.c.id == bindparam("record")).values(
        **dict.fromkeys(_CONTENT), photo_age=UNKNOWN_BAND, digest=digest, sequence=bindparam("number")
    )  # fmt: skip
    conn.execute(statement, [{"record": record, "number": first + at} for at, record in enumerate(record_ids)])
    drop_kindred(conn, record_ids)


def drop_kindred(conn: Connection, record_ids: Sequence[int]) -> None:
    """Forget what records were found to be kindred to."""
    for part in in_parts(record_ids):
        conn.execute(delete(kindred).where(kindred.c.first_id.in_(part) | kindred.c.second_id.in_(part)))


# --- cases that are over ----------------------------------------------------------------------------------------------


def over_cases(limits: Limits) -> Select[Any]:
    """Numbers of candidates that are over and not needed to remember that the two are not one child.

    While both records are active a rejection, or a closed case, is what keeps matching from proposing the pair anew.
    """
    missing, found = records.alias("missing"), records.alias("found")
    one_is_out = or_(_is_out(missing), _is_out(found))
    both_are_out = _is_out(missing) & _is_out(found)
    nothing_left = both_are_out & missing.c.codes.is_(None) & found.c.codes.is_(None)
    return (
        select(candidates.c.id)
        .join_from(candidates, missing, candidates.c.missing_id == missing.c.id)
        .join(found, candidates.c.found_id == found.c.id)
        .where(candidates.c.since <= limits.closed, (candidates.c.state.in_(_OVER) & one_is_out) | nothing_left)
    )


def cases(conn: Connection, candidate_ids: Sequence[int]) -> list[OverCase]:
    """What these candidates are counted by."""
    reporter, custodian = partners.alias("reporter"), partners.alias("custodian")
    query = (
        select(
            candidates.c.id, candidates.c.state, candidates.c.since, reporter.c.country.label("missing_country"),
            custodian.c.country.label("found_country"),
        )
        .join_from(candidates, reporter, candidates.c.reporter_id == reporter.c.id)
        .join(custodian, candidates.c.custodian_id == custodian.c.id)
        .where(candidates.c.id.in_(candidate_ids))
        .order_by(candidates.c.id)
    )  # fmt: skip
    return [OverCase._make(row) for row in conn.execute(query)]


def decided(conn: Connection, candidate_ids: Sequence[int]) -> dict[int, set[str]]:
    """The decisions that were made on each of these candidates."""
    found: dict[int, set[str]] = {}
    columns = (decisions.c.candidate_id, decisions.c.decision)
    for number, word in conn.execute(select(*columns).where(decisions.c.candidate_id.in_(candidate_ids))):
        found.setdefault(number, set()).add(word)
    return found


def drop_cases(conn: Connection, candidate_ids: Sequence[int]) -> None:
    """Remove candidates with their decisions and messages."""
    for table in (decisions, messages):
        conn.execute(delete(table).where(table.c.candidate_id.in_(candidate_ids)))
    conn.execute(delete(candidates).where(candidates.c.id.in_(candidate_ids)))


def drop_messages_of(conn: Connection, record_ids: Sequence[int]) -> None:
    """Remove the messages about all candidates of these records."""
    for part in in_parts(record_ids):
        touching = select(candidates.c.id).where(_either(candidates, "missing_id", "found_id", part))
        conn.execute(delete(messages).where(messages.c.candidate_id.in_(touching)))


# --- links of nothing -------------------------------------------------------------------------------------------------


def empty_links(limits: Limits) -> Select[Any]:
    """Numbers of links that fell long ago and a record of which is out, and of those of which both codes are gone."""
    first, second = records.alias("first"), records.alias("second")
    fallen = (links.c.state == "withdrawn") & or_(first.c.state != ACTIVE, second.c.state != ACTIVE)
    both_are_out = (first.c.state != ACTIVE) & (second.c.state != ACTIVE)
    nothing_left = both_are_out & first.c.codes.is_(None) & second.c.codes.is_(None)
    return (
        select(links.c.id)
        .join_from(links, first, links.c.first_id == first.c.id)
        .join(second, links.c.second_id == second.c.id)
        .where(links.c.changed_at <= limits.closed, fallen | nothing_left)
    )


def drop_links(conn: Connection, link_ids: Sequence[int]) -> None:
    """Remove links with what was said on them."""
    conn.execute(delete(link_words).where(link_words.c.link_id.in_(link_ids)))
    conn.execute(delete(links).where(links.c.id.in_(link_ids)))


# --- records that nothing points at any more --------------------------------------------------------------------------


def bare_records(limits: Limits) -> Select[Any]:
    """Numbers of records without codes that still have a kind or marks, and that no candidate, link or pair needs."""
    left = or_(*(records.c[name].is_not(None) for name in _REST))
    needed = [
        exists().where(table.c[column] == records.c.id)
        for table, columns in _POINTING for column in columns
    ]  # fmt: skip
    # Of a forgotten epoch they are counted by as long as those of a withdrawn record are.
    long_ago = (records.c.state != ACTIVE) | (records.c.received_at <= limits.withdrawn)
    gone = _is_out(records) & records.c.codes.is_(None) & long_ago
    return select(records.c.id).where(gone, left, *(~one for one in needed))


def strip(conn: Connection, record_ids: Sequence[int]) -> None:
    """Leave of records whose they are, ref, version and state."""
    conn.execute(update(records).where(records.c.id.in_(record_ids)).values(**dict.fromkeys(_REST)))


def _is_out(table: Any) -> ColumnElement[bool]:
    """Whether a record is matched no longer and will not be: it is not active, or its epoch is forgotten."""
    forgotten = select(partitions.c.id).where(partitions.c.state == "forgotten")
    return or_(table.c.state != ACTIVE, table.c.partition_id.in_(forgotten))


_POINTING = (
    (candidates, ("missing_id", "found_id")), (kindred, ("first_id", "second_id")), (links, ("first_id", "second_id")),
)  # fmt: skip


# --- holds ------------------------------------------------------------------------------------------------------------


def not_held(conn: Connection, record_ids: Sequence[int]) -> list[int]:
    """Those of the records that no hold stands on, nor on any record that they are a candidate with."""
    columns = (candidates.c.missing_id, candidates.c.found_id)
    pairs = [
        tuple(row) for part in in_parts(record_ids)
        for row in conn.execute(select(*columns).where(_either(candidates, "missing_id", "found_id", part)))
    ]  # fmt: skip
    held = held_among(conn, [*record_ids, *(number for pair in pairs for number in pair)])
    kept = held | {number for pair in pairs if held.intersection(pair) for number in pair}
    return [number for number in record_ids if number not in kept]


def pairs_not_held(conn: Connection, table: Table, columns: tuple[str, str], ids: Sequence[int]) -> list[int]:
    """Those rows of candidates or links on neither of whose two records a hold stands."""
    first, second = (table.c[name] for name in columns)
    rows = conn.execute(select(table.c.id, first, second).where(table.c.id.in_(ids)).order_by(table.c.id)).all()
    held = held_among(conn, [number for row in rows for number in row[1:]])
    return [int(row[0]) for row in rows if not held.intersection(row[1:])]


def _either(table: Table, first: str, second: str, ids: Sequence[int]) -> ColumnElement[bool]:
    return or_(table.c[first].in_(ids), table.c[second].in_(ids))
