"""Releases: an order on record, two people, and no alarm."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from api.hub.storage.kinship_tables import alarm_records, alarms
from api.hub.storage.tables import decisions
from tests.api.hub.disclosure.pairs import ORDER, Pair
from tests.api.hub.gateways import Exchange
from tests.api.service.requests_to import problem_in


@pytest.fixture
def possible(exchange: Exchange) -> Pair:
    return Pair(exchange).brought_to("possible")


def alarm(pair: Pair, ref: str, of: str, effect: str = "stop", state: str = "open", hours: float = 24) -> None:
    now = pair.exchange.clock()
    with pair.exchange.database.write() as conn:
        values = {
            "subject": f"{ref} {effect} {state}", "partner_id": pair.exchange.known(of).id, "kind": "variants",
            "effect": effect, "state": state, "records": 1, "until": now + timedelta(hours=hours), "raised_at": now,
            "changed_at": now,
        }
        number = conn.execute(insert(alarms).values(**values).returning(alarms.c.id)).scalar_one()
        conn.execute(insert(alarm_records).values(alarm_id=number, partner_id=values["partner_id"], ref=ref))


def test_a_release_with_order_and_two_officers_is_taken(possible: Pair) -> None:
    assert possible.release().json()["state"] == "released"
    now = possible.exchange.clock()
    assert possible.row["released_at"] == now
    assert possible.row["due_at"] == now + timedelta(hours=possible.exchange.settings.reporter_hours)
    taken = possible.exchange.rows(decisions)[-1]
    assert (taken["order_mark"], taken["officers"]) == (ORDER, " ".join(o.name for o in possible.officers))


def test_without_an_order_or_a_second_person_it_is_refused(possible: Pair) -> None:
    first, second = possible.officers
    assert problem_in(possible.release(order=None)) == "order-required"
    for signatures in ([], possible.signed(first), possible.signed(first, first)):
        assert problem_in(possible.release(signatures=signatures)) == "second-person-required"
    # The name alone is not a second person.
    borrowed = [possible.signed(first)[0], {**possible.signed(first)[0], "officer": second.name}]
    assert problem_in(possible.release(signatures=borrowed)) == "officer-unknown"
    assert possible.row["state"] == "possible"


def test_only_active_officers_of_the_custodian_count(possible: Pair) -> None:
    good = possible.officers[0]
    pending, foreign = possible.officer(confirmed=False), possible.officer(of="bengal")
    gone = possible.officer()
    assert possible.custodian.send("DELETE", f"/v1/officers/{gone.name}").json()["state"] == "revoked"
    for other in (pending, foreign, gone):
        assert problem_in(possible.release(signatures=possible.signed(good, other))) == "officer-unknown"
    assert possible.release().status_code == 200


@pytest.mark.parametrize("change", [
    {"revision": 7}, {"found_version": 2}, {"order": "P" * 42 + "A"}, {"candidate": "x" * 22}, {"hub": "other"},
    {"custodian": "bengal"}, {"found_ref": "y" * 22},
])  # fmt: skip
def test_a_signature_counts_for_the_very_candidate_and_order(possible: Pair, change: dict[str, object]) -> None:
    signatures = [*possible.signed(possible.officers[0]), *possible.signed(possible.officers[1], **change)]
    assert problem_in(possible.release(signatures=signatures)) == "officer-unknown"


def test_a_signature_for_something_else_is_none(possible: Pair) -> None:
    statement = b"anything"
    signatures = [
        {"officer": officer.name, "signature": officer.key.sign_bytes("audit checkpoint", statement)}
        for officer in possible.officers
    ]
    assert problem_in(possible.release(signatures=signatures)) == "officer-unknown"


@pytest.mark.parametrize(("effect", "state", "hours", "stops"), [
    ("stop", "open", 0, True), ("stop", "upheld", 0, True), ("stop", "cleared", 0, False), ("slow", "open", 1, True),
    ("slow", "open", -1, False), ("slow", "upheld", 1, False), ("note", "open", 1, False),
])  # fmt: skip
def test_a_report_that_an_alarm_holds_back_is_shown_so_and_not_released(
    possible: Pair, effect: str, state: str, hours: float, stops: bool
) -> None:
    alarm(possible, possible.missing, "bengal", effect, state, hours)
    (notice,) = possible.seen(possible.custodian, "candidates")
    assert notice["stopped"] is stops
    answer = possible.release()
    if stops:
        assert problem_in(answer) == "release-stopped"
        assert possible.seen(possible.reporter, "releases") == []
    else:
        assert answer.status_code == 200


def test_a_child_that_an_alarm_holds_back_is_nothing_to_its_custodian(possible: Pair) -> None:
    stood = possible.custodian.get("/v1/candidates").json()["next"]
    possible.set_row(revision=3)
    alarm(possible, possible.found, "khulna")
    nothing = possible.custodian.get(f"/v1/candidates?after={stood}").json()
    assert nothing == {"items": [], "next": stood, "more": False}
    assert possible.custodian.get("/v1/candidates").json() == {"items": [], "next": 0, "more": False}
    assert problem_in(possible.release()) == "no-such-resource"
    assert possible.row["state"] == "possible"
