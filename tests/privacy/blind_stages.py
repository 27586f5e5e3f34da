"""What a reporter sees of a report with a match, and of one without, while the other side reviews and alarms stand."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy import select

from api.hub.probing.raising import raise_alarms
from api.hub.probing.suspicions import Suspicion
from api.hub.storage.tables import partners
from api.service.database import open_database
from tests.journeys.services import until
from tests.privacy.blindness import REPORTED, UNMATCHED, Seen, asked_again
from tests.privacy.leak_network import WatchedNetwork
from tests.privacy.leak_people import ORDER, People
from tests.privacy.leaks import SAID
from tests.privacy.reporter_view import NOBODY, View, Watched, whole_view

Stages = dict[str, tuple[View, View]]
"""By what the other side had just done: the views of the report that has a match, and of the one that has none."""


def through_the_stages(network: WatchedNetwork, people: People, reports: tuple[Seen, Seen]) -> Stages:
    """Everything that can become of a candidate before a release, and what the reporter sees after each step."""
    matched, unmatched = reports
    (candidate,) = matched.candidates
    refs = {matched.ref: "REF", unmatched.ref: "REF"}
    cells = {str(UNMATCHED[name]): str(cell) for name, cell in REPORTED.items() if UNMATCHED[name] != cell}
    watched = Watched(matched.ref, candidate, {**refs, **cells, candidate: NOBODY})
    other = Watched(unmatched.ref, NOBODY, {**refs, **cells})
    steps: Mapping[str, Callable[[], object]] = {
        "proposed": lambda: None,
        "possible": lambda: people.custodian.decide("inbox", candidate, "possible", text=SAID["belief"]),
        "an alarm stands": lambda: alarm(network, matched.ref),
        "nobody may release": lambda: stopped_release(people, candidate),
        "the alarm was cleared": lambda: network.hub.call("alarm", "clear", "1"),
        "rejected": lambda: people.custodian.decide(
            "inbox", candidate, "reject", reason="other_child", text=SAID["reject"]
        ),
    }
    seen: Stages = {}
    for name, step in steps.items():
        step()
        asked_again(network.north.line)
        seen[name] = whole_view(network, people.north, watched), whole_view(network, people.north, other)
    return seen


def alarm(network: WatchedNetwork, ref: str) -> None:
    """What the hub does when it has found too many variants of a report."""
    database = open_database(network.url("hub"))
    try:
        with database.write() as conn:
            number = conn.execute(select(partners.c.id).where(partners.c.name == "north")).scalar_one()
            suspicion = Suspicion(f"variants {number} {ref}", "variants", "stop", number, "north", frozenset({ref}))
            raise_alarms(conn, [suspicion], {}, datetime.now(UTC))
    finally:
        database.close()
    (standing,) = network.hub.call("alarm", "list")["alarms"]
    assert (standing["partner"], standing["kind"]) == ("north", "variants")


def stopped_release(people: People, candidate: str) -> None:
    """An officer would sign, and may not."""
    path = f"/v1/inbox/{candidate}"
    until(lambda: people.custodian.done("GET", path)["stopped"])
    answer = people.first.sign(candidate, ORDER)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:milap:problem:release-stopped")
    assert people.custodian.done("GET", path)["state"] == "possible"
