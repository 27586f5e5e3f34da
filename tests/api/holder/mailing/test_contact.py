"""The contact message: once each way, of the desk alone where the location is protected."""

import pytest

from api.holder.mailing.noted import mail_status
from tests.api.holder.mailing.organisations import Correspondence

PLACE = "Home for girls, Kendpur"
OTHER = "Z" * 21 + "A"


def test_both_desks_get_each_others_contact_and_the_candidate_comes_to_contact(accepted: Correspondence) -> None:
    accepted.confirm()
    accepted.turns(3)
    assert accepted.reporter.texts("in") == ["Desk of Khulna, 041 555 0199"]
    assert accepted.custodian.texts("in") == ["Desk of Bengal, 033 555 0100"]
    row = accepted.pair.row
    assert row["state"] == "contact"
    assert row["due_at"] is not None


def test_one_contact_message_is_not_enough(accepted: Correspondence) -> None:
    accepted.reporter.contact_desk = ""
    accepted.reporter.restart()
    accepted.confirm()
    accepted.turns(3)
    assert accepted.pair.row["state"] == "accepted"
    with accepted.reporter.database.read() as conn:
        assert mail_status(conn)["contact_desk_missing"]
    accepted.reporter.contact_desk = "Desk of Bengal"
    accepted.reporter.restart()
    accepted.turns(3)
    assert accepted.pair.row["state"] == "contact"
    with accepted.reporter.database.read() as conn:
        assert not mail_status(conn)["contact_desk_missing"]


def test_it_is_written_once_however_often_the_gateway_starts_again(accepted: Correspondence) -> None:
    accepted.confirm()
    for _ in range(3):
        accepted.turns()
        accepted.reporter.restart()
        accepted.custodian.restart()
    assert len(accepted.reporter.texts("out")) == len(accepted.custodian.texts("out")) == 1


def test_nothing_is_written_before_the_reporter_accepts(mail: Correspondence) -> None:
    mail.turns(2)
    assert mail.reporter.texts("out") == mail.custodian.texts("out") == []


@pytest.mark.parametrize(("protect", "told"), [("true", False), ("", False), ("false", True)])
def test_the_office_is_told_only_where_the_record_lets_others_know_the_place(
    accepted: Correspondence, protect: str, told: bool
) -> None:
    cells = {"protect_location": protect} if protect else {}
    accepted.custodian.knows(OTHER, accepted.reporter.name, "accepted", found_place=PLACE, **cells)
    accepted.custodian.turn()
    (text,) = [each["text"] for each in accepted.custodian.messages() if each["candidate"] == OTHER]
    assert ("Shelter Kendpur" in text) is told
    assert PLACE not in text
    assert "Hansda" not in text


def test_a_reporters_office_is_never_told(accepted: Correspondence) -> None:
    accepted.reporter.knows(OTHER, accepted.custodian.name, "accepted", protect_location="false")
    accepted.reporter.turn()
    assert not any("Shelter" in text for text in accepted.reporter.texts("out"))
