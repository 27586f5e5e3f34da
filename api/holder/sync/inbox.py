"""Candidates from the hub, page by page; each page and the place it ends at in one transaction."""

from dataclasses import dataclass

import structlog

from api.holder.storage import facts, inbox
from api.holder.sync.client import HubClient
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.wire.problems import ProblemError

PAGE = 200


@dataclass(frozen=True)
class Pulled:
    """What one page came to. `more` when the hub has further ones."""

    received: int
    unknown: int
    more: bool
    candidates: tuple[str, ...] = ()


class InboxPuller:
    """Asks the hub what is new for the own found records."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        """Store into a database."""
        self._database, self._clock = database, clock

    def pull(self, client: HubClient) -> Pulled:
        """Take one page. Interrupted anywhere, the same page is taken again and changes nothing.

        Raises:
            ProblemError: the hub gave none.
        """
        with self._database.read() as conn:
            after = int(facts.get(conn, facts.CANDIDATES_CURSOR) or 0)
        try:
            page = client.candidates(after, PAGE)
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
            unknown = inbox.store(conn, page.items, now)
            facts.put(conn, facts.CANDIDATES_CURSOR, str(page.next), now)
        if unknown:
            structlog.get_logger().warning("candidates of records that are not here were passed over", count=unknown)
        return Pulled(len(page.items) - unknown, unknown, more, tuple(item.candidate for item in page.items))

    def pull_everything(self, client: HubClient) -> int:
        """Take all candidates again, as after a restore of either side; gives how many the hub has.

        What is proposed here and the hub knows no longer becomes withdrawn.

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
            inbox.withdraw_others(conn, told, self._clock())
        return len(told)

    def from_the_start(self) -> None:
        """Forget the place up to which candidates were taken."""
        with self._database.write() as conn:
            facts.remove(conn, facts.CANDIDATES_CURSOR)
