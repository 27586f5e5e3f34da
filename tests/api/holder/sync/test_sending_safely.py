"""What is sent only when it is safe: to a hub that a person confirmed, within its limits, under the key of the day."""


import httpx
import pytest

from api.holder.storage.tables import changes, outbox, records
from api.service.database import Database
from api.wire.request_keys import RequestKey
from encoder.keys import linkage_key_from_secret_bytes
from matcher.profile import NETWORK_2026_11_22
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import FakeClock, Gateway


def _with_header(name: str, value: str) -> "object":
    def spoil(answer: httpx.Response) -> httpx.Response:
        headers = {**dict(answer.headers), name: value}
        return httpx.Response(answer.status_code, content=answer.content, headers=headers)

    return spoil


def _without_signature(answer: httpx.Response) -> httpx.Response:
    return httpx.Response(answer.status_code, content=answer.content)


def _other_body(answer: httpx.Response) -> httpx.Response:
    body = answer.content.replace(b'"received"', b'"Received"').replace(b'"max_items":500', b'"max_items":499')
    return httpx.Response(answer.status_code, content=body, headers=answer.headers)


@pytest.mark.parametrize(
    "spoil", [_without_signature, _other_body, _with_header("milap-request-nonce", "A" * 22)],
    ids=["unsigned", "another body", "another nonce"],
)  # fmt: skip
def test_an_answer_that_does_not_verify_settles_nothing(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, spoil: object
) -> None:
    gateway.report(1)
    gateway.line.policy(gateway.line.client())
    hub.spoil = spoil  # type: ignore[assignment]
    gateway.send_all()
    assert gateway.counts().waiting == 1
    assert gateway.sync.status()["problem"]["kind"] == "bad-response-signature"
    hub.spoil = lambda answer: answer
    clock.advance(minutes=1)
    gateway.send_all()
    assert gateway.counts().arrived == 1


def test_no_code_leaves_before_the_hub_has_proved_itself(gateway: Gateway, hub: FakeHub) -> None:
    gateway.report(1)
    hub.spoil = _without_signature
    gateway.send_all()
    assert "POST /v1/submissions" not in hub.requests


def test_another_hub_key_stops_everything_until_a_person_confirms_it(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    gateway.report(1)
    hub.key = RequestKey.generate()
    gateway.send_all()
    clock.advance(minutes=10)
    hub.requests.clear()
    gateway.send_all()
    gateway.pull_all()
    assert hub.requests == []
    status = gateway.sync.status()
    assert status["trusted"] is False
    assert "another key" in status["problem"]["detail"]
    gateway.enrol()
    gateway.send_all()
    assert gateway.counts().arrived == 1


def test_nothing_is_sent_to_a_hub_that_nobody_confirmed(gateway: Gateway, hub: FakeHub) -> None:
    gateway.enrol(trusted=False)
    gateway.report(1)
    gateway.send_all()
    gateway.pull_all()
    assert hub.requests == []
    assert "milap holder trust" in gateway.sync.status()["problem"]["detail"]
    gateway.enrol()
    gateway.send_all()  # at once: what is left to do here takes no pause
    assert gateway.counts().arrived == 1


def test_submissions_keep_to_the_limits_of_the_hub(gateway: Gateway, hub: FakeHub) -> None:
    hub.max_items, hub.max_bytes = 3, 2**20
    for n in range(8):
        gateway.report(n)
    gateway.send_all()  # the hub asserts both limits
    assert [len(each) for each in hub.submissions] == [3, 3, 2]
    hub.max_items, hub.max_bytes = 500, 5_200
    for n in range(8, 16):
        gateway.report(n)
    gateway.restart()
    gateway.send_all()
    assert gateway.counts().arrived == 16
    assert 2 < len(hub.submissions[3:]) < 8


def test_a_proxy_that_takes_less_than_the_hub_is_met_with_smaller_submissions(gateway: Gateway, hub: FakeHub) -> None:
    refs = [gateway.report(n) for n in range(5)]
    plain, sizes = hub.answer, []

    def behind_a_proxy(request: httpx.Request) -> httpx.Response:
        sizes.append(len(request.read()))
        return httpx.Response(413, text="Request Entity Too Large") if sizes[-1] > 1_500 else plain(request)

    hub.answer = behind_a_proxy  # type: ignore[method-assign]
    gateway.restart()
    gateway.send_all()
    assert set(hub.held) == set(refs)
    assert max(sizes) > 1_500


def test_another_linkage_key_sends_everything_again(gateway: Gateway, hub: FakeHub) -> None:
    refs = [gateway.report(n) for n in range(3)]
    gateway.send_all()
    gateway.restart()
    gateway.send_all()
    assert len(hub.submissions) == 1
    gateway.linkage_key = linkage_key_from_secret_bytes(bytes(32), "in", "2026-12")
    gateway.restart()
    hub.held.clear()
    gateway.send_all()
    assert set(hub.held) == set(refs)


def test_an_expiry_date_travels_no_finer_than_the_profile_allows(
    database: Database, clock: FakeClock, hub: FakeHub
) -> None:
    gateway = Gateway(database, clock, hub, NETWORK_2026_11_22)
    ref = gateway.report(1, expires_on="2027-02-11")
    gateway.send_all()
    item = hub.held[ref].item
    assert item is not None
    assert item.expires_on == 20908  # 2027-03-31, the last day of its quarter


def test_an_expired_record_is_withdrawn_and_comes_back_with_a_later_date(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    ref = gateway.report(1, expires_on="2026-11-03")
    gateway.send_all()
    clock.advance(days=1)
    gateway.send_all()
    assert hub.held[ref].state == "active"
    clock.advance(days=1)
    gateway.send_all()
    assert hub.held[ref].state == "withdrawn"
    assert [(row["what"], row["version"]) for row in gateway.rows(changes)] == [("created", 1), ("expired", 2)]
    gateway.change(ref, 1, 2, expires_on="2027-01-01")
    gateway.send_all()
    assert (hub.held[ref].state, hub.held[ref].version) == ("active", 3)


def test_the_hub_is_told_of_the_day_after_the_last_one(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1, expires_on="2027-02-11")
    gateway.send_all()
    item = hub.held[ref].item
    assert item is not None
    assert item.expires_on == 20861  # 2027-02-12: "the day from which the hub no longer keeps the record"


def test_a_damaged_record_that_expires_is_withdrawn_all_the_same(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    ref = gateway.report(1, expires_on="2026-11-03")
    gateway.send_all()
    with gateway.database.write() as conn:
        conn.execute(records.update().values(sealed=b"\1" + bytes(60)))
    clock.advance(days=3)
    gateway.send_all()
    assert hub.held[ref].state == "withdrawn"


def test_a_closed_epoch_still_takes_what_was_taken_back(gateway: Gateway, hub: FakeHub, clock: FakeClock) -> None:
    first, second = gateway.report(1), gateway.report(2)
    gateway.send_all()
    hub.epoch_closed = True
    gateway.report(3)
    gateway.intake.withdraw(first, "family_request", [1], "clerk")
    gateway.intake.erase(second, "admin")
    gateway.send_all()
    assert (hub.held[first].state, hub.held[second].state) == ("withdrawn", "erased")
    assert gateway.sync.status()["problem"]["kind"] == "epoch-closed"
    assert gateway.counts().waiting == 1


def test_without_a_linkage_key_records_wait_and_the_status_says_why(gateway: Gateway, hub: FakeHub) -> None:
    gateway.report(1)
    gateway.sync._sender = None
    gateway.send_all()
    assert "linkage_key" in gateway.sync.status()["problem"]["detail"]
    assert gateway.counts().waiting == 1
    assert gateway.rows(outbox)[0]["ever_sent"] is False
