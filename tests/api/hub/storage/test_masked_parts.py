"""Parts of comparisons never show their codes, and the queries of gateways go by the index."""

import pytest
from sqlalchemy import text

from api.hub.storage import schema
from api.hub.storage.masked_parts import Part, ReadyRow, SideRow
from api.service.database import Database

SIDE = SideRow(3, 1, b"secret-codes", b"\1\0", 0, None, 1, None, None, None)


@pytest.mark.parametrize("value", [Part(1, b"secret-codes", b"", 0, None), SIDE, ReadyRow(1, 1, 1, 1, 2, SIDE, SIDE)])
def test_no_repr_shows_a_code(value: object) -> None:
    assert "secret" not in repr(value)
    assert "secret" not in f"{value}"


@pytest.mark.parametrize("where", [
    "reporter_id = 1 AND missing_codes IS NULL", "custodian_id = 1 AND found_codes IS NULL",
    "partition_id = 1 AND missing_codes IS NOT NULL AND found_codes IS NOT NULL",
])  # fmt: skip
def test_a_gateway_is_answered_from_an_index(database: Database, where: str) -> None:
    schema.create_or_require(database)
    query, explain = f"SELECT id FROM comparisons WHERE {where} AND id > 5 ORDER BY id", "EXPLAIN QUERY PLAN"
    with database.read() as conn:
        if database.dialect == "postgresql":
            # An empty table is read as it is there, unless it is told not to.
            conn.execute(text("SET LOCAL enable_seqscan = off"))
            explain = "EXPLAIN"
        plan = " ".join(str(row[-1]) for row in conn.execute(text(f"{explain} {query}")))
    assert "ix_comparisons_" in plan
    assert "TEMP B-TREE" not in plan
