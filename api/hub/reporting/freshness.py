"""How lately each partner sent records, and who has fallen silent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import Connection

from api.hub.reporting.queries import RecordGroup, days_with_records, partners_with_records
from api.hub.storage.matching import ACTIVE
from api.hub.storage.partners import Partner
from matcher.views import Kind

LEAST_DAYS = 7.0
"""Silence of so many days is never an alarm; a new partner has as long to send its first record."""
USUAL_GAPS = 3.0
"""Silence becomes an alarm when it is longer than so many usual gaps."""
WINDOW_DAYS = 90
"""The usual gap is the median between the days with records in so many days up to the last of them."""
LOOK_BACK_DAYS = 2 * WINDOW_DAYS
"""How far back the last day with records is looked for; whoever sent nothing since has no usual gap."""
ALARMING = ("silent", "never")
"""Words that are alarms."""


def freshness(
    conn: Connection, everyone: Sequence[Partner], groups: Iterable[RecordGroup], known_since: Mapping[int, datetime],
    now: datetime,
) -> list[dict[str, Any]]:  # fmt: skip
    """Active partners and whoever else has records here: alarms first, then the longest silence.

    `last` and `days_since` tell of this partition, the usual gap of all that a partner sends. Words: fresh; silent;
    never (has sent nothing to any partition); new (nothing yet, and known for less than a week); elsewhere (has sent
    records, none of them here); and the state of a partner that is not active, of which nothing is expected.

    Args:
        conn: a transaction that reads.
        everyone: all partners.
        groups: records of the partition.
        known_since: when each partner was invited, by its number.
        now: the end of all silences.
    """
    counts, last = _counted(groups)
    gaps = usual_gaps(days_with_records(conn, now - timedelta(days=LOOK_BACK_DAYS)))
    senders = partners_with_records(conn)
    rows = []
    for partner in everyone:
        if partner.state == "active" or partner.id in last:
            came, gap = last.get(partner.id), gaps.get(partner.id)
            silence = Silence(
                _days(came, now), max(LEAST_DAYS, USUAL_GAPS * (gap or 0)), partner.id in senders,
                now - known_since[partner.id] <= timedelta(days=LEAST_DAYS),
            )  # fmt: skip
            rows.append({
                "partner": partner.name, "title": partner.title, "country": partner.country,
                "missing": counts[partner.id, Kind.MISSING], "found": counts[partner.id, Kind.FOUND],
                "last": None if came is None else came.isoformat(timespec="seconds"), "days_since": silence.days,
                "usual_gap_days": gap, "limit_days": silence.limit,
                "word": silence.word if partner.state == "active" else partner.state,
            })  # fmt: skip
    return sorted(rows, key=lambda row: (row["word"] not in ALARMING, -(row["days_since"] or 0), row["partner"]))


@dataclass(frozen=True)
class Silence:
    """How long nothing has come from a partner that is active.

    days   since its last record here; None when there is none
    limit  days from which it is an alarm
    sends  whether it has sent anything to any partition
    new    whether it may still be making its first record
    """

    days: float | None
    limit: float
    sends: bool
    new: bool

    @property
    def word(self) -> str:
        """What to call it; see `freshness`."""
        if self.days is not None:
            return "silent" if self.days > self.limit else "fresh"
        if self.sends:
            return "elsewhere"
        return "new" if self.new else "never"


def usual_gaps(days: Iterable[tuple[int, str]]) -> dict[int, float]:
    """Median days between days with records by partner, of those with two or more in the window; days in order."""
    of_partner: dict[int, list[date]] = defaultdict(list)
    for partner, day in days:
        of_partner[partner].append(date.fromisoformat(day))
    gaps = {}
    for partner, found in of_partner.items():
        recent = [day for day in found if (found[-1] - day).days <= WINDOW_DAYS]
        if len(recent) > 1:
            gaps[partner] = float(median((after - before).days for before, after in pairwise(recent)))
    return gaps


def _counted(groups: Iterable[RecordGroup]) -> tuple[dict[tuple[int, int], int], dict[int, datetime]]:
    counts: dict[tuple[int, int], int] = defaultdict(int)
    last: dict[int, datetime] = {}
    for group in groups:
        last[group.partner_id] = max(group.last_came, last.get(group.partner_id, group.last_came))
        if group.state == ACTIVE and group.kind is not None:
            counts[group.partner_id, group.kind] += group.records
    return counts, last


def _days(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else round(max(timedelta(), now - moment) / timedelta(days=1), 1)
