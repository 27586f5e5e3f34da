"""Links: words on their way to the hub, what changed since, and the timelines that changed with it."""

from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from api.holder.storage import audit, facts, links, timelines
from api.holder.storage.links import LinkRow
from api.holder.storage.timelines import DueTimeline
from api.holder.sync.client import HubClient
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.links import LinkPage, Timeline, Word, WordReceipt
from api.wire.problems import ProblemError

WORDS_A_TURN = 50
PAGE = 200
TIMELINES_A_TURN = 20
ASKED_AGAIN_AFTER = timedelta(hours=12)
"""A stay in the middle of a timeline can change without a word of any link of ours."""
REFUSALS: Final = frozenset({
    "candidate-changed", "candidate-withdrawn", "no-such-resource", "idempotency-key-reused", "invalid-body",
})  # fmt: skip
"""What the hub says to one word. Anything else concerns all of them, and they are sent again."""


class LinksErrand:
    """Implements `api.holder.sync.errands.Errand`.

    A word goes under the random name that it was written down with, so that one sent again after a lost answer gets
    the same answer. Pages and timelines are asked for again when the answer was lost.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        """With the gateway's database."""
        self._database, self._clock = database, clock

    def run(self, client: HubClient) -> bool:
        """Words first, then one page of news, then some timelines; True when there is more of any."""
        return any([self._send_words(client), self._pull(client), self._ask_timelines(client)])

    def _send_words(self, client: HubClient) -> bool:
        with self._database.read() as conn:
            waiting = links.waiting(conn, WORDS_A_TURN)
        for row in waiting:
            self._send(client, row)
        return len(waiting) == WORDS_A_TURN

    def _send(self, client: HubClient, row: LinkRow) -> None:
        word = Word.model_validate({"id": row.word_name, "word": row.word, "revision": row.word_revision})
        try:
            receipt = client.ask(
                WordReceipt, "POST", f"/v1/links/{row.name}/words", word.model_dump_json().encode()
            )  # fmt: skip
        except ProblemError as problem:
            if problem.kind not in REFUSALS:
                raise
            self._note_refused(row, problem)
            return
        if (receipt.id, receipt.link) != (row.word_name, row.name):
            raise ProblemError("hub-unreachable", "The hub answered to another word; tell the hub's operator.")
        self._database.retrying(
            lambda conn: links.settle_taken(conn, row, receipt.state, receipt.revision, self._clock())
        )

    def _note_refused(self, row: LinkRow, problem: ProblemError) -> None:
        def work(conn: Connection) -> None:
            now = self._clock()
            if links.settle_refused(conn, row, problem.detail, now):
                entry = Entry("link-refused", "hub", now, row.name, problem.kind, facts={"word": row.word})
                audit.note(conn, entry)

        self._database.retrying(work)

    def _pull(self, client: HubClient) -> bool:
        with self._database.read() as conn:
            after = int(facts.get(conn, facts.LINKS_CURSOR) or 0)
        try:
            page = client.ask(LinkPage, "GET", f"/v1/links?after={after}&limit={PAGE}")
        except ProblemError as problem:
            if problem.kind != "invalid-query" or after == 0:
                raise
            # The hub was restored or is another one: its places are not those that were kept.
            self._database.retrying(lambda conn: facts.remove(conn, facts.LINKS_CURSOR))
            return True
        if page.next == after and not page.items:
            return False
        unknown = self._database.retrying(lambda conn: self._store(conn, page))
        if unknown:
            structlog.get_logger().warning("links of records that are not here were passed over", count=unknown)
        # Places have no order; one that stands still would ask for one page for ever.
        return page.more and page.next != after

    def _store(self, conn: Connection, page: LinkPage) -> int:
        now = self._clock()
        unknown = links.store(conn, page.items, now)
        facts.put(conn, facts.LINKS_CURSOR, str(page.next), now)
        return unknown

    def _ask_timelines(self, client: HubClient) -> bool:
        with self._database.read() as conn:
            due = timelines.due(conn, self._clock() - ASKED_AGAIN_AFTER, TIMELINES_A_TURN)
        for wanted in due:
            self._ask(client, wanted)
        return len(due) == TIMELINES_A_TURN

    def _ask(self, client: HubClient, wanted: DueTimeline) -> None:
        try:
            told = client.ask(Timeline, "GET", f"/v1/timelines/{wanted.ref}")
        except ProblemError as problem:
            if problem.kind != "no-such-resource":
                raise
            told = Timeline(ref=wanted.ref, stays=[], hidden=0)

        def work(conn: Connection) -> None:
            if len(told.stays) + told.hidden > 1:
                timelines.store(conn, wanted.record_id, told.model_dump_json(), self._clock())
            else:
                timelines.forget(conn, wanted.record_id)

        self._database.retrying(work)
