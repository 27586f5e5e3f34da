"""Near-duplicate records of one partner, by ref: they count over epochs and after the records are gone."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from api.hub.storage.kinship_tables import variants
from api.hub.storage.matching import in_parts
from api.service.statements import insert


class Variant(NamedTuple):
    """Two records of one partner and kind that look like one child; `seen_at`: when the earlier content came."""

    partner_id: int
    ref: str
    other_ref: str
    kind: int
    seen_at: datetime


def add(conn: Connection, found: Iterable[Variant]) -> None:
    """Remember pairs, in whichever order their refs are given; one that is known stays as it is."""
    rows = {}
    for each in found:
        ref, other = sorted((each.ref, each.other_ref))
        rows[each.partner_id, ref, other] = each._replace(ref=ref, other_ref=other)._asdict()
    if rows:
        conn.execute(insert(conn, variants).on_conflict_do_nothing(), [rows[key] for key in sorted(rows)])


def having_variants(conn: Connection, partner_id: int, refs: Sequence[str]) -> set[str]:
    """Those of a partner's refs that are in any pair."""
    found: set[str] = set()
    for part in in_parts(refs):
        for column in (variants.c.ref, variants.c.other_ref):
            query = select(column).where(variants.c.partner_id == partner_id, column.in_(part))
            found |= set(conn.execute(query).scalars())
    return found


def group_of(conn: Connection, partner_id: int, kind: int, ref: str, since: datetime) -> frozenset[str]:
    """The refs that pairs from `since` on connect with this one, itself included."""
    reached, fresh = {ref}, {ref}
    while fresh:
        fresh = _neighbours(conn, partner_id, kind, fresh, since) - reached
        reached |= fresh
    return frozenset(reached)


def _neighbours(conn: Connection, partner_id: int, kind: int, refs: Collection[str], since: datetime) -> set[str]:
    of_partner = (variants.c.partner_id == partner_id, variants.c.kind == kind, variants.c.seen_at >= since)
    out: set[str] = set()
    for part in in_parts(sorted(refs), 400):
        touches = or_(variants.c.ref.in_(part), variants.c.other_ref.in_(part))
        for row in conn.execute(select(variants.c.ref, variants.c.other_ref).where(*of_partner, touches)):
            out |= {row.ref, row.other_ref}
    return out
