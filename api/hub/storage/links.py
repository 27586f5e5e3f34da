"""Links between two records of one kind (kindred pairs, which they are proposed from, are in `kindred`)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from api.hub.storage.counters import LINKS, next_numbers
from api.hub.storage.kinship_tables import kindred, links
from api.hub.storage.matching import in_parts
from api.hub.storage.tables import candidates, records
from matcher.views import Kind

PROPOSED, JOINED, SEPARATED, WITHDRAWN = "proposed", "joined", "separated", "withdrawn"
_IDS_AT_ONCE = 500


class StoredLink(NamedTuple):
    """A link as it stands (see tables.links)."""

    id: int
    name: str
    kind: int
    first_id: int
    second_id: int
    first_partner_id: int
    second_partner_id: int
    first_version: int
    second_version: int
    weight: int
    levels: str
    state: str
    first_word: str | None
    second_word: str | None
    judged_weight: int | None
    judged_first_version: int | None
    judged_second_version: int | None
    revision: int
    sequence: int


class LinkedRecord(NamedTuple):
    """A record as links see it; its partner and ref name it over all epochs. `kind` is a matcher.views.Kind."""

    id: int
    partition_id: int
    partner_id: int
    ref: str
    kind: int | None
    version: int
    state: str
    event: int | None


_LINK = [links.c[name] for name in StoredLink._fields]
_RECORD = [records.c[name] for name in LinkedRecord._fields]
_SET = [name for name in StoredLink._fields if name not in ("id", "name")]


def by_name(conn: Connection, name: str) -> StoredLink | None:
    """The link of a name."""
    row = conn.execute(select(*_LINK).where(links.c.name == name)).first()
    return None if row is None else StoredLink._make(row)


def touching(conn: Connection, record_ids: Iterable[int], states: Sequence[str] = ()) -> list[StoredLink]:
    """Links of any of these records, in some states or in all, by number."""
    found: dict[int, StoredLink] = {}
    for part in in_parts(sorted(set(record_ids)), _IDS_AT_ONCE):
        query = select(*_LINK).where(links.c.first_id.in_(part) | links.c.second_id.in_(part))
        query = query.where(links.c.state.in_(states)) if states else query
        found |= {row.id: StoredLink._make(row) for row in conn.execute(query)}
    return [found[number] for number in sorted(found)]


def kindred_ids_between(conn: Connection, first_id: int, second_id: int | None) -> list[int]:
    """Records of a partner that are kindred to another's, or to anybody's when None."""
    first, second = records.alias("first"), records.alias("second")
    query = select(kindred.c.first_id).join_from(kindred, first, kindred.c.first_id == first.c.id)
    query = query.join(second, kindred.c.second_id == second.c.id)
    partners = _between((first.c.partner_id, second.c.partner_id), first_id, second_id)
    return list(conn.execute(query.where(partners).distinct().order_by(kindred.c.first_id)).scalars())


def between(conn: Connection, first_id: int, second_id: int | None) -> list[StoredLink]:
    """Links of a partner with another, or with anybody when None, that are not withdrawn; by number."""
    partners = _between((links.c.first_partner_id, links.c.second_partner_id), first_id, second_id)
    query = select(*_LINK).where(partners, links.c.state != WITHDRAWN).order_by(links.c.id)
    return [StoredLink._make(row) for row in conn.execute(query)]


def _between(ends: tuple[Any, Any], first_id: int, second_id: int | None) -> Any:
    if second_id is None:
        return or_(ends[0] == first_id, ends[1] == first_id)
    return or_(and_(ends[0] == first_id, ends[1] == second_id), and_(ends[0] == second_id, ends[1] == first_id))


def of_ref(conn: Connection, partner_id: int, ref: str) -> list[LinkedRecord]:
    """The records of a partner's ref, one in each epoch that has it."""
    query = select(*_RECORD).where(records.c.partner_id == partner_id, records.c.ref == ref).order_by(records.c.id)
    return [LinkedRecord._make(row) for row in conn.execute(query)]


def in_all_epochs(conn: Connection, record_ids: Iterable[int]) -> dict[int, LinkedRecord]:
    """These records and those of the same refs in other epochs, by number."""
    asked = records.alias("asked")
    same = and_(asked.c.partner_id == records.c.partner_id, asked.c.ref == records.c.ref)
    found: dict[int, LinkedRecord] = {}
    for part in in_parts(sorted(set(record_ids)), _IDS_AT_ONCE):
        query = select(*_RECORD).join_from(records, asked, same).where(asked.c.id.in_(part))
        found |= {row.id: LinkedRecord._make(row) for row in conn.execute(query)}
    return found


def candidates_at(conn: Connection, missing_ids: Iterable[int], custodian_id: int) -> set[int]:
    """Those of the missing records that are candidates for a record of this custodian."""
    found: set[int] = set()
    for part in in_parts(sorted(set(missing_ids)), _IDS_AT_ONCE):
        query = select(candidates.c.missing_id).where(candidates.c.missing_id.in_(part))
        query = query.where(candidates.c.custodian_id == custodian_id)
        found |= set(conn.execute(query.where(candidates.c.state != WITHDRAWN).distinct()).scalars())
    return found


def page(conn: Connection, partner_id: int, others: Sequence[int], after: int, limit: int) -> list[StoredLink]:
    """Links of a partner's found records with those of other partners (itself perhaps), by their last change.

    Each side has a query of its own, since an index serves only one of them.
    """
    sides = (links.c.first_partner_id, links.c.second_partner_id)
    found: dict[int, StoredLink] = {}
    for mine, theirs in (sides, sides[::-1]):
        query = select(*_LINK).where(mine == partner_id, theirs.in_(others), links.c.sequence > after)
        query = query.where(links.c.kind == int(Kind.FOUND)).order_by(links.c.sequence).limit(limit)
        found |= {row.id: StoredLink._make(row) for row in conn.execute(query)}
    return sorted(found.values(), key=lambda link: link.sequence)[:limit]


def counts(conn: Connection) -> list[tuple[int, str, int]]:
    """How many links there are, by kind of the records and state."""
    columns = (links.c.kind, links.c.state)
    query = select(*columns, func.count()).group_by(*columns).order_by(*columns)
    return [(row[0], row[1], row[2]) for row in conn.execute(query)]


def names(conn: Connection, limit: int) -> list[tuple[str, str]]:
    """Name and state of the links that changed last and are not withdrawn, newest first."""
    query = select(links.c.name, links.c.state).where(links.c.state != WITHDRAWN)
    return [(row.name, row.state) for row in conn.execute(query.order_by(links.c.sequence.desc()).limit(limit))]


def add(conn: Connection, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """New links; each takes a sequence number."""
    if rows:
        first = next_numbers(conn, LINKS, len(rows))
        times = {"created_at": now, "changed_at": now}
        conn.execute(insert(links), [{**row, **times, "sequence": first + at} for at, row in enumerate(rows)])


def change(conn: Connection, changed: Sequence[StoredLink], now: datetime) -> None:
    """Write links of which partners are to hear; each takes a new sequence number."""
    if changed:
        first = next_numbers(conn, LINKS, len(changed))
        _write(conn, [link._replace(sequence=first + at) for at, link in enumerate(changed)], now)


def change_silently(conn: Connection, changed: Sequence[StoredLink], now: datetime) -> None:
    """Write links of which no partner needs to hear."""
    if changed:
        _write(conn, changed, now)


def _write(conn: Connection, changed: Sequence[StoredLink], now: datetime) -> None:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _SET}
    statement = update(links).where(links.c.id == bindparam("link_id")).values(**values, changed_at=now)
    rows = [{"link_id": link.id, **{f"new_{name}": getattr(link, name) for name in _SET}} for link in changed]
    conn.execute(statement, rows)
