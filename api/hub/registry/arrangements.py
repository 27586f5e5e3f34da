"""What the operator does with agreements between partners."""

from datetime import date, datetime

from sqlalchemy import Connection

from api.hub.registry.membership import known
from api.hub.registry.noting import note_act
from api.hub.storage import agreements, candidates, counters, partners
from api.hub.storage.agreements import Agreement
from matcher.errors import InputError

_MOST_DOCUMENT = 200


def add_agreement(
    conn: Connection, first: str, second: str, document: str, valid_from: date, valid_until: date, now: datetime
) -> Agreement:
    """Let the records of two partners be compared from one day to another, both included, under a document.

    Raises:
        InputError: a partner is not known or revoked, both are the same, or document or days do not fit.
    """
    sides = [known(conn, first), known(conn, second)]
    if first == second:
        raise InputError("An agreement is between two partners; a partner's own records are compared without one.")
    for side in sides:
        if side.state == "revoked":
            raise InputError(f"Partner {side.name} is revoked; nothing can be agreed with it.")
    if not document.strip() or len(document) > _MOST_DOCUMENT or not document.isprintable():
        raise InputError(f"Name the document of the agreement in one line of at most {_MOST_DOCUMENT} characters.")
    if valid_until < valid_from:
        raise InputError("The agreement ends before it begins; correct the days.")
    counters.hold(conn, counters.RECORDS)
    found = agreements.add(
        conn, first_id=sides[0].id, second_id=sides[1].id, document=document.strip(), valid_from=valid_from,
        valid_until=valid_until, now=now,
    )  # fmt: skip
    if found.in_force(now.date()):
        candidates.show_again(conn, found.first_id, found.second_id, now)
    days = {"valid_from": valid_from.isoformat(), "valid_until": valid_until.isoformat()}
    note_act(conn, "agreement-added", first, now, second=second, agreement=found.id, **days)
    return found


def end_agreement(conn: Connection, agreement_id: int, now: datetime) -> Agreement:
    """Compare no more under an agreement; candidates of it are no longer shown.

    Raises:
        InputError: there is no such agreement.
    """
    found = agreements.end(conn, agreement_id, now)
    if found is None:
        raise InputError(f"There is no agreement {agreement_id}; `milap hub agreement list` shows them all.")
    first, second = (partners.by_id(conn, side) for side in (found.first_id, found.second_id))
    assert first is not None  # a partner's row stays
    assert second is not None
    note_act(conn, "agreement-ended", first.name, now, second=second.name, agreement=found.id)
    return found
