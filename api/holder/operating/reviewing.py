"""`milap holder office` and `milap holder officer`."""

from api.holder.reviewing.officers import shown_officer
from api.holder.staff.offices import Offices
from api.holder.storage import officers
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.summaries import Summary, table


def add_office(
    database: Database, name: str, capacity: int, email: str | None, clock: Clock = utc_now
) -> Summary:
    """Add an office or change the one of this name; InputError when something of it does not fit."""
    known = Offices(database, clock).put(name, capacity, email)
    line = f"{known} looks at {capacity} candidates a day; give staff to it with `milap holder staff add --office`."
    return Summary({"name": known, "capacity": capacity}, [line])


def list_offices(database: Database, clock: Clock = utc_now) -> Summary:
    """All offices."""
    known = Offices(database, clock).everything()
    values = [{"name": each.name, "capacity": each.capacity, "email": each.email} for each in known]
    rows = [(each.name, str(each.capacity), each.email or "") for each in known]
    return Summary({"offices": values}, table([("name", "capacity", "e-mail"), *rows]))


def list_officers(database: Database) -> Summary:
    """All officers' keys, with the fingerprints that are read out to the hub's operator."""
    with database.read() as conn:
        values = [shown_officer(row) for row in officers.everything(conn)]
    header = ("officer", "login", "state", "fingerprint")
    return Summary({"officers": values}, table([header, *(tuple(each[name] for name in header) for each in values)]))
