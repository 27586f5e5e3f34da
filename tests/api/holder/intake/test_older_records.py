"""Records that were entered before offices had an index."""

from sqlalchemy import select, update

from api.holder.intake.older_records import index_offices
from api.holder.staff.roles import Role
from api.holder.storage.tables import records
from tests.api.holder.desk import Desk, body, child


def indexes(desk: Desk) -> list[bytes | None]:
    with desk.database.read() as conn:
        return list(conn.execute(select(records.c.office_index).order_by(records.c.id)).scalars())


def forget_indexes(desk: Desk) -> None:
    with desk.database.write() as conn:
        conn.execute(update(records).values(office_index=None))


def test_older_records_become_those_of_their_office_once(desk: Desk) -> None:
    for number, office in enumerate(["Amdanga", None, "Basirhat", "Amdanga"]):
        desk.call("POST", "/v1/records", json=body(child(number), office=office))
    before = indexes(desk)
    forget_indexes(desk)
    with desk.database.write() as conn:
        conn.execute(update(records).where(records.c.id == 3).values(sealed=b"\1" + bytes(60)))
    clerk = desk.member(Role.INTAKE, office="Amdanga")
    assert desk.call("GET", "/v1/records", clerk).json()["items"] == []
    index_offices(desk.database, desk.vault, desk.clock)
    assert indexes(desk) == [before[0], None, None, before[3]]
    assert len(desk.call("GET", "/v1/records", clerk).json()["items"]) == 2
    forget_indexes(desk)
    index_offices(desk.database, desk.vault, desk.clock)
    assert indexes(desk) == [None] * 4
