"""Cards at the hub: each partner's own, signed, of the key that it is known by."""

from api.wire.cards import PartnerCard, message_key_text
from api.wire.request_keys import RequestKey
from tests.api.hub.gateways import Exchange
from tests.api.hub.mailing.letters import bring, card_of
from tests.api.service.requests_to import problem_in


def test_a_card_is_kept_and_given_to_other_partners(exchange: Exchange) -> None:
    bengal, khulna = exchange.partner("bengal"), exchange.partner("khulna", country="BD")
    card = card_of(bengal)
    assert bring(bengal, card).status_code == 200
    assert bring(bengal, card).status_code == 200
    assert PartnerCard.model_validate_json(khulna.get("/v1/cards/bengal").content) == card
    other = card_of(bengal, message_key=message_key_text(b"\x01" * 1216))
    assert bring(bengal, other).status_code == 200
    assert PartnerCard.model_validate_json(bengal.get("/v1/cards/bengal").content) == other


def test_a_card_of_another_name_or_key_is_refused(exchange: Exchange) -> None:
    bengal, khulna = exchange.partner("bengal"), exchange.partner("khulna")
    assert problem_in(bring(bengal, card_of(bengal, partner="khulna"))) == "invalid-body"
    assert problem_in(bring(bengal, card_of(khulna, partner="bengal"))) == "invalid-body"
    bengal_with_another_key = card_of(bengal).model_copy(update={"request_key": RequestKey.generate().public.text})
    assert problem_in(bring(bengal, bengal_with_another_key)) == "invalid-body"
    assert problem_in(khulna.get("/v1/cards/bengal")) == "no-such-resource"


def test_a_card_whose_signature_does_not_hold_is_refused(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    changed = card_of(bengal).model_copy(update={"message_key": message_key_text(b"\x01" * 1216)})
    assert problem_in(bring(bengal, changed)) == "bad-seal"


def test_missing_cards_unknown_and_suspended_partners_answer_alike(exchange: Exchange) -> None:
    asking, silent, suspended = (exchange.partner(name) for name in ("bengal", "khulna", "punjab"))
    assert bring(suspended, card_of(suspended)).status_code == 200
    exchange.set_state("punjab", "suspended")
    answers = {asking.get(f"/v1/cards/{name}").content for name in (silent.name, suspended.name, "nobody")}
    assert len(answers) == 1
