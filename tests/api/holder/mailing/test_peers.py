"""Cards: nothing is sealed for or believed of one that no person has confirmed, whatever the hub shows."""

import io

import pytest
from sqlalchemy import delete, update

from api.holder.mailing import noted
from api.holder.mailing.own_card import publish_again
from api.holder.mailing.peers import PeerBook
from api.holder.mailing.sealing import Letter, seal
from api.holder.masking.noted import Progress, keep_progress
from api.holder.storage import facts
from api.holder.storage.tables import messages, peers
from api.hub.storage.partner_tables import cards as hub_cards
from api.hub.storage.partner_tables import messages as hub_messages
from api.wire.cards import PartnerCard, fingerprint_of
from api.wire.messages import Envelope, digest_of, sign_receipt_for
from api.wire.names import new_ref
from api.wire.problems import ProblemError
from matcher.errors import InputError
from tests.api.holder.mailing.organisations import Correspondence, Organisation, identity


def replace_card(mail: Correspondence, partner: str, card: PartnerCard) -> None:
    """The hub shows another card for a partner."""
    number = mail.pair.exchange.known(partner).id
    with mail.pair.exchange.database.write() as conn:
        wanted = hub_cards.c.partner_id == number
        conn.execute(update(hub_cards).where(wanted).values(content=card.model_dump_json()))


def card_at_hub(mail: Correspondence, partner: str) -> PartnerCard:
    number = mail.pair.exchange.known(partner).id
    (row,) = [row for row in mail.pair.exchange.rows(hub_cards) if row["partner_id"] == number]
    return PartnerCard.model_validate_json(row["content"])


def states(organisation: Organisation) -> list[str]:
    return [each["state"] for each in organisation.book.everyone()]


def test_a_first_card_is_offered_and_nothing_is_written_before_it_is_confirmed(strangers: Correspondence) -> None:
    strangers.turns(2)
    assert states(strangers.reporter) == ["offered"]
    with pytest.raises(ProblemError) as refused:
        strangers.reporter.write(strangers.candidate, "one")
    assert refused.value.kind == "peer-not-confirmed"


def test_another_fingerprint_confirms_nothing(strangers: Correspondence) -> None:
    strangers.turns(2)
    for wrong in ("", "0" * 32, fingerprint_of(strangers.reporter.card())):
        with pytest.raises(InputError, match="not the fingerprint"):
            strangers.reporter.book.trust(strangers.custodian.name, wrong, "admin")
    with pytest.raises(InputError, match="no card"):
        strangers.reporter.book.trust("nobody", "0" * 32, "admin")
    assert states(strangers.reporter) == ["offered"]


def test_a_message_from_somebody_unconfirmed_waits_at_the_hub_and_comes_once_they_are(
    strangers: Correspondence,
) -> None:
    strangers.turns(2)
    strangers.reporter.book.trust(strangers.custodian.name, fingerprint_of(strangers.custodian.card()), "admin")
    strangers.reporter.write(strangers.candidate, "one")
    strangers.turns(2)
    assert strangers.custodian.rows(messages) == []
    assert strangers.reporter.states() == ["sent"]
    strangers.custodian.book.trust(strangers.reporter.name, fingerprint_of(strangers.reporter.card()), "admin")
    strangers.turns(2)
    assert strangers.custodian.texts("in") == ["one"]
    assert strangers.reporter.states() == ["delivered"]


def test_a_card_replaced_at_the_hub_stops_both_gateways(mail: Correspondence, log: io.StringIO) -> None:
    mallory = identity(mail.custodian.name, 9)
    replace_card(mail, mail.custodian.name, mallory.card)
    mail.reporter.write(mail.candidate, "for the custodian only")
    mail.turns(2)
    assert states(mail.reporter) == ["changed"]
    assert mail.pair.exchange.rows(hub_messages) == []
    assert mail.reporter.states() == ["waiting"]
    with pytest.raises(ProblemError) as refused:
        mail.reporter.write(mail.candidate, "two")
    assert refused.value.kind == "peer-not-confirmed"
    with mail.custodian.database.read() as conn:
        assert noted.mail_status(conn)["own_card_replaced_since"] is not None
    assert "another card for this gateway" in log.getvalue()
    assert "another card for a partner" in log.getvalue()
    mail.custodian.write(mail.candidate, "nobody gets this")
    mail.turns(2)
    assert mail.pair.exchange.rows(hub_messages) == []


def test_traffic_goes_on_when_the_confirmed_card_is_back(mail: Correspondence) -> None:
    card = card_at_hub(mail, mail.custodian.name)
    replace_card(mail, mail.custodian.name, identity(mail.custodian.name, 9).card)
    mail.reporter.write(mail.candidate, "one")
    mail.turns(2)
    replace_card(mail, mail.custodian.name, card)
    mail.turns(2)
    assert states(mail.reporter) == ["confirmed"]
    assert mail.custodian.texts("in") == ["one"]


def test_the_operator_can_bring_the_own_card_back(mail: Correspondence) -> None:
    replace_card(mail, mail.custodian.name, identity(mail.custodian.name, 9).card)
    mail.turns()
    assert publish_again(mail.custodian.database, mail.custodian.clock())
    mail.turns(2)
    assert card_at_hub(mail, mail.custodian.name) == mail.custodian.card()
    with mail.custodian.database.read() as conn:
        assert facts.get(conn, noted.OWN_CARD_DOUBT) is None


def test_a_hub_that_signs_messages_with_a_key_of_its_own_is_not_believed(mail: Correspondence) -> None:
    """The hub has both public keys: it can seal, and cannot sign."""
    hub = identity(mail.reporter.name, 9)
    letter = Letter(new_ref(), mail.candidate, "note", "Bring the child to the station.", mail.pair.exchange.clock())
    forged = seal(letter, hub, mail.custodian.card())
    mail.reporter.write(mail.candidate, "one")
    mail.reporter.turn()
    with mail.pair.exchange.database.write() as conn:
        conn.execute(update(hub_messages).values(name=forged.id, envelope=forged.model_dump_json()))
    mail.custodian.turn()
    assert mail.custodian.rows(messages) == []
    with mail.custodian.database.read() as conn:
        found = noted.mail_status(conn)["refused_incoming"]
    assert (found["count"], found["why"], found["partner"]) == (1, "signature", mail.reporter.name)
    mail.custodian.turn()
    with mail.custodian.database.read() as conn:
        assert noted.mail_status(conn)["refused_incoming"]["count"] == 1


def test_a_receipt_that_the_hub_made_up_is_not_believed(mail: Correspondence) -> None:
    mail.custodian.wire.fails = lambda method, path, done: True
    mail.reporter.write(mail.candidate, "one")
    mail.reporter.turn()
    hub = identity(mail.custodian.name, 9)
    (row,) = mail.reporter.rows(messages)
    envelope = Envelope.model_validate_json(row["envelope"])
    made_up = sign_receipt_for(
        hub.request_key, id_=envelope.id, sender=envelope.sender, recipient=envelope.recipient,
        digest=digest_of(envelope.sealed), at=mail.pair.exchange.clock(),
    )  # fmt: skip
    with mail.pair.exchange.database.write() as conn:
        conn.execute(update(hub_messages).values(receipt=made_up.model_dump_json()))
    mail.reporter.turn()
    assert mail.reporter.states() == ["sent"]


def test_after_a_new_card_is_confirmed_what_was_on_its_way_is_sealed_anew(mail: Correspondence) -> None:
    mail.reporter.write(mail.candidate, "one")
    mail.reporter.turn()
    other = identity("khulna", 8)
    mail.custodian.message_key = other.message_key
    mail.custodian.restart()
    mail.turns(2)
    assert states(mail.reporter) == ["changed"]
    assert mail.custodian.texts("in") == []
    mail.reporter.book.trust(mail.custodian.name, fingerprint_of(mail.custodian.card()), "admin")
    mail.turns(2)
    mail.turns(2)
    assert mail.custodian.texts("in") == ["one"]
    assert mail.reporter.states() == ["delivered"]


def test_a_forgotten_partner_has_to_be_confirmed_again(mail: Correspondence) -> None:
    mail.reporter.book.forget(mail.custodian.name, "admin")
    with pytest.raises(InputError, match="no card"):
        mail.reporter.book.forget(mail.custodian.name, "admin")
    mail.turns()
    assert states(mail.reporter) == ["offered"]


def test_a_card_that_its_partner_did_not_sign_is_not_even_offered(strangers: Correspondence, log: io.StringIO) -> None:
    strangers.turns()
    card = card_at_hub(strangers, strangers.custodian.name)
    key = identity("khulna", 9).card.message_key
    replace_card(strangers, strangers.custodian.name, card.model_copy(update={"message_key": key}))
    strangers.reporter.restart()
    strangers.reporter.turn()
    assert "did not sign" in log.getvalue()
    known = PeerBook(strangers.reporter.database, strangers.reporter.clock).everyone()
    assert all(fingerprint_of(card) == each["offered_fingerprint"] for each in known)


def test_a_hub_that_lost_the_own_card_gets_it_again(mail: Correspondence) -> None:
    with mail.pair.exchange.database.write() as conn:
        conn.execute(hub_cards.delete())
    mail.turns(2)
    assert card_at_hub(mail, mail.custodian.name) == mail.custodian.card()


def test_the_card_of_a_partner_that_comparisons_wait_for_is_fetched_whatever_agreements_say(
    strangers: Correspondence
) -> None:
    reporter = strangers.reporter
    reporter.sees("proposed")
    book, own = PeerBook(reporter.database, reporter.clock), reporter.name
    strangers.turns()
    with reporter.database.write() as conn:
        conn.execute(delete(peers))
    book._agreed = reporter.clock(), frozenset()
    book.look(reporter.client, own)
    assert book.everyone() == []
    with reporter.database.write() as conn:
        keep_progress(conn, Progress(unconfirmed={strangers.custodian.name: 3}), reporter.clock())
    book.look(reporter.client, own)
    assert [peer["partner"] for peer in book.everyone()] == [strangers.custodian.name]
