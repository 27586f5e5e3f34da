"""Candidates from the hub into the inbox, and the desk's notification."""

import smtplib
from typing import Any

import httpx
import pytest

from api.holder.storage import facts, inbox
from api.holder.sync.notify import Notifier
from api.holder.sync.telling import NoticeSettings, tell_by_email, tell_by_webhook
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import START, FakeClock, Gateway

NAMES = ["c" * 21 + letter for letter in "abcdefgh"]


def test_candidates_come_page_by_page_beside_the_own_record(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1, "found")
    for name in NAMES[:5]:
        hub.propose(name, ref)
    gateway.pull_all()
    assert sorted(gateway.inbox()) == NAMES[:5]
    row = gateway.inbox()[NAMES[0]]
    assert (row["partner"], row["verdict"], row["state"]) == ("punjab", "probable", "proposed")
    assert row["levels"] == '[["child", "agrees"]]'
    hub.requests.clear()
    gateway.pull_all()
    assert hub.requests == ["GET /v1/candidates"]


def test_a_page_that_is_killed_half_way_comes_again_whole(
    gateway: Gateway, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = gateway.report(1, "found")
    for name in NAMES[:4]:
        hub.propose(name, ref)
    plain, stored = inbox._upsert, []

    def killed(*arguments: Any) -> None:
        plain(*arguments)
        stored.append(arguments)
        if len(stored) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(inbox, "_upsert", killed)
    with pytest.raises(KeyboardInterrupt):
        gateway.pull_all()
    assert sorted(gateway.inbox()) == NAMES[:2]
    monkeypatch.setattr(inbox, "_upsert", plain)
    gateway.restart()
    gateway.pull_all()
    assert sorted(gateway.inbox()) == NAMES[:4]


def test_candidates_of_unknown_and_of_missing_records_are_passed_over(gateway: Gateway, hub: FakeHub) -> None:
    report, shelter = gateway.report(1, "missing"), gateway.report(2, "found")
    hub.propose(NAMES[0], "x" * 22)
    hub.propose(NAMES[1], report)
    hub.propose(NAMES[2], shelter)
    gateway.pull_all()
    assert list(gateway.inbox()) == [NAMES[2]]


def test_a_withdrawn_candidate_changes_its_row_and_one_proposed_again_is_new(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    ref = gateway.report(1, "found")
    hub.propose(NAMES[0], ref)
    gateway.pull_all()
    first = gateway.inbox()[NAMES[0]]
    assert first["notified_at"] == START
    clock.advance(hours=1)
    hub.propose(NAMES[0], ref, state="withdrawn")
    gateway.pull_all()
    row = gateway.inbox()[NAMES[0]]
    assert (row["id"], row["state"], row["received_at"]) == (first["id"], "withdrawn", START)
    assert len(gateway.desk.told) == 1
    clock.advance(hours=1)
    hub.propose(NAMES[0], ref)
    gateway.pull_all()
    assert len(gateway.desk.told) == 2


def test_a_restored_hub_that_does_not_know_the_place_is_read_from_the_start(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1, "found")
    for name in NAMES[:4]:
        hub.propose(name, ref)
    gateway.pull_all()
    del hub.notices[2:]
    hub.propose(NAMES[6], ref)
    gateway.pull_all()
    assert NAMES[6] in gateway.inbox()
    assert gateway.sync.status()["problem"] is None


def test_the_desk_is_told_once_for_a_batch_and_at_most_once_a_minute(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    ref = gateway.report(1, "found")
    for name in NAMES[:3]:
        hub.propose(name, ref)
    gateway.pull_all()
    gateway.pull_all()
    assert gateway.desk.told == [START]
    hub.propose(NAMES[3], ref)
    clock.advance(seconds=30)
    gateway.pull_all()
    assert len(gateway.desk.told) == 1
    gateway.restart()
    gateway.pull_all()
    assert len(gateway.desk.told) == 1
    clock.advance(seconds=31)
    gateway.pull_all()
    gateway.pull_all()
    assert len(gateway.desk.told) == 2


def test_a_notification_that_failed_is_tried_again_after_a_minute(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    hub.propose(NAMES[0], gateway.report(1, "found"))
    gateway.desk.failures = 2
    for _ in range(4):
        gateway.pull_all()
        clock.advance(seconds=61)
    assert len(gateway.desk.told) == 1
    assert gateway.desk.failures == 0


def test_a_way_that_worked_is_not_used_again_because_another_failed(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    told: list[str] = []

    def mail(settings: NoticeSettings, now: object) -> None:
        told.append("mail")

    def hook(settings: NoticeSettings, now: object) -> None:
        told.append("hook")
        if told.count("hook") == 1:
            raise httpx.ConnectError("no")

    gateway.notifier = Notifier(gateway.database, NoticeSettings("a", "b"), clock, {"mail": mail, "hook": hook})
    hub.propose(NAMES[0], gateway.report(1, "found"))
    gateway.sync._notifier = gateway.notifier
    for _ in range(3):
        gateway.pull_all()
        clock.advance(seconds=61)
    assert told == ["mail", "hook", "hook"]


def test_a_knock_of_the_hub_is_taken_once(gateway: Gateway, hub: FakeHub) -> None:
    knock = hub.knock()
    gateway.sync.knocked(knock)
    with pytest.raises(ProblemError) as caught:
        gateway.sync.knocked(knock)
    assert caught.value.kind == "replayed-request"


def test_a_knock_of_anybody_else_is_refused(gateway: Gateway, hub: FakeHub) -> None:
    with pytest.raises(ProblemError) as caught:
        gateway.sync.knocked(hub.knock(key=RequestKey.generate()))
    assert caught.value.kind == "bad-signature"
    with pytest.raises(ProblemError) as caught:
        gateway.sync.knocked(hub.knock(body=b"[]"))
    assert caught.value.kind == "invalid-body"


def test_a_knock_before_the_hub_is_confirmed_is_refused(gateway: Gateway, hub: FakeHub) -> None:
    gateway.enrol(trusted=False)
    with pytest.raises(ProblemError) as caught:
        gateway.sync.knocked(hub.knock())
    assert caught.value.kind == "bad-signature"


def test_a_knock_wakes_the_inbox(gateway: Gateway, hub: FakeHub) -> None:
    hub.propose(NAMES[0], gateway.report(1, "found"))
    gateway.sync.start()
    try:
        gateway.sync._workers[1]._woken.clear()
        gateway.sync.knocked(hub.knock())
        assert gateway.sync.ready() == []
    finally:
        gateway.sync.stop()
    gateway.pull_all()
    assert NAMES[0] in gateway.inbox()
    assert gateway.sync.ready() != []


def test_everything_taken_again_withdraws_what_the_hub_knows_no_longer(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1, "found")
    for name in NAMES[:3]:
        hub.propose(name, ref)
    gateway.pull_all()
    del hub.notices[0]
    assert gateway.sync._puller.pull_everything(gateway.line.client()) == 2
    assert {name: row["state"] for name, row in gateway.inbox().items()} == {
        NAMES[0]: "withdrawn", NAMES[1]: "proposed", NAMES[2]: "proposed",
    }  # fmt: skip
    with gateway.database.read() as conn:
        assert facts.get(conn, facts.CANDIDATES_CURSOR) == "2"


class _Mailbox:
    def __init__(self, *_: object, **__: object) -> None:
        self.sent: list[Any] = []
        self.encrypted = False

    def __call__(self, *_: object, **__: object) -> "_Mailbox":
        return self

    def __enter__(self) -> "_Mailbox":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def starttls(self, context: object) -> None:
        self.encrypted = True

    def send_message(self, message: Any) -> None:
        self.sent.append(message)


def test_the_email_says_one_sentence_and_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = _Mailbox()
    monkeypatch.setattr(smtplib, "SMTP", mailbox)
    settings = NoticeSettings(
        "west-bengal", "https://gateway.example.org", smtp_host="mail.example.org", smtp_from="milap@example.org",
        emails=["desk@example.org"],
    )
    tell_by_email(settings, START)
    (message,) = mailbox.sent
    assert mailbox.encrypted
    assert message.get_content() == (
        "There is something for the custodian's desk in the inbox of the gateway at https://gateway.example.org.\n"
    )
    assert message["To"] == "desk@example.org"
    assert "desk@example.org" not in repr(settings)


def test_the_webhook_names_the_gateway_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[Any] = []

    def post(url: object, *, content: str, **_: object) -> httpx.Response:
        posted.append((str(url), content))
        return httpx.Response(204, request=httpx.Request("POST", str(url)))

    monkeypatch.setattr(httpx, "post", post)
    tell_by_webhook(NoticeSettings("west-bengal", "x", webhook="https://desk.example.org/hook"), START)
    assert posted == [("https://desk.example.org/hook", '{"event": "inbox", "gateway": "west-bengal"}')]
