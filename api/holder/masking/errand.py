"""The errand of masked comparison: the hub's requests are taken page by page, and answered as far as they can be."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from api.holder.mailing.own_card import Keys
from api.holder.mailing.peers import PeerBook
from api.holder.masking.answering import Answerer
from api.holder.masking.noted import OUTBOX, Progress, keep_progress, progress
from api.holder.masking.posting import post
from api.holder.masking.scope import Scope, standing_scopes
from api.holder.masking.sorting import Sorter
from api.holder.storage import facts, peers
from api.holder.storage.masked_answers import forget_scope
from api.holder.sync.client import HubClient
from api.service.clock import Clock
from api.service.database import Database
from api.wire.cards import fingerprint_of
from api.wire.masked import MaskedAnswer, MaskedRequestPage
from api.wire.partners import Policy
from api.wire.problems import ProblemError
from encoder.mask_keys import MaskingKey

PAGES_A_TURN: Final = 4
AGAIN_AFTER: Final = timedelta(hours=1)
"""How often requests that wait are looked at again."""
SOON_AFTER: Final = timedelta(seconds=10)
"""The same when some wait for a receipt: the hub may ask before the gateway has read that the record arrived."""
FORGOTTEN_A_PASS: Final = 100_000
GetPolicy = Callable[[HubClient], Policy]


@dataclass(frozen=True)
class MaskingTools:
    """What the errand works with.

    keys      the gateway's own
    book      partners and their cards
    policy    gives the hub's policy, which may be some minutes old
    scopes    what can be answered under
    answerer  answers
    follow    called each turn: lets records go to the hub again whose photos now give other codes
    """

    keys: Keys
    book: PeerBook
    policy: GetPolicy
    scopes: Sequence[Scope]
    answerer: Answerer
    follow: Callable[[], None]


class MaskingErrand:
    """Implements `api.holder.sync.errands.Errand`.

    Nothing of it tells which records are asked about: the hub asks about decoys as well, and so does the log.

    Args:
        database: the gateway's.
        tools: what it works with.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, tools: MaskingTools, clock: Clock) -> None:
        self._database, self._tools, self._clock = database, tools, clock
        self._begun = False

    def run(self, client: HubClient) -> bool:
        """Take some pages of requests; True when there are more.

        Raises:
            ProblemError: the hub does not answer; what was answered is asked for again.
        """
        keys = self._tools.keys.all()
        with self._database.read() as conn:
            check_due = facts.get(conn, facts.CHECK_DUE) is not None
        # After a restore, versions of records may be others than the ones that were masked: they are put right first.
        if keys is None or check_due:
            return False
        self._tools.follow()
        self._begin_again()
        try:
            return self._pages(client, keys.masking)
        except ProblemError as problem:
            if problem.kind == "no-such-resource":
                # A hub from before masked comparison.
                return False
            if problem.kind == "invalid-query":
                # A hub that was restored may not know the place any more.
                self._begun = False
            raise

    def _begin_again(self) -> None:
        """From the first request on, when something may have come that they wait for."""
        now = self._clock()
        with self._database.read() as conn:
            known, ways = progress(conn), _ways(conn, standing_scopes(conn, self._tools.scopes))
        if self._begun and known.ways == ways and not _is_due(known, now):
            return

        def begin(conn: Connection) -> None:
            begun = replace(known.from_the_start(now, ways), scopes=self._noted_scopes(conn, known.scopes))
            keep_progress(conn, begun, now)

        self._database.retrying(begin)
        self._begun = True

    def _noted_scopes(self, conn: Connection, known: Sequence[str]) -> list[str]:
        """Scopes with uses of masks; what those without a key had is forgotten, some at a time."""
        own = {scope.digest.hex() for scope in self._tools.scopes}
        left = [each for each in known if each not in own]
        return sorted(own | {each for each in left if not forget_scope(conn, bytes.fromhex(each), FORGOTTEN_A_PASS)})

    def _pages(self, client: HubClient, masking: MaskingKey) -> bool:
        most_bytes = self._tools.policy(client).max_bytes
        with self._database.read() as conn:
            scopes = standing_scopes(conn, self._tools.scopes)
        sorter = Sorter(masking, client.peer.partner, self._tools.book.usable(), scopes)
        for _ in range(PAGES_A_TURN):
            with self._database.read() as conn:
                known = progress(conn)
            page = client.ask(MaskedRequestPage, "GET", f"/v1/masked-requests?after={known.cursor}")
            if not self._take(client, sorter, page, known, most_bytes):
                return False
        return True

    def _take(
        self, client: HubClient, sorter: Sorter, page: MaskedRequestPage, known: Progress, most_bytes: int
    ) -> bool:
        """Answer one page; True when there are more."""
        sorted_ = sorter.sort(page.items)
        answered = self._tools.answerer.answer(sorted_.due)
        going = post(client, answered.answers, most_bytes) if answered.answers else []
        then = known.after_page(
            page.next, sorted_.unconfirmed, sorted_.held_up + answered.held_up,
            sum(each.outcome == "answered" for each in going), _refused(going),
        )
        more = page.more and page.next != known.cursor
        then = then if more else then.at_the_end()
        if then != known:
            self._database.retrying(lambda conn: keep_progress(conn, then, self._clock()))
        return more


def _refused(answers: Sequence[MaskedAnswer]) -> Counter[str]:
    return Counter(each.reason for each in answers if each.reason is not None)


def _is_due(known: Progress, now: datetime) -> bool:
    every = SOON_AFTER if known.held_up.get(OUTBOX) else AGAIN_AFTER
    # One that lies ahead comes from a clock that was set back: it does not count.
    return known.began_at is None or not timedelta(0) <= now - datetime.fromisoformat(known.began_at) < every


def _ways(conn: Connection, scopes: Sequence[Scope]) -> str:
    """Digest, in hex, of all that decides whether a request waits for a person or a key."""
    cards = [peer.usable for peer in peers.everyone(conn)]
    lines = [f"{card.partner} {fingerprint_of(card)}" for card in cards if card is not None]
    lines += [f"{scope.under} {scope.ahead}" for scope in scopes]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
