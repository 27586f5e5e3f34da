"""Questions about candidates go by an index, however many there are; numbers are given anew to what was hidden."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from api.hub.settings import HubSettings
from api.hub.storage import candidates, gone, matched
from api.service.database import Database, open_database
from tests.api.hub.disclosure.pairs import ORDER, Pair
from tests.api.hub.gateways import HUB, Exchange, make_tables


@contextmanager
def plans(database: Database) -> Iterator[list[str]]:
    """SQLite's plan of every statement that is run meanwhile."""
    found: list[str] = []

    def listen(conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "WITH")) and "candidates" in statement:
            given = parameters[0] if many else parameters
            rows = conn.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", given)
            found.append(" | ".join(str(row[3]) for row in rows))

    event.listen(database._engine, "before_cursor_execute", listen)
    try:
        yield found
    finally:
        event.remove(database._engine, "before_cursor_execute", listen)


def test_no_request_reads_the_table_of_candidates_from_end_to_end(tmp_path: Any) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    make_tables(database)
    pair = Pair(Exchange(database, HubSettings(name=HUB, data=tmp_path)))
    with plans(database) as found:
        pair.custodian.get("/v1/candidates")
        pair.reporter.get("/v1/releases")
        pair.decide(pair.custodian, "possible")
        pair.decide(pair.custodian, "release", order=ORDER, signatures=pair.signed(*pair.officers))
        pair.decide(pair.reporter, "accept")
        pair.decide(pair.reporter, "reopen")
        with database.read() as conn:
            candidates.of_records(conn, [1, 2, 3])
            gone.changed_after(conn, 1, 0, 10)
        with database.write() as conn:
            candidates.show_again_of(conn, [1, 2, 3], pair.exchange.clock())
    plan = "\n".join(line for line in found if "SCAN candidates" in line)
    assert len(found) > 10
    assert plan == ""
    assert any("ix_candidates_released" in line for line in found)
    assert any("ix_candidates_custodian_id_sequence" in line for line in found)
    database.close()


@pytest.mark.parametrize("pairs", [1, 2, 400, 401])
def test_the_matcher_finds_candidates_by_an_index(tmp_path: Any, pairs: int) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    make_tables(database)
    keys = [(number, number + 1) for number in range(pairs)]
    with plans(database) as found, database.read() as conn:
        assert matched.candidates_of_pairs(conn, keys) == {}
        assert matched.candidates_of(conn, *zip(*keys, strict=True)) == {}
    assert len(found) == 3 + (pairs > 400)
    assert all("SEARCH candidates USING INDEX" in line for line in found)
    database.close()


@pytest.mark.parametrize("state", ["proposed", "rejected", "released", "withdrawn"])
def test_what_was_hidden_is_told_anew_whatever_its_state(exchange: Exchange, state: str) -> None:
    pair = Pair(exchange)
    pair.set_row(state=state)
    before = pair.row
    with exchange.database.write() as conn:
        candidates.show_again_of(conn, [pair.id_of(pair.found)], exchange.clock())
    assert pair.row["sequence"] > before["sequence"]
    assert pair.row["revision"] == before["revision"]
    with exchange.database.write() as conn:
        conn.execute(text("DELETE FROM pending"))
        candidates.show_again_of(conn, [], exchange.clock())
