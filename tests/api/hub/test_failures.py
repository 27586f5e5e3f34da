"""What must not happen however a request ends: nothing lost, nothing half-applied, nothing stored twice."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from api.hub.authentication import Gatekeeper
from api.hub.intake import writing
from api.hub.registry import membership
from api.hub.settings import HubSettings
from api.hub.storage.tables import candidates, nonces, pending, records
from api.service.database import open_database
from api.wire.names import new_ref
from tests.api.hub.gateways import HUB, Exchange, body_of, erase, make_tables, propose, put, submission
from tests.api.service.requests_to import ask, problem_in
from tests.databases import PostgresServer


def test_a_partner_suspended_in_the_middle_of_an_upload(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange.partition()
    bengal = exchange.partner("bengal")
    identify = Gatekeeper.identify

    def suspended_after(self: Gatekeeper, message):
        caller = identify(self, message)
        with exchange.database.write() as conn:
            membership.suspend(conn, "bengal", exchange.clock())
        return caller

    monkeypatch.setattr(Gatekeeper, "identify", suspended_after)
    assert problem_in(bengal.submit(put(new_ref()))) == "partner-suspended"
    assert exchange.count(records) == exchange.count(nonces) == 0


def test_killed_before_the_commit_nothing_is_stored_and_the_same_request_is_good_again(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.partition()
    bengal, ref, found, nonce = exchange.partner("bengal"), new_ref(), new_ref(), new_ref()
    bengal.submit(put(ref, kind="missing"), put(found, seed=1))
    with exchange.database.write() as conn:
        propose(conn, exchange.record(ref)["id"], exchange.record(found)["id"])
    before = [exchange.rows(table) for table in (records, pending, candidates, nonces)]

    class KilledError(BaseException):
        """As a process that ends in the middle."""

    def killed(*_arguments: object) -> None:
        raise KilledError

    monkeypatch.setattr(writing.records, "queue", killed)
    body = body_of(submission(erase(ref, 2), put(new_ref())))
    fields = bengal.signed("POST", "/v1/submissions", body, nonce=nonce)
    with pytest.raises(BaseException):  # noqa: B017
        ask(exchange.app, "POST", "/v1/submissions", content=body, headers=fields)
    assert [exchange.rows(table) for table in (records, pending, candidates, nonces)] == before
    monkeypatch.undo()
    assert ask(exchange.app, "POST", "/v1/submissions", content=body, headers=fields).status_code == 200


def test_killed_between_storing_and_answering_the_retry_stores_nothing_twice(exchange: Exchange) -> None:
    exchange.partition()
    bengal, refs = exchange.partner("bengal"), [new_ref() for _ in range(3)]
    items = [put(ref, seed=at) for at, ref in enumerate(refs)]
    exchange.matcher.changed = _broken  # type: ignore[method-assign]
    answer = bengal.submit(*items)
    assert problem_in(answer) == "failed"
    stored = exchange.rows(records)
    assert len(stored) == 3
    assert exchange.count(pending) == 3
    assert bengal.outcomes(*items) == ["unchanged"] * 3
    assert exchange.rows(records) == stored


def _broken() -> None:
    raise ZeroDivisionError


def test_two_uploads_of_one_new_ref_at_once(exchange: Exchange) -> None:
    exchange.partition()
    bengal, ref = exchange.partner("bengal"), new_ref()
    outcomes: list[str] = []
    threads = [
        threading.Thread(target=lambda seed=seed: outcomes.extend(bengal.outcomes(put(ref, seed=seed))))
        for seed in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["stored", "version-conflict", "version-conflict", "version-conflict"]
    assert exchange.count(records) == 1


def test_a_nonce_is_used_once_even_at_the_same_moment(exchange: Exchange) -> None:
    exchange.partition()
    bengal, nonce = exchange.partner("bengal"), new_ref()
    body = body_of(submission(put(new_ref())))
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(
            bengal.send("POST", "/v1/submissions", body, nonce=nonce).status_code))
        for _ in range(4)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [200, 401, 401, 401]


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Exchange:
    database = open_database(f"sqlite:///{tmp_path / 'hub.db'}", busy_seconds=0.01)
    make_tables(database)
    return Exchange(database, HubSettings(name=HUB, data=tmp_path))


def test_a_locked_database_is_told_with_when_to_come_back(on_sqlite: Exchange, tmp_path: Path) -> None:
    on_sqlite.partition()
    bengal, item = on_sqlite.partner("bengal"), put(new_ref())
    holder = sqlite3.connect(tmp_path / "hub.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answer = bengal.submit(item)
    assert problem_in(answer) == "storage-unavailable"
    assert int(answer.headers["retry-after"]) > 0
    holder.execute("ROLLBACK")
    holder.close()
    assert on_sqlite.count(records) == 0
    assert bengal.outcomes(item) == ["stored"]
    on_sqlite.database.close()


def test_a_full_disk_stores_nothing_of_a_submission(on_sqlite: Exchange) -> None:
    on_sqlite.partition()
    bengal, items = on_sqlite.partner("bengal"), [put(new_ref(), seed=at) for at in range(300)]
    on_sqlite.database.close()
    pages = 0
    with on_sqlite.database.read() as conn:
        pages = int(conn.execute(text("PRAGMA page_count")).scalar_one())
        conn.execute(text(f"PRAGMA max_page_count = {pages + 4}"))
    assert problem_in(bengal.submit(*items)) == "storage-full"
    assert on_sqlite.count(records) == on_sqlite.count(nonces) == 0
    with on_sqlite.database.read() as conn:
        conn.execute(text("PRAGMA max_page_count = 1000000"))
    assert set(bengal.outcomes(*items)) == {"stored"}
    on_sqlite.database.close()


def test_postgresql_gone_and_back(own_postgres_server: PostgresServer, tmp_path: Path) -> None:
    database = open_database(own_postgres_server.url(own_postgres_server.create()))
    make_tables(database)
    exchange = Exchange(database, HubSettings(name=HUB, data=tmp_path))
    exchange.partition()
    bengal, item = exchange.partner("bengal"), put(new_ref())
    own_postgres_server.stop()
    fields = bengal.signed("POST", "/v1/submissions", b"{}")
    answer = ask(exchange.app, "POST", "/v1/submissions", content=b"{}", headers=fields)
    assert problem_in(answer) == "storage-unavailable"
    assert problem_in(ask(exchange.app, "GET", "/readyz")) == "not-ready"
    own_postgres_server.start()
    assert bengal.outcomes(item) == ["stored"]
    database.close()
