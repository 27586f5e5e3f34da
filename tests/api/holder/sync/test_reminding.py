"""Reminders of what is overdue, escalation, and desks of offices: at most daily, and in empty words."""

from datetime import datetime, timedelta

import pytest

from api.holder.intake.entry import entry_of
from api.holder.staff.offices import Offices
from api.holder.sync.notify import Notifier
from api.holder.sync.telling import NoticeSettings
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import FakeClock, Gateway, child

NAMES = ["c" * 21 + letter for letter in "abcdef"]
DESK, ABOVE = "desk@example.org", "above@example.org"


class Post:
    """Notes to whom was written; some addresses fail as often as they are told to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.hooks = 0
        self.failing: dict[str, int] = {}

    def mail(self, settings: NoticeSettings, now: datetime) -> None:
        for address in settings.emails:
            if self.failing.get(address, 0) > 0:
                self.failing[address] -= 1
                raise OSError("no mail server")
            self.sent.append(address)

    def hook(self, settings: NoticeSettings, now: datetime) -> None:
        self.hooks += settings.webhook is not None

    def taken(self) -> list[str]:
        sent, self.sent = self.sent, []
        return sent


@pytest.fixture
def post(gateway: Gateway, clock: FakeClock) -> Post:
    post = Post()
    settings = NoticeSettings("a", "b", emails=(DESK,), webhook="https://desk.example.org", escalations=(ABOVE,))
    ways = {"mail": post.mail, "hook": post.hook}
    gateway.sync._notifier = Notifier(gateway.database, settings, clock, ways, gateway.vault)
    return post


def found(gateway: Gateway, number: int, office: str | None = None) -> str:
    entry = entry_of(child(number, "found"), "shelter", office, None)
    return str(gateway.intake.create(entry, "clerk").body["ref"])


def test_a_desk_is_reminded_when_time_is_up_and_those_above_it_when_it_is_up_twice(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, post: Post
) -> None:
    hub.propose(NAMES[0], found(gateway, 1))  # due in two days
    gateway.pull_all()
    assert post.taken() == [DESK]
    clock.advance(days=2, seconds=-1)
    gateway.pull_all()
    assert post.taken() == []
    clock.advance(seconds=1)
    gateway.pull_all()
    assert post.taken() == [DESK]
    assert gateway.inbox()[NAMES[0]]["escalated"] == 1
    clock.advance(hours=23)
    gateway.pull_all()
    assert post.taken() == []
    clock.advance(hours=1)
    gateway.pull_all()
    assert post.taken() == [DESK]
    clock.advance(days=1)
    gateway.pull_all()
    assert post.taken() == [DESK, ABOVE]
    assert gateway.inbox()[NAMES[0]]["escalated"] == 3


def test_many_overdue_candidates_are_one_reminder_a_day_across_restarts(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, post: Post
) -> None:
    ref = found(gateway, 1)
    for name in NAMES:
        hub.propose(name, ref)
    gateway.pull_all()
    clock.advance(days=3)
    post.taken()
    gateway.pull_all()
    assert post.taken() == [DESK]
    notifier = gateway.sync._notifier
    gateway.restart()
    gateway.sync._notifier = notifier
    gateway.pull_all()
    assert post.taken() == []


def test_what_was_acted_on_is_brought_up_no_more(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, post: Post
) -> None:
    ref = found(gateway, 1)
    hub.propose(NAMES[0], ref)
    gateway.pull_all()
    clock.advance(days=3)
    gateway.pull_all()
    hub.propose(NAMES[0], ref, state="rejected")
    gateway.pull_all()
    post.taken()
    clock.advance(days=9)
    gateway.pull_all()
    assert post.taken() == []
    assert gateway.inbox()[NAMES[0]]["escalated"] == 0


def test_the_desk_of_the_records_office_is_told_and_no_other(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, post: Post
) -> None:
    offices = Offices(gateway.database, clock)
    offices.put("Kendpur", 5, "kendpur@example.org")
    offices.put("Amdanga", 5)
    hub.propose(NAMES[0], found(gateway, 1, "Kendpur"))
    gateway.pull_all()
    assert (post.taken(), post.hooks) == (["kendpur@example.org"], 1)
    clock.advance(minutes=2)
    hub.propose(NAMES[1], found(gateway, 2, "kendpur"))
    hub.propose(NAMES[2], found(gateway, 3, "Amdanga"))
    gateway.pull_all()
    assert post.taken() == [DESK, "kendpur@example.org"]


def test_a_desk_that_was_told_is_not_told_again_because_another_was_not(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, post: Post
) -> None:
    Offices(gateway.database, clock).put("Kendpur", 5, "kendpur@example.org")
    post.failing["kendpur@example.org"] = 2
    hub.propose(NAMES[0], found(gateway, 1, "Kendpur"))
    hub.propose(NAMES[1], found(gateway, 2))
    for _ in range(4):
        gateway.pull_all()
        clock.advance(seconds=61)
    assert post.taken() == [DESK, "kendpur@example.org"]
    assert gateway.inbox()[NAMES[0]]["notified_at"] is not None


def test_a_reminder_that_failed_is_tried_again_after_a_minute(
    gateway: Gateway, hub: FakeHub, clock: FakeClock, post: Post
) -> None:
    hub.propose(NAMES[0], found(gateway, 1))
    gateway.pull_all()
    post.taken()
    clock.advance(days=2)
    post.failing[DESK] = 1
    gateway.pull_all()
    gateway.pull_all()
    assert (post.taken(), gateway.inbox()[NAMES[0]]["escalated"]) == ([], 0)
    clock.advance(seconds=61)
    gateway.pull_all()
    assert (post.taken(), gateway.inbox()[NAMES[0]]["escalated"]) == ([DESK], 1)
    assert timedelta(days=2) < clock() - gateway.inbox()[NAMES[0]]["received_at"]
