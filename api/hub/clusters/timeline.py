"""The stays of a child: all found records that people joined, in order."""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from api.hub.clusters.seeing import sight
from api.hub.clusters.walking import joined_with
from api.hub.storage import links
from api.hub.storage.agreements import WithinCountry
from api.hub.storage.links import LinkedRecord
from api.hub.storage.partners import everyone
from api.wire.links import Stay, Timeline
from api.wire.names import REF_PATTERN
from api.wire.problems import ProblemError
from matcher.views import Kind

_NONE = "There is no found record of this ref of yours at this hub; check the ref, or send the record first."
_NO_DAY = 2**31


def timeline(
    conn: Connection, ref: str, partner_id: int, now: datetime, within_country: WithinCountry
) -> Timeline:
    """The stays of the child of a partner's found record.

    Stays with partners that it may not be compared with today are left out and counted. A record that an alarm stops
    is nobody's stay but its own holder's, and its holder sees nothing beyond it.

    Raises:
        ProblemError: `no-such-resource`; the partner has no found record of this ref.
    """
    # Asked before the database, which takes no NUL.
    own = links.of_ref(conn, partner_id, ref) if re.match(REF_PATTERN, ref) else []
    if not any(record.kind == Kind.FOUND for record in own) or any(record.state == "erased" for record in own):
        raise ProblemError("no-such-resource", _NONE)
    reached = joined_with(conn, [record.id for record in own]).records
    erased = {number for number, record in reached.items() if record.state == "erased"}
    barred = sight(conn, reached.values(), now, within_country).alarmed | erased
    if barred:
        reached = joined_with(conn, [record.id for record in own], barred).records
    seen = sight(conn, [], now, within_country)
    stays = sorted(_by_ref(reached.values()), key=_place)
    names = {partner.id: partner.name for partner in everyone(conn)}
    shown = [epochs for epochs in stays if seen.knows(partner_id, epochs[0].partner_id)]
    return Timeline(
        ref=ref, stays=[_stay(epochs, partner_id, names) for epochs in shown], hidden=len(stays) - len(shown)
    )


def _by_ref(found: Iterable[LinkedRecord]) -> list[list[LinkedRecord]]:
    """Records of one ref together, the latest version last."""
    stays: dict[tuple[int, str], list[LinkedRecord]] = {}
    for record in sorted(found, key=lambda record: (record.version, record.id)):
        stays.setdefault((record.partner_id, record.ref), []).append(record)
    return list(stays.values())


def _place(epochs: list[LinkedRecord]) -> tuple[int, int]:
    """By the day; those of one day, or without any, in the order in which the hub heard of them first."""
    day = epochs[-1].event
    return (_NO_DAY if day is None else day), min(record.id for record in epochs)


def _stay(epochs: list[LinkedRecord], partner_id: int, names: dict[int, str]) -> Stay:
    latest = epochs[-1]
    active = any(record.state == "active" for record in epochs)
    return Stay(
        partner=names[latest.partner_id],
        ref=latest.ref if latest.partner_id == partner_id else None,
        event=latest.event,
        state="active" if active else "withdrawn",
    )
