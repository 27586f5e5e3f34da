"""Masked codes that gateways send: each is one part of a comparison, taken once."""

from collections import Counter
from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from api.hub.cursors import Cursors
from api.hub.refining.checking import part_of
from api.hub.refining.numbering import Numbers, Spot
from api.hub.storage import comparisons
from api.hub.storage.joined_comparisons import SIDES
from api.hub.storage.masked_parts import Part, WaitingPart, put_parts, waiting_parts
from api.wire.masked import MaskedAnswer, MaskedTaken


def take_answers(
    conn: Connection, cursors: Cursors, partner_id: int, answers: Sequence[MaskedAnswer]
) -> MaskedTaken:
    """Store a partner's parts, and drop comparisons that it refused; the same again changes nothing.

    What is not asked for any more, or was never asked of this partner, is left out and counted as gone.

    Args:
        conn: the write transaction.
        cursors: of the hub.
        partner_id: who sent them.
        answers: in any order.

    Raises:
        ProblemError: `invalid-body`; an answer does not fit its comparison, and none was taken.
    """
    numbers = Numbers(cursors, partner_id)
    spots = [numbers.known(answer.comparison) for answer in answers]
    due = _due(conn, partner_id, [spot for spot in spots if spot is not None])
    parts: dict[Spot, Part] = {}
    refused: dict[Spot, str] = {}
    for place, (spot, answer) in enumerate(zip(spots, answers, strict=True)):
        if spot is None or spot not in due or spot in parts or spot in refused:
            continue
        if answer.outcome == "refused":
            refused[spot] = str(answer.reason)
        else:
            parts[spot] = part_of(answer, due[spot], spot.side, place)
    for side in SIDES:
        put_parts(conn, side, [part for spot, part in parts.items() if spot.side == side])
    comparisons.take(conn, [spot.comparison_id for spot in refused])
    _log(partner_id, refused)
    taken = len(parts) + len(refused)
    return MaskedTaken(taken=taken, gone=len(answers) - taken)


def _due(conn: Connection, partner_id: int, spots: Sequence[Spot]) -> dict[Spot, WaitingPart]:
    """What is asked of a partner, of these spots."""
    found: dict[Spot, WaitingPart] = {}
    for side in SIDES:
        ids = sorted({spot.comparison_id for spot in spots if spot.side == side})
        waiting = waiting_parts(conn, side, partner_id, ids)
        found |= {Spot.of(number, side): row for number, row in waiting.items()}
    return found


def _log(partner_id: int, refused: dict[Spot, str]) -> None:
    if refused:
        counts = Counter(refused.values())
        structlog.get_logger().info("comparisons refused", partner=partner_id, **dict(sorted(counts.items())))
