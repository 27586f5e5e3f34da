"""Enrolment and trust, where they meet what was known before."""

from pathlib import Path

import pytest

from api.holder.operating.enrolment import enrol, trust
from api.holder.settings import HolderSettings
from api.holder.storage import facts
from api.holder.sync import hub_facts
from api.holder.sync.exchange import Exchange
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from matcher.errors import InputError
from tests.api.holder.sync.fake_hub import CODE, FakeHub
from tests.api.holder.sync.gateways import FakeClock, Gateway

SECRET = bytes(range(32))


def known(gateway: Gateway) -> hub_facts.KnownHub:
    hub = gateway.line.known()
    assert hub is not None
    return hub


def enrol_at(gateway: Gateway, hub: FakeHub, folder: Path) -> None:
    hub.partner_key = None
    enrol(
        HolderSettings(data=folder), gateway.database, "http://127.0.0.1:1", CODE, SECRET, gateway.clock,
        lambda url: Exchange(url, hub.transport()),
    )


def test_a_changed_hub_key_is_taken_once_its_fingerprint_was_heard(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    gateway.report(1)
    hub.key = RequestKey.generate()
    gateway.send_all()
    assert known(gateway).offered == hub.key.public.text
    with pytest.raises(InputError, match="telephone"):
        trust(gateway.database, RequestKey.generate().public.fingerprint(), clock)
    assert not known(gateway).trusted
    trust(gateway.database, hub.key.public.fingerprint().replace(" ", "-").upper(), clock)
    assert (known(gateway).public_key, known(gateway).offered) == (hub.key.public.text, None)
    clock.advance(minutes=6)
    gateway.send_all()
    assert gateway.counts().arrived == 1


def test_the_former_key_may_be_confirmed_again(gateway: Gateway, hub: FakeHub, clock: FakeClock) -> None:
    former = hub.key
    gateway.report(1)
    hub.key = RequestKey.generate()
    gateway.send_all()
    hub.key = former
    trust(gateway.database, former.public.fingerprint(), clock)
    clock.advance(minutes=6)
    gateway.send_all()
    assert gateway.counts().arrived == 1


def test_enrolling_anew_at_a_hub_with_another_key_needs_trust_again(
    gateway: Gateway, hub: FakeHub, tmp_path: Path
) -> None:
    enrol_at(gateway, hub, tmp_path)
    assert known(gateway).trusted
    hub.key = RequestKey.generate()
    enrol_at(gateway, hub, tmp_path)
    assert not known(gateway).trusted


def test_another_hub_is_sent_everything_and_read_from_the_start(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, tmp_path: Path
) -> None:
    refs = [gateway.report(n, "found") for n in range(3)]
    gateway.send_all()
    gateway.enrol(name="a-former-hub")
    with gateway.database.write() as conn:
        facts.put(conn, facts.CANDIDATES_CURSOR, "77", clock())
    enrol_at(gateway, hub, tmp_path)
    assert gateway.counts().waiting == 3
    with gateway.database.read() as conn:
        assert facts.get(conn, facts.CANDIDATES_CURSOR) is None
    assert set(hub.held) == set(refs)


def test_an_enrolment_that_is_answered_by_somebody_else_changes_nothing(
    gateway: Gateway, hub: FakeHub, tmp_path: Path
) -> None:
    before = known(gateway)
    plain = hub.answer
    answers = iter([None, RequestKey.generate()])

    def somebody_else(request: object) -> object:
        hub.key = next(answers) or hub.key
        return plain(request)  # type: ignore[arg-type]

    hub.answer = somebody_else  # type: ignore[method-assign, assignment]
    with pytest.raises(ProblemError) as caught:
        enrol_at(gateway, hub, tmp_path)
    assert caught.value.kind == "bad-response-signature"
    assert known(gateway) == before
