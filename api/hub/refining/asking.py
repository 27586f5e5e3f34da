"""What gateways are asked for: masked codes of pairs of which they have not sent their part yet."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection

from api.hub.cursors import Cursors
from api.hub.refining.numbering import Numbers, Spot
from api.hub.storage.agreements import WithinCountry, agreement_matrix
from api.hub.storage.joined_comparisons import SIDES
from api.hub.storage.masked_parts import AskedRow, asked
from api.hub.storage.partners import everyone
from api.wire.masked import MaskedRequest, MaskedRequestPage


def requests_for(
    conn: Connection, cursors: Cursors, partner_id: int, after: int, limit: int, now: datetime,
    within_country: WithinCountry,
) -> MaskedRequestPage:  # fmt: skip
    """The next comparisons that a partner is asked for, of pairs that may be compared today.

    Every record has as many requests whatever it is like, and an alarm about a record changes nothing here: neither
    that there is one nor that something matches can be read from what is asked.

    Args:
        conn: reads.
        cursors: of the hub.
        partner_id: whose gateway asks.
        after: a cursor, 0 to begin.
        limit: most requests.
        now: aware.
        within_country: whether partners of one country need an agreement.

    Raises:
        ProblemError: `invalid-query`; `after` is no cursor of this partner.
    """
    numbers = Numbers(cursors, partner_id)
    others = _compared_with(conn, partner_id, now, within_country)
    found = sorted(_spots(conn, partner_id, others, numbers.show(after), limit + 1), key=lambda each: each[0])
    shown, names = found[:limit], {partner.id: partner.name for partner in everyone(conn)}
    return MaskedRequestPage(
        items=[_request(numbers, spot, row, names[row.other_id]) for spot, row in shown],
        next=numbers.hide(shown[-1][0]) if shown else after, more=len(found) > limit,
    )  # fmt: skip


def _spots(
    conn: Connection, partner_id: int, others: Sequence[int], after: Spot, limit: int
) -> Iterator[tuple[Spot, AskedRow]]:
    for side in SIDES:
        for row in asked(conn, side, partner_id, others, after.before(side), limit):
            yield Spot.of(row.id, side), row


def _request(numbers: Numbers, spot: Spot, row: AskedRow, partner: str) -> MaskedRequest:
    fields = {name: getattr(row, name) for name in AskedRow._fields if name not in ("id", "other_id")}
    return MaskedRequest.model_validate(
        {**fields, "comparison": numbers.hide(spot), "side": spot.side, "partner": partner}
    )


def _compared_with(conn: Connection, partner_id: int, now: datetime, within_country: WithinCountry) -> list[int]:
    """Partners that this one may be compared with today, itself included."""
    matrix = agreement_matrix(conn, now.astimezone(UTC).date(), within_country)
    return [int(number) for number in np.flatnonzero(matrix[partner_id])]
