"""What an erasure leaves of a record at its gateway."""

from datetime import date

from sqlalchemy import insert, select

from api.holder.intake.sight import EVERYTHING
from api.holder.reviewing.orders import Order
from api.holder.storage.tables import decisions, inbox, links, messages, metadata, records
from tests.api.holder.desk import START, Desk, child

CANDIDATES = ["c" * 21 + letter for letter in "ab"]


def test_an_erasure_takes_candidates_decisions_messages_links_and_orders_with_it(desk: Desk) -> None:
    refs = [desk.create(number, kind="found").json()["ref"] for number in (1, 2)]
    with desk.database.write() as conn:
        ids = [conn.execute(select(records.c.id).where(records.c.ref == ref)).scalar_one() for ref in refs]
        for record_id, name in zip(ids, CANDIDATES, strict=True):
            conn.execute(insert(inbox).values(
                candidate=name, side="custodian", record_id=record_id, own_version=1, partner="punjab",
                verdict="probable", levels="[]", state="possible", revision=1, since=START, received_at=START,
                changed_at=START,
            ))  # fmt: skip
            conn.execute(insert(decisions).values(
                name=name, candidate=name, decision="possible", revision=1, signatures="[]", state="waiting", by="a",
                created_at=START, changed_at=START,
            ))  # fmt: skip
            conn.execute(insert(messages).values(
                name=name, direction="in", candidate=name, partner="punjab", kind="note", state="received",
                sealed=b"s", created_at=START, changed_at=START,
            ))  # fmt: skip
        for name, own, other in (("l" * 22, ids[0], None), ("m" * 22, ids[1], ids[0]), ("n" * 22, ids[1], None)):
            conn.execute(insert(links).values(
                name=name, record_id=own, own_version=1, partner="punjab", other_record_id=other, levels="[]",
                state="proposed", revision=1, received_at=START, changed_at=START,
            ))  # fmt: skip
    holds = desk.gateway.holds
    holds.place(refs[0], Order("High Court", "1 of 2026", date(2026, 10, 1)), "clerk", EVERYTHING)
    holds.lift(refs[0], "clerk", EVERYTHING)
    assert desk.call("DELETE", f"/v1/records/{refs[0]}", desk.admin).status_code == 200
    with desk.database.read() as conn:
        for table in (inbox, decisions, messages):
            assert list(conn.execute(select(table.c.candidate)).scalars()) == CANDIDATES[1:]
        assert list(conn.execute(select(links.c.name)).scalars()) == ["n" * 22]
        left = "\n".join(str(row) for table in metadata.sorted_tables for row in conn.execute(select(table)))
        assert conn.execute(select(records.c.hold_sealed).where(records.c.ref == refs[0])).scalar_one() is None
    assert CANDIDATES[0] not in left
    assert CANDIDATES[1] in left
    assert desk.call("GET", f"/v1/records/{refs[1]}").json()["record"]["name"] == child(2)["name"]
