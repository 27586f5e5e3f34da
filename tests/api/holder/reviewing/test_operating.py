"""`milap holder office`, `officer` and the office of `staff`, below the command line."""

import pytest

from api.holder.operating import people, reviewing
from api.holder.staff.roles import Role
from matcher.errors import InputError
from tests.api.holder.reviewing.room import Room


def test_offices_are_added_changed_and_listed(room: Room) -> None:
    reviewing.add_office(room.database, "Kendpur", 5, None, room.clock)
    added = reviewing.add_office(room.database, " Kendpur ", 7, "desk@example.org", room.clock)
    assert added.values == {"name": "Kendpur", "capacity": 7}
    listed = reviewing.list_offices(room.database)
    assert listed.values == {"offices": [{"name": "Kendpur", "capacity": 7, "email": "desk@example.org"}]}
    assert listed.lines == ["name     capacity  e-mail", "Kendpur  7         desk@example.org"]


@pytest.mark.parametrize(
    ("name", "capacity", "email"),
    [("", 5, None), ("x" * 81, 5, None), ("a\nb\0", 5, None), ("x", 0, None), ("x", 10_001, None), ("x", 5, "nobody")],
)  # fmt: skip
def test_an_office_that_does_not_fit_is_refused(room: Room, name: str, capacity: int, email: str | None) -> None:
    with pytest.raises(InputError):
        reviewing.add_office(room.database, name, capacity, email, room.clock)
    assert reviewing.list_offices(room.database).values == {"offices": []}


def test_staff_is_given_to_offices_that_there_are(room: Room) -> None:
    def ask() -> str:
        return "a long password 1"

    with pytest.raises(InputError, match="no office of this name"):
        people.add(room.database, "mira", "", ["custodian"], ask, office="Kendpur")
    reviewing.add_office(room.database, "Kendpur", 5, None, room.clock)
    added = people.add(room.database, "mira", "", ["custodian"], ask, office=" Kendpur")
    assert added.values["login"] == "mira"
    (mira,) = (each for each in people.listing(room.database).values["staff"] if each["login"] == "mira")
    assert mira["office"] == "Kendpur"
    room.gateway.accounts.change("mira", office="")
    (mira,) = (each for each in people.listing(room.database).values["staff"] if each["login"] == "mira")
    assert mira["office"] == ""


def test_officers_are_listed_with_the_fingerprint_to_read_out(room: Room) -> None:
    officer = room.officer()
    room.person(Role.OFFICER)
    (shown,) = reviewing.list_officers(room.database).values["officers"]
    assert (shown["officer"], shown["login"], shown["state"]) == (officer.key, officer.login, "active")
    lines = reviewing.list_officers(room.database).lines
    assert shown["fingerprint"] in lines[1]
