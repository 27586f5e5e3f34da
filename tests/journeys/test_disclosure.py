"""From candidate to reunion: what each office does, and what is refused on the way."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select, update

from api.hub.storage.partner_tables import cards, messages
from api.hub.storage.tables import partners
from api.service.database import Database, open_database
from api.wire.cards import make_card
from api.wire.request_keys import RequestKey
from tests.journeys.conftest import Network
from tests.journeys.network import Gateway, start_all, stop_all
from tests.journeys.people import ORDER, Officer, Person
from tests.journeys.services import until

NUMBERS = count(1)
GIVEN = ("Asmita", "Rehana", "Sushila", "Lakshmi", "Firoza", "Malati", "Jhuma", "Parvati")
FAMILY = ("Bauri", "Lohar", "Majhi", "Khatun", "Hembram", "Karmakar", "Rajak", "Turi")


def child() -> tuple[dict[str, Any], dict[str, Any]]:
    """A new invented girl, as reported missing and as found."""
    number = next(NUMBERS)
    given, family = GIVEN[number % 8], FAMILY[number * 3 % 8]
    village = f"{('Kash', 'Bel', 'Sona', 'Madhu')[number % 4]}{('bani', 'pukur', 'danga', 'pur')[number * 5 % 4]}"
    home = {
        "father_name": f"{('Nimai', 'Kartik', 'Yusuf', 'Dhiren', 'Paresh')[number % 5]} {family}",
        "mother_name": f"{('Sabita', 'Anjali', 'Rokeya', 'Bimala', 'Chhaya')[number * 2 % 5]} {family}",
        "home_state": "West Bengal", "home_district": "Birbhum", "home_village": village,
    }  # fmt: skip
    report = {
        "record_id": f"BIR-{number}", "kind": "missing", "name": f"{given} {family}", "sex": "female",
        "age": 6 + number % 9, "age_as_of": "2025-04-01", "event_date": "2025-04-01", **home,
    }  # fmt: skip
    found = {
        "record_id": f"LDH-{number}", "kind": "found", "name": given, "name_source": "child", "sex": "female",
        "age_min": 5 + number % 9, "age_max": 7 + number % 9, "age_basis": "visual", "event_date": "2025-05-28", **home,
    }  # fmt: skip
    return report, found


@dataclass(frozen=True)
class Desks:
    """People of the two offices: Punjab has the children, Bengal looks for them."""

    custodian: Person
    first: Officer
    second: Officer
    reporter: Person
    intake: Person


@pytest.fixture(scope="module")
def desks(network: Network) -> Desks:
    """Everybody has an account; the officers' keys are confirmed; the offices trust each other's cards."""
    punjab, bengal = network.punjab, network.bengal
    made = Desks(
        Person(punjab, "harpreet", "custodian"), Officer(punjab, network.hub, "gurmeet"),
        Officer(punjab, network.hub, "simran"), Person(bengal, "debjani", "reporter"),
        Person(bengal, "tapan", "intake"),
    )  # fmt: skip
    befriend(punjab, "bengal")
    befriend(bengal, "punjab")
    return made


def befriend(gateway: Gateway, partner: str) -> None:
    """Compare a partner's fingerprint, as read out on the telephone, and trust its card."""

    def shown() -> list[str]:
        rows = gateway.call("peer", "list")["peers"]
        return [row["offered_fingerprint"] for row in rows if row["partner"] == partner and row["offered_fingerprint"]]

    gateway.call("peer", "trust", partner, *until(shown)[0].split())


def proposed(desks: Desks, network: Network) -> tuple[str, str, str]:
    """A new child, reported and found: the candidate's name, and the refs of report and found record."""
    report, found = child()
    missing = network.bengal.enter(report, "police")["ref"]
    until(lambda: network.bengal.arrived(missing))
    ref = network.punjab.enter(found, "shelter")["ref"]
    wanted = {"partner": "bengal", "verdict": "probable"}
    candidate = until(lambda: [item for item in network.punjab.inbox(ref) if wanted.items() <= item.items()])[0]
    return candidate["candidate"], missing, ref


def seen_by(person: Person, ref: str) -> dict[str, Any]:
    """All that somebody of the reporter's office can ask for."""
    paths = (f"/v1/records/{ref}", "/v1/records", "/v1/releases", "/v1/worklist", "/v1/inbox", "/v1/messages")
    answers = {path: person.ask("GET", path) for path in paths}
    return {path: (answer.status_code, answer.json()) for path, answer in answers.items()}


def test_a_child_goes_home(network: Network, desks: Desks) -> None:
    candidate, _, _ = proposed(desks, network)
    desks.custodian.decide("inbox", candidate, "possible", text="Her mother's name fits.")
    assert desks.first.sign(candidate, ORDER).status_code < 300
    assert desks.second.sign(candidate).status_code < 300
    released = until(
        lambda: [row for row in desks.reporter.done("GET", "/v1/releases")["items"] if row["candidate"] == candidate]
    )[0]
    assert released["partner"] == "punjab"
    assert released["state"] == "released"
    assert "Ludhiana" not in str(released)  # neither the order nor where the child is
    desks.reporter.decide("releases", candidate, "accept")
    # Both desks get each other's address, sealed, and then the candidate has its next state by itself.
    until(lambda: desks.custodian.done("GET", f"/v1/inbox/{candidate}")["state"] == "contact")
    texts = until(lambda: desks.reporter.done("GET", f"/v1/messages?candidate={candidate}")["items"])
    assert any("desk of punjab" in message["text"] for message in texts)
    desks.reporter.done("POST", "/v1/messages", {"candidate": candidate, "text": "The parents come on Monday."})
    until(
        lambda: "Monday" in str(desks.custodian.done("GET", f"/v1/messages?candidate={candidate}")["items"])
    )
    for decision in ("verify", "reunite"):
        desks.custodian.decide("inbox", candidate, decision)
    done = desks.custodian.decide("inbox", candidate, "close", reason="done")
    assert done["state"] == "closed"
    until(lambda: desks.reporter.done("GET", f"/v1/releases/{candidate}")["state"] == "closed")
    leaves = network.hub.call("verify-audit")
    assert leaves["faults"] == []


def test_nothing_is_released_without_an_order_or_by_one_person(network: Network, desks: Desks) -> None:
    candidate, report, _ = proposed(desks, network)
    before = seen_by(desks.reporter, report)
    desks.custodian.decide("inbox", candidate, "possible")
    revision = desks.custodian.done("GET", f"/v1/inbox/{candidate}")["revision"]
    path = f"/v1/inbox/{candidate}"
    # No way around the officers: not by a decision, not by the custodian, not by the administrator.
    released = {"decision": "release", "revision": revision}
    assert desks.custodian.refused("POST", f"{path}/decisions", released) == "invalid-body"
    signed = {"revision": revision, "passphrase": desks.first.passphrase}
    assert desks.custodian.refused("POST", f"{path}/release", {**signed, "order": ORDER}) == "not-allowed"
    assert desks.first.refused("POST", f"{path}/release", signed) == "invalid-body"
    long = {**ORDER, "number": "9" * 10_000}
    assert desks.first.refused("POST", f"{path}/release", {**signed, "order": long}) == "invalid-body"
    approved = {"revision": revision, "passphrase": desks.second.passphrase}
    assert desks.second.refused("POST", f"{path}/release/approval", approved) == "order-required"
    assert desks.first.sign(candidate, ORDER).status_code == 202
    # The same person cannot be the second one, neither with the own passphrase nor with another's.
    assert desks.first.refused("POST", f"{path}/release/approval", signed) == "second-person-required"
    assert desks.second.refused("POST", f"{path}/release/approval", signed) == "not-allowed"
    assert seen_by(desks.reporter, report) == before
    assert desks.first.ask("DELETE", f"{path}/release").status_code == 204
    desks.custodian.decide("inbox", candidate, "reject", reason="other_child")
    assert seen_by(desks.reporter, report) == before


def test_a_rejected_pair_stays_away_until_there_is_new_evidence(network: Network, desks: Desks) -> None:
    report, found = child()
    bare = {key: value for key, value in found.items() if key not in ("father_name", "mother_name")}
    missing = network.bengal.enter(report, "police")["ref"]
    ref = network.punjab.enter(bare, "shelter")["ref"]
    wanted = {"partner": "bengal", "verdict": "probable"}
    fitting = until(lambda: [row for row in network.punjab.inbox(ref) if wanted.items() <= row.items()])
    candidate = fitting[0]["candidate"]
    desks.custodian.decide("inbox", candidate, "reject", reason="family_differs")
    for _ in range(2):
        network.hub.call("crossmatch")
        assert network.punjab.inbox(ref) == [row for row in network.punjab.inbox(ref) if row["candidate"] != candidate]
    # A correction that is no evidence changes nothing either.
    correct(network.punjab, ref, {**bare, "hair": "straight"}, 1)
    until(lambda: network.punjab.arrived(ref))
    network.hub.call("crossmatch")
    assert desks.custodian.done("GET", f"/v1/inbox/{candidate}")["state"] == "rejected"
    # She names her parents.
    correct(network.punjab, ref, found, 2)
    until(lambda: desks.custodian.done("GET", f"/v1/inbox/{candidate}")["state"] == "proposed")
    assert network.bengal.arrived(missing)


def correct(gateway: Gateway, ref: str, record: dict[str, Any], version: int) -> None:
    """Replace a record whose version is known."""
    body = {"record": record, "source": "shelter"}
    answer = gateway.ask("intake", "PUT", f"/v1/records/{ref}", json=body, headers={"if-match": f'"{version}"'})
    assert answer.status_code == 200, answer.text


def test_who_files_variants_to_find_a_child_learns_nothing(network: Network, desks: Desks) -> None:
    report, found = child()
    ref = network.punjab.enter(found, "shelter")["ref"]
    until(lambda: network.punjab.arrived(ref))
    changes: list[dict[str, Any]] = [
        {}, {"name": GIVEN[2]}, {"age": report["age"] + 1}, {"name": GIVEN[5], "age": report["age"] - 1},
        {"mother_name": "Shefali"},
    ]  # fmt: skip
    decoy, _ = child()
    decoy_ref = network.bengal.enter({**decoy, "home_village": "Nowhere", "father_name": "Nobody"}, "police")["ref"]
    refs = []
    for number, change in enumerate(changes):
        body = {"record": {**report, **change, "record_id": f"{report['record_id']}/{number}"}, "source": "police"}
        refs.append(desks.intake.done("POST", "/v1/records", body)["ref"])
        until(lambda: network.bengal.arrived(refs[-1]))
    rows = until(
        lambda: [row for row in network.hub.call("alarm", "list")["alarms"] if row["kind"] == "variants"]
    )
    assert {row["partner"] for row in rows} == {"bengal"}
    # The shelter sees who asks, and cannot release to them.
    held = until(lambda: stopped(network.punjab, ref, len(changes)))
    candidate = held[0]["candidate"]
    desks.custodian.decide("inbox", candidate, "possible")
    answer = desks.first.sign(candidate, ORDER)
    assert answer.json()["type"].endswith("release-stopped"), answer.text
    assert desks.custodian.done("GET", f"/v1/inbox/{candidate}")["state"] == "possible"
    # The prober's receipts read as those of a report that matched nothing.
    mine = {key: value for key, value in network.bengal.read(refs[0]).json().items() if key not in VARYING}
    other = {key: value for key, value in network.bengal.read(decoy_ref).json().items() if key not in VARYING}
    assert mine.keys() == other.keys()
    assert mine["sharing"] == other["sharing"]
    assert desks.reporter.done("GET", "/v1/releases")["items"] == [
        row for row in desks.reporter.done("GET", "/v1/releases")["items"] if row["candidate"] != candidate
    ]


def stopped(gateway: Gateway, ref: str, number: int) -> list[dict[str, Any]]:
    """The candidates of a found record that the hub stops, once there are so many."""
    found = [row for row in gateway.inbox(ref) if row["stopped"]]
    return found if len(found) == number else []


VARYING = ("ref", "record", "created_at", "changed_at", "etag")


def test_two_shelters_records_of_one_child_are_one_timeline_and_separated_again(
    network: Network, desks: Desks
) -> None:
    _, found = child()
    first = network.punjab.enter(found, "shelter")["ref"]
    until(lambda: network.punjab.arrived(first))
    later = {**found, "record_id": f"PAT-{next(NUMBERS)}", "event_date": "2025-08-19"}
    second = network.bihar.enter(later, "shelter")["ref"]
    bihar = Person(network.bihar, f"rukmini-{second[:4].lower().strip('-_')}x", "custodian")
    people = {first: desks.custodian, second: bihar}

    def link_of(ref: str) -> dict[str, Any]:
        rows = until(lambda: [r for r in people[ref].done("GET", "/v1/links")["items"] if r["own"]["ref"] == ref])
        return dict(rows[0])

    def say(ref: str, word: str) -> None:
        link = link_of(ref)
        people[ref].done("POST", f"/v1/links/{link['link']}/words", {"word": word, "revision": link["revision"]})

    say(first, "same")
    say(second, "same")
    until(lambda: link_of(first)["state"] == link_of(second)["state"] == "joined")
    assert [wait_for_stays(people[ref], ref, 2) for ref in people] == [["punjab", "bihar"]] * 2
    say(second, "different")
    until(lambda: link_of(first)["state"] == link_of(second)["state"] == "separated")
    # Each has its own stay again, and nothing of the other's.
    for ref, person in people.items():
        wait_for_stays(person, ref, 1)
        assert person.done("GET", f"/v1/records/{ref}/timeline")["stays"][0]["own"]["ref"] == ref


def wait_for_stays(person: Person, ref: str, number: int) -> list[str]:
    """Where a child stayed, in order, once so many stays are known."""

    def stays() -> list[str]:
        found = person.done("GET", f"/v1/records/{ref}/timeline")["stays"]
        return [stay["partner"] for stay in found] if len(found) == number else []

    return until(stays)


def brought_to_contact(network: Network, desks: Desks) -> str:
    """A candidate whose desks have each other's address; gives its name."""
    candidate, _, _ = proposed(desks, network)
    desks.custodian.decide("inbox", candidate, "possible")
    assert desks.first.sign(candidate, ORDER).status_code < 300
    assert desks.second.sign(candidate).status_code < 300
    until(lambda: desks.reporter.ask("GET", f"/v1/releases/{candidate}").status_code == 200)
    desks.reporter.decide("releases", candidate, "accept")
    until(lambda: desks.custodian.done("GET", f"/v1/inbox/{candidate}")["state"] == "contact")
    return candidate


def test_a_key_that_an_attacker_replaced_at_the_hub_is_refused_by_both_gateways(
    network: Network, desks: Desks
) -> None:
    candidate = brought_to_contact(network, desks)
    database = open_database(network.hub.environment["MILAP_HUB_DATABASE"])
    own = select(cards.c.content).join(partners, partners.c.id == cards.c.partner_id).where(partners.c.name == "bengal")
    with database.read() as conn:
        true_card = conn.execute(own).scalar_one()
    kept = {name: json.loads(true_card)[name] for name in ("partner", "message_key", "masking_key")}
    attacker = {**kept, "made_at": datetime.now(UTC)}
    try:
        put_card(network, database, make_card(RequestKey.generate(), attacker).model_dump_json())
        assert until(lambda: peer_state(network.punjab, "bengal") == "changed")
        until(lambda: network.bengal.call("status")["mail"]["own_card_replaced_since"])
        note = {"candidate": candidate, "text": "For nobody but the other desk."}
        assert desks.custodian.refused("POST", "/v1/messages", note) == "peer-not-confirmed"
        desks.reporter.ask("POST", "/v1/messages", note)
        notes = select(func.count()).where(messages.c.kind == "note", messages.c.envelope.is_not(None))
        with database.read() as conn:
            assert conn.execute(notes).scalar_one() == 0
    finally:
        put_card(network, database, true_card)
        database.close()
    # With the true key back, what waited goes.
    until(lambda: peer_state(network.punjab, "bengal") == "confirmed")
    until(lambda: "nobody but" in str(desks.custodian.done("GET", f"/v1/messages?candidate={candidate}")["items"]))


def put_card(network: Network, database: Database, content: str) -> None:
    """Replace Bengal's card in the hub's database; the gateways start again, and so look at once."""
    number = select(partners.c.id).where(partners.c.name == "bengal").scalar_subquery()
    with database.write() as conn:
        conn.execute(update(cards).where(cards.c.partner_id == number).values(content=content))
    stop_all(network.punjab, network.bengal)
    start_all(network.punjab, network.bengal)


def peer_state(gateway: Gateway, partner: str) -> str:
    """How a gateway stands to a partner's card."""
    return str({row["partner"]: row["state"] for row in gateway.call("peer", "list")["peers"]}[partner])
