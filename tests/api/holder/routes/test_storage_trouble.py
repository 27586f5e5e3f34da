"""A database that is locked, full or damaged: a problem document that says what to do, and nothing half-applied."""

from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text, update

from api.holder.storage.tables import records
from api.service.database import open_database
from tests.api.holder.desk import Desk, child
from tests.api.service.requests_to import problem_in


@pytest.fixture
def small(tmp_path: Path) -> Desk:
    """A gateway on SQLite that waits a moment for locks."""
    return Desk(open_database(f"sqlite:///{tmp_path / 'holder.db'}", busy_seconds=0.05), tmp_path)


def counted(desk: Desk) -> int:
    with desk.database.read() as conn:
        return conn.execute(select(func.count()).select_from(records)).scalar_one()


def test_sqlite_locked_by_somebody_else(small: Desk, tmp_path: Path) -> None:
    other = open_database(f"sqlite:///{tmp_path / 'holder.db'}")
    with other.write():
        answer = small.create(headers={"Idempotency-Key": "k"})
        assert (answer.status_code, problem_in(answer)) == (503, "storage-unavailable")
        assert answer.headers["retry-after"]
    other.close()
    assert counted(small) == 0
    assert small.create(headers={"Idempotency-Key": "k"}).status_code == 201
    small.database.close()


def test_a_full_disk(small: Desk) -> None:
    with small.database._engine.connect() as conn:
        pages = conn.execute(text("PRAGMA page_count")).scalar_one()
    small.database.close()
    engine = small.database._engine

    def limit(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")  # type: ignore[attr-defined]

    event.listen(engine, "connect", limit)
    statuses = [small.create(number, marks=["x" * 3000]).status_code for number in range(6)]
    event.remove(engine, "connect", limit)
    small.database.close()
    assert statuses[-1] == 507
    assert counted(small) == statuses.count(201)
    assert small.create(9).status_code == 201
    small.database.close()


def test_a_damaged_record_says_so_and_costs_no_other(desk: Desk) -> None:
    refs = [desk.create(number).json()["ref"] for number in (1, 2)]
    with desk.database.write() as conn:
        sealed = conn.execute(select(records.c.sealed).where(records.c.ref == refs[1])).scalar_one()
        conn.execute(update(records).where(records.c.ref == refs[0]).values(sealed=sealed))
    answer = desk.call("GET", f"/v1/records/{refs[0]}")
    assert (answer.status_code, problem_in(answer)) == (500, "failed")
    assert "backup" in answer.json()["detail"]
    listed = desk.call("GET", "/v1/records").json()["items"]
    assert [(each["ref"], each.get("damaged", False)) for each in listed] == [(refs[1], False), (refs[0], True)]
    assert desk.call("GET", f"/v1/records/{refs[1]}").json()["record"]["record_id"] == child(2)["record_id"]
    assert desk.call("DELETE", f"/v1/records/{refs[0]}", desk.admin).status_code == 200
