"""`milap hub agreement …`."""

from datetime import date

from api.hub.registry import arrangements
from api.hub.storage import agreements
from api.hub.storage.agreements import Agreement
from api.hub.storage.partners import everyone
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary, table
from matcher.errors import InputError


def day(text: str) -> date:
    """A day written as 2026-11-30; InputError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("A day is written as 2026-11-30; correct it.") from None


def add(
    database: Database, first: str, second: str, document: str, valid_from: str, valid_until: str, clock: Clock
) -> Summary:
    """A new agreement; InputError when a part does not fit."""
    days = day(valid_from), day(valid_until)
    found = database.retrying(
        lambda conn: arrangements.add_agreement(conn, first, second, document, *days, clock())
    )  # fmt: skip
    line = f"Agreement {found.id}: {first} and {second} are compared from {days[0]} to {days[1]}."
    return Summary(_values(found, {found.first_id: first, found.second_id: second}, clock().date()), [line])


def end(database: Database, agreement_id: int, clock: Clock) -> Summary:
    """End an agreement; InputError when there is none of the number."""
    database.retrying(lambda conn: arrangements.end_agreement(conn, agreement_id, clock()))
    line = f"Agreement {agreement_id} is ended: its partners are compared no more, and see no candidates of it."
    return Summary({"agreement": agreement_id, "ended": True}, [line])


def listing(database: Database, clock: Clock) -> Summary:
    """All agreements, ended ones included."""
    with database.read() as conn:
        names = {partner.id: partner.name for partner in everyone(conn)}
        rows = [_values(found, names, clock().date()) for found in agreements.every_agreement(conn)]
    keys = ("agreement", "first", "second", "valid_from", "valid_until", "in_force", "document")
    cells = [[_word(row[key]) for key in keys] for row in rows]
    return Summary({"agreements": rows}, table([list(keys), *cells]))


def _values(found: Agreement, names: dict[int, str], today: date) -> dict[str, object]:
    return {
        "agreement": found.id,
        "first": names[found.first_id],
        "second": names[found.second_id],
        "document": found.document,
        "valid_from": found.valid_from.isoformat(),
        "valid_until": found.valid_until.isoformat(),
        "ended": found.ended_at is not None,
        "in_force": found.in_force(today),
    }


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
