"""Candidates from the hub, page by page; each page and the place it ends at in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from api.holder.storage import facts, inbox
from api.holder.storage.inbox import CUSTODIAN, REPORTER, Told
from api.holder.sync.client import HubClient
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.wire.decisions import ReleasePage
from api.wire.life import Side
from api.wire.problems import ProblemError

PAGE = 200


@dataclass(frozen=True)
class Pulled:
    """What one page came to. `more` when the hub has further ones."""

    received: int
    unknown: int
    more: bool
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of the hub's, of either side."""

    items: Sequence[Told]
    next: int
    more: bool


@dataclass(frozen=True)
class Feed:
    """One of the hub's lists of what changed: of which side, from which place on, and how to ask for a page."""

    side: Side
    cursor: str
    ask: Callable[[HubClient, int], Page]


def _candidates(client: HubClient, after: int) -> Page:
    page = client.candidates(after, PAGE)
    return Page([inbox.of_custodian(item) for item in page.items], page.next, page.more)


def _releases(client: HubClient, after: int) -> Page:
    page = client.ask(ReleasePage, "GET", f"/v1/releases?after={after}&limit={PAGE}")
    return Page([inbox.of_reporter(item) for item in page.items], page.next, page.more)


CANDIDATES = Feed(CUSTODIAN, facts.CANDIDATES_CURSOR, _candidates)
"""Candidates for the own found records."""
RELEASES = Feed(REPORTER, facts.RELEASES_CURSOR, _releases)
"""Candidates that were released for the own missing records."""


class InboxPuller:
    """Asks the hub what is new for the own records."""

    def __init__(self, database: Database, clock: Clock = utc_now, feed: Feed = CANDIDATES) -> None:
        """Store what a feed tells into a database."""
        self._database, self._clock, self._feed = database, clock, feed
        self._afresh = False

    def pull(self, client: HubClient) -> Pulled:
        """Take one page. Interrupted anywhere, the same page is taken again and changes nothing.

        Raises:
            ProblemError: the hub gave none.
        """
        after = self._place() or 0
        try:
            page = self._feed.ask(client, after)
        except ProblemError as problem:
            if problem.kind != "invalid-query" or after == 0:
                raise
            # The hub was restored or is another one: its places are not those that were kept.
            self.from_the_start()
            return Pulled(0, 0, more=True)
        # Places have no order; one that stands still would ask for one page for ever.
        more = page.more and page.next != after
        if page.next == after and not page.items:
            return Pulled(0, 0, more)
        now = self._clock()
        with self._database.write() as conn:
            unknown = inbox.store(conn, page.items, now, afresh=self._afresh or after == 0)
            facts.put(conn, self._feed.cursor, str(page.next), now)
        self._afresh = self._afresh and more
        if unknown:
            structlog.get_logger().warning("candidates of records that are not here were passed over", count=unknown)
        return Pulled(len(page.items) - unknown, unknown, more, tuple(item.candidate for item in page.items))

    def pull_everything(self, client: HubClient) -> int:
        """Take all candidates again, as after a restore of either side; gives how many the hub has.

        What is under way here and the hub knows no longer becomes withdrawn.

        Raises:
            ProblemError: the hub stopped answering; what was taken so far stays.
        """
        self.from_the_start()
        told = set[str]()
        more = True
        while more:
            pulled = self.pull(client)
            told.update(pulled.candidates)
            more = pulled.more
        with self._database.write() as conn:
            inbox.withdraw_others(conn, self._feed.side, told, self._clock())
        return len(told)

    def from_the_start(self) -> None:
        """Forget the place up to which candidates were taken; what the hub tells from there on counts afresh."""
        self._afresh = True
        with self._database.write() as conn:
            facts.remove(conn, self._feed.cursor)

    def _place(self) -> int | None:
        with self._database.read() as conn:
            text = facts.get(conn, self._feed.cursor)
        return None if text is None else int(text)
