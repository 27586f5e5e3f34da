"""`milap hub officer …` and `milap hub overdue`."""

from api.hub.disclosure import signing_officers
from api.hub.disclosure.signing_officers import fingerprint_of
from api.hub.storage import officers, overdue
from api.hub.storage.officers import Officer
from api.hub.storage.partners import everyone
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary, table


def listing(database: Database) -> Summary:
    """All officers with state and fingerprint, by partner."""
    with database.read() as conn:
        names = {partner.id: partner.name for partner in everyone(conn)}
        found = officers.everyone(conn)
    keys = ("partner", "officer", "state", "fingerprint")
    rows = [dict(zip(keys, _cells(officer, names[officer.partner_id]), strict=True)) for officer in found]
    return Summary({"officers": rows}, table([list(keys), *[[row[key] for key in keys] for row in rows]]))


def confirm(database: Database, partner: str, fingerprint: str, clock: Clock) -> Summary:
    """Take signatures of an officer whose fingerprint was read out; InputError when none with it waits."""
    found = database.retrying(lambda conn: signing_officers.confirm(conn, partner, fingerprint, clock()))
    return _state(found, partner, "is confirmed: releases may be signed from now on.")


def revoke(database: Database, partner: str, officer: str, clock: Clock) -> Summary:
    """Take no signature of an officer any more; InputError when there is none of the name."""
    found = database.retrying(lambda conn: signing_officers.revoke(conn, partner, officer, clock()))
    return _state(found, partner, "is revoked for good.")


def overdue_candidates(database: Database, clock: Clock) -> Summary:
    """How many candidates of each partner wait for longer than they should, by state and by how much longer."""
    with database.read() as conn:
        found = overdue.counts(conn, clock())
    keys = ("partner", "state", "due", "twice", "three_times")
    rows = [dict(zip(keys, count, strict=True)) for count in found]
    cells = [[str(cell) for cell in count] for count in found]
    lines = table([["partner", "state", "due", "twice the time", "three times"], *cells])
    return Summary({"overdue": rows}, lines if rows else ["Nothing is overdue."])


def _cells(officer: Officer, partner: str) -> list[str]:
    return [partner, officer.name, officer.state, fingerprint_of(officer)]


def _state(officer: Officer, partner: str, line: str) -> Summary:
    values = {"partner": partner, "officer": officer.name, "state": officer.state}
    return Summary(values, [f"Officer {officer.name} of {partner} {line}"])
