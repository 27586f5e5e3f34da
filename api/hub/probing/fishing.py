"""Fishing for variants: one partner's records that look like one child, over and over."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.hub.probing.counting import Rules
from api.hub.probing.suspicions import Suspicion
from api.hub.storage.entries import EnteredRecord
from api.hub.storage.variants import group_of, having_variants


def fished(
    conn: Connection, batch: Sequence[EnteredRecord], rules: Rules, now: datetime
) -> Iterator[Suspicion]:
    """Groups of near-duplicates that these records are in and that have more than the allowed number of them.

    A group is all that pairs connect, directly or over others: somebody who changes a little each time would otherwise
    leave no record with many near-duplicates.
    """
    have_any = {
        (partner, ref) for partner in {record.partner_id for record in batch}
        for ref in having_variants(conn, partner, [each.ref for each in batch if each.partner_id == partner])
    }  # fmt: skip
    seen: set[tuple[int, str]] = set()
    for record in batch:
        who = (record.partner_id, record.ref)
        if record.kind is None or who not in have_any or who in seen:
            continue
        own = rules[record.partner_id]
        group = group_of(conn, record.partner_id, record.kind, record.ref, now - timedelta(days=own.variants_days))
        seen |= {(record.partner_id, ref) for ref in group}
        if len(group) - 1 > own.variants_allowed:
            subject = f"variants {record.partner_id} {min(group)}"
            yield Suspicion(subject, "variants", "stop", record.partner_id, record.partner, group)
