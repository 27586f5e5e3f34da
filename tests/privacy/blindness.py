"""What the gateway of a reporter sees and keeps of two reports, of which one has a match and the other has none."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, select

from api.hub.storage import tables as hub_tables
from api.service.database import open_database
from tests.journeys.services import until
from tests.privacy.leak_network import WatchedNetwork
from tests.privacy.recording_proxy import HttpExchange, RecordingProxy

_LAST = "GET /v1/audit/witnesses"
_POLL = "GET /v1/candidates"
_POLLS = 3
_NOW_AND_THEN = ("/v1/policy", "/v1/cards/", "/v1/directory", "/v1/audit/")
"""What a gateway asks for once in a while, by the clock alone."""
Shapes = Counter[tuple[str, tuple[str | int, ...]]]

REPORTED: Mapping[str, Any] = {
    "kind": "missing", "record_id": "BLD-2025-11", "name": "Habibul Laskar", "sex": "male", "age": 8,
    "age_as_of": "2025-05-01", "event_date": "2025-05-01", "father_name": "Motalib Laskar",
    "mother_name": "Jahanara Laskar", "home_state": "West Bengal", "home_district": "Nadia",
    "home_village": "Dhubulia",
}  # fmt: skip
FOUND = {**REPORTED, "kind": "found", "record_id": "BLD/11", "event_date": "2025-05-09"}
# Of the same lengths field by field, so that nothing but a match could make a difference.
UNMATCHED = {
    **REPORTED, "record_id": "BLD-2025-12", "name": "Vikrant Pujari", "father_name": "Somnath Pujari",
    "mother_name": "Shobhana Pujari", "home_state": "Maharashtra", "home_district": "Dhule",
    "home_village": "Shirpurr",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What became of one report at its own gateway.

    ref         the report's
    work        what went over the line for the report, in no order
    polls       the gateway's questions, which it asks again and again, and their answers
    knocks      requests of the hub to this gateway
    kept        rows that the gateway's database has gained, by their columns' lengths
    candidates  their names at the hub
    """

    ref: str
    work: list[HttpExchange]
    polls: list[HttpExchange]
    knocks: int
    kept: Shapes
    candidates: list[str]

    def said(self) -> Counter[bytes]:
        """What was answered to the work, the report's ref aside."""
        return Counter(each.answer_body.replace(self.ref.encode(), b"REF") for each in self.work)

    def asked(self) -> dict[str, set[tuple[tuple[str, int, str, int], bytes]]]:
        """By the question, what all its answers were like; those that it asks with every turn."""
        found: dict[str, set[tuple[tuple[str, int, str, int], bytes]]] = {}
        for each in self.polls:
            if not each.line.removeprefix("GET ").startswith(_NOW_AND_THEN):
                found.setdefault(each.line, set()).add((each.shape, each.answer_body))
        return found


def watch_two_reports(network: WatchedNetwork) -> tuple[Seen, Seen]:
    """Report a child who was found, and one who was not, at a gateway that has reports only."""
    gateway = network.south.gateway
    found = gateway.enter(FOUND, "shelter")["ref"]
    until(lambda: gateway.arrived(found))
    # The first exchange of all asks for the policy; the first errands look at audit logs and copy the directory.
    first = network.north.gateway.enter({**UNMATCHED, "record_id": "BLD-2025-10", "name": "Yashwant Thorat"}, "police")
    until(lambda: network.north.gateway.arrived(first["ref"]))
    until(lambda: any(each.line.startswith(_LAST) for each in network.north.line.since(network.before)))
    return watch(network, {**REPORTED}), watch(network, UNMATCHED)


def watch(network: WatchedNetwork, report: dict[str, Any]) -> Seen:
    """Enter a report, wait for the hub to match it, and for the gateway to have asked a few times."""
    office, url = network.north, network.url("north")
    before, mark, knocked = shapes(url), office.line.mark(), office.knocks.mark()
    ref = office.gateway.enter(report, "police")["ref"]
    until(lambda: office.gateway.arrived(ref))
    until(lambda: not any(each["pending"] for each in network.hub.call("status")["partitions"]))
    matched = office.line.mark()
    until(lambda: sum(each.line.startswith(_POLL) for each in office.line.since(matched)) >= _POLLS)
    exchanges = office.line.since(mark)
    work = [each for each in exchanges if not each.line.startswith("GET ")]
    polls = [each for each in exchanges if each.line.startswith("GET ")]
    knocks = len(office.knocks.since(knocked))
    return Seen(ref, work, polls, knocks, shapes(url) - before, candidates_of(network, ref))


def asked_again(line: RecordingProxy) -> None:
    """Wait until a gateway has asked the hub for all that it asks with every turn, twice."""
    mark = line.mark()
    for poll in _POLL, "GET /v1/receipts":
        until(lambda poll=poll: sum(each.line.startswith(poll) for each in line.since(mark)) >= 2)  # type: ignore[misc]


def shapes(url: str) -> Shapes:
    """Every row of a database: its table, and the length of each text and of all bytes in it."""
    database = open_database(url)
    try:
        with database.read() as conn:
            tables = MetaData()
            tables.reflect(conn)
            rows = [(table.name, row) for table in tables.sorted_tables for row in conn.execute(select(table))]
    finally:
        database.close()
    return Counter((name, tuple(_shape(value) for value in row)) for name, row in rows)


def _shape(value: object) -> str | int:
    return len(value) if isinstance(value, str | bytes) else type(value).__name__


def candidates_of(network: WatchedNetwork, ref: str) -> list[str]:
    """Names of the candidates that the hub has for a report."""
    database = open_database(network.url("hub"))
    try:
        with database.read() as conn:
            records, candidates = hub_tables.records, hub_tables.candidates
            found = select(candidates.c.name).join(records, records.c.id == candidates.c.missing_id)
            return list(conn.execute(found.where(records.c.ref == ref)).scalars())
    finally:
        database.close()
