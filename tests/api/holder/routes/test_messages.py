"""/v1/messages and /v1/peers: texts for the desks of the two sides alone, and fingerprints for administrators."""

import pytest
from sqlalchemy import insert

from api.holder.mailing import stored
from api.holder.staff.roles import Role
from api.holder.storage import messages, peers, records
from api.holder.storage.tables import inbox
from api.wire.cards import fingerprint_of
from api.wire.names import new_ref
from tests.api.holder.desk import Desk, body, child
from tests.api.holder.mailing.organisations import identity
from tests.api.service.requests_to import problem_in

PUNJAB = identity("punjab", 4)
TEXT = "canary-4711: she knows the song"


class Talk:
    """A candidate with punjab, as it stands in the inbox, and two messages about it."""

    def __init__(self, desk: Desk, side: str = "custodian", state: str = "released", office: str | None = None) -> None:
        self.desk, self.candidate = desk, new_ref()
        kind = "found" if side == "custodian" else "missing"
        made = desk.call("POST", "/v1/records", json=body(child(kind=kind), office=office))
        with desk.database.write() as conn:
            record = records.by_ref(conn, made.json()["ref"])
            assert record is not None
            values = {
                "candidate": self.candidate, "side": side, "record_id": record.id, "own_version": 1,
                "partner": "punjab", "verdict": "probable", "levels": "[]", "state": state, "revision": 1,
                "since": desk.clock(), "received_at": desk.clock(), "changed_at": desk.clock(),
            }  # fmt: skip
            conn.execute(insert(inbox).values(values))
            peers.put(conn, "punjab", PUNJAB.card, None, desk.clock())

    def received(self, text: str = TEXT, state: str = "received") -> None:
        """Punjab wrote."""
        name, now = new_ref(), self.desk.clock()
        sealed = stored.seal_text(self.desk.vault, "in", name, text, now.isoformat())
        values = {
            "name": name, "direction": "in", "candidate": self.candidate, "partner": "punjab", "kind": "note",
            "state": state, "sealed": sealed,
        }  # fmt: skip
        with self.desk.database.write() as conn:
            messages.add(conn, values, now)

    def texts(self, secret: str, query: str = "") -> list[str]:
        """What somebody reads."""
        answer = self.desk.call("GET", f"/v1/messages{query}", secret)
        assert answer.status_code == 200, answer.text
        return [item["text"] for item in answer.json()["items"]]


def test_both_desks_read_and_write_about_their_own_side(desk: Desk) -> None:
    for side, role, other in (
        ("custodian", Role.CUSTODIAN, Role.REPORTER), ("reporter", Role.REPORTER, Role.CUSTODIAN)
    ):
        talk, secret = Talk(desk, side), desk.member(role)
        talk.received()
        made = desk.call("POST", "/v1/messages", secret, json={"candidate": talk.candidate, "text": "Which song?"})
        assert made.status_code == 201, made.text
        assert made.json()["state"] == "waiting"
        query = f"?candidate={talk.candidate}"
        assert talk.texts(secret, query) == ["Which song?", TEXT]
        assert talk.texts(desk.member(other), query) == []
        refused = desk.call("POST", "/v1/messages", desk.member(other), json={"candidate": talk.candidate, "text": "x"})
        assert problem_in(refused) == "no-such-resource"


@pytest.mark.parametrize("role", [Role.INTAKE, Role.ADMIN, Role.AUDITOR, Role.OFFICER])
def test_nobody_else_reads_or_writes_any(desk: Desk, role: Role) -> None:
    talk = Talk(desk)
    talk.received()
    secret = desk.member(role)
    assert problem_in(desk.call("GET", "/v1/messages", secret)) == "not-allowed"
    written = desk.call("POST", "/v1/messages", secret, json={"candidate": talk.candidate, "text": "x"})
    assert problem_in(written) == "not-allowed"


def test_staff_of_an_office_read_and_write_about_their_offices_children_only(desk: Desk) -> None:
    talk = Talk(desk, office="Kendpur")
    talk.received()
    kendpur, other = (desk.member(Role.CUSTODIAN, office=office) for office in ("Kendpur", "Malda"))
    assert talk.texts(kendpur) == [TEXT]
    assert talk.texts(other) == []
    written = desk.call("POST", "/v1/messages", other, json={"candidate": talk.candidate, "text": "x"})
    unknown = desk.call("POST", "/v1/messages", other, json={"candidate": "A" * 22, "text": "x"})
    assert written.content == unknown.content
    assert problem_in(written) == "no-such-resource"


def test_what_was_opened_and_not_receipted_is_not_shown(desk: Desk) -> None:
    talk = Talk(desk)
    talk.received(state="opened")
    assert talk.texts(desk.member(Role.CUSTODIAN)) == []


def test_messages_come_in_pages_newest_first(desk: Desk) -> None:
    talk, secret = Talk(desk), desk.member(Role.CUSTODIAN)
    for number in range(3):
        talk.received(f"number {number}")
    page = desk.call("GET", "/v1/messages?limit=2", secret).json()
    assert [item["text"] for item in page["items"]] == ["number 2", "number 1"]
    assert talk.texts(secret, f"?after={page['next']}") == ["number 0"]


@pytest.mark.parametrize("sent", [{"text": ""}, {"text": "x" * 10_001}, {"text": "x", "kind": "contact"}, {}])
def test_bodies_that_do_not_fit_are_refused_without_their_text(desk: Desk, sent: dict[str, str]) -> None:
    talk, secret = Talk(desk), desk.member(Role.CUSTODIAN)
    answer = desk.call("POST", "/v1/messages", secret, json={"candidate": talk.candidate, **sent})
    assert problem_in(answer) == "invalid-body"


def test_answers_with_texts_are_not_kept_by_anybody_between(desk: Desk) -> None:
    talk, secret = Talk(desk), desk.member(Role.CUSTODIAN)
    answer = desk.call("POST", "/v1/messages", secret, json={"candidate": talk.candidate, "text": "x"})
    assert answer.headers["cache-control"] == "no-store"


def test_an_administrator_sees_and_confirms_cards(desk: Desk) -> None:
    with desk.database.write() as conn:
        peers.put(conn, "punjab", None, PUNJAB.card, desk.clock())
    admin = desk.member(Role.ADMIN)
    fingerprint = fingerprint_of(PUNJAB.card)
    (shown,) = desk.call("GET", "/v1/peers", admin).json()["items"]
    assert (shown["state"], shown["offered_fingerprint"]) == ("offered", fingerprint)
    wrong = desk.call("POST", "/v1/peers/punjab/trust", admin, json={"fingerprint": "0" * 32})
    assert problem_in(wrong) == "invalid-body"
    typed = fingerprint.upper().replace(" ", "-")
    right = desk.call("POST", "/v1/peers/punjab/trust", admin, json={"fingerprint": typed})
    assert right.json()["state"] == "confirmed"
    assert desk.sync.changes > 0


@pytest.mark.parametrize("role", [Role.CUSTODIAN, Role.REPORTER, Role.AUDITOR, Role.OFFICER, Role.INTAKE])
def test_only_an_administrator_does(desk: Desk, role: Role) -> None:
    secret = desk.member(role)
    assert problem_in(desk.call("GET", "/v1/peers", secret)) == "not-allowed"
    answer = desk.call("POST", "/v1/peers/punjab/trust", secret, json={"fingerprint": "0" * 32})
    assert problem_in(answer) == "not-allowed"


def test_a_partner_that_is_not_confirmed_cannot_be_written_to(desk: Desk) -> None:
    talk, secret = Talk(desk), desk.member(Role.CUSTODIAN)
    with desk.database.write() as conn:
        peers.put(conn, "punjab", PUNJAB.card, identity("punjab", 5).card, desk.clock())
    answer = desk.call("POST", "/v1/messages", secret, json={"candidate": talk.candidate, "text": "x"})
    assert problem_in(answer) == "peer-not-confirmed"
