"""The gateway's exchange with the hub: a worker for what goes out, one for what comes in, one for errands."""

from collections.abc import Callable, Sequence
from typing import Any

from api.holder.storage import facts, next_key, outbox
from api.holder.sync.backoff import Backoff
from api.holder.sync.encoding import ItemMaker
from api.holder.sync.errands import Errand
from api.holder.sync.expiry import withdraw_expired
from api.holder.sync.inbox import RELEASES, InboxPuller
from api.holder.sync.knocks import check_knock
from api.holder.sync.lane import Lane
from api.holder.sync.line import Line
from api.holder.sync.notify import Notifier
from api.holder.sync.outbox import OutboxSender
from api.holder.sync.overlapping import overlap_of
from api.holder.sync.photo_following import PhotoFollower
from api.holder.sync.reconcile import Comparison, reconcile
from api.holder.sync.rotating import begin
from api.holder.sync.status import exchange_status, moment_text
from api.holder.vault.vault import Vault
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.workers import Worker
from api.wire.problems import ProblemError
from api.wire.signing import SignedMessage

STOP_SECONDS = 10.0
_OUTBOX_IDLE_SECONDS = 1.0
_NOTHING_GOES = frozenset({"hub-unreachable", "bad-response-signature", "not-ready"})
_NO_KEY = "No linkage key is set; set linkage_key to the file that the key steward handed out."


class Sync:
    """Implements `api.holder.ports.SyncPort`.

    Args:
        database: the gateway's.
        vault: seals again what has to be sent under a later version.
        line: the line to the hub.
        maker: makes items of records; None without a linkage key, and then nothing can be sent.
        notifier: tells the desk.
        next_maker: makes items under the next linkage key, while two epochs overlap.
        errands: everything else that is settled with the hub (see api.holder.sync.errands).
        poll_seconds: how often the hub is asked for candidates without a knock.
        errand_seconds: how often the errands are run without one; they ask the hub much more.
        clock: the gateway's clock.
        backoff: makes the pauses after failures, one for each direction.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        line: Line,
        maker: ItemMaker | None,
        notifier: Notifier,
        *,
        next_maker: ItemMaker | None = None,
        errands: Sequence[Errand] = (),
        poll_seconds: float = 5.0,
        errand_seconds: float = 20.0,
        clock: Clock = utc_now,
        backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        self._database, self._vault, self._line = database, vault, line
        self._notifier, self._clock = notifier, clock
        follower = PhotoFollower(database, vault, clock)
        self._maker, self._next_maker = maker, next_maker
        self._sender = None if maker is None else OutboxSender(database, maker, clock, follower)
        ahead = PhotoFollower(database, vault, clock, ahead=True)
        self._next_sender = None if next_maker is None else OutboxSender(database, next_maker, clock, ahead, next_key)
        self._puller, self._errands = InboxPuller(database, clock), errands
        self._releases = InboxPuller(database, clock, RELEASES)
        self._begun = False
        self.out = Lane(database, line, facts.OUTBOX_PROBLEM, backoff(), clock)
        self.ahead = Lane(database, line, facts.NEXT_PROBLEM, backoff(), clock)
        self.into = Lane(database, line, facts.INBOX_PROBLEM, backoff(), clock)
        self.about = Lane(database, line, facts.ERRANDS_PROBLEM, backoff(), clock)
        self._workers = (
            Worker("outbox", self.step_out, _OUTBOX_IDLE_SECONDS),
            Worker("inbox", self.step_in, poll_seconds),
            Worker("errands", self.step_about, errand_seconds),
        )

    def changed(self) -> None:
        """Something may wait in the outbox, or for an errand."""
        self._workers[0].wake()
        self._workers[2].wake()

    def ready(self) -> list[str]:
        """Which workers do not run; an unreachable hub is no reason, since the gateway works offline."""
        return [f"the {worker.name} worker does not run" for worker in self._workers if not worker.is_alive()]

    def start(self) -> None:
        """Begin to work in the background."""
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """End after the present step, or leave it behind after ten seconds: whatever it sends may be sent again."""
        for worker in self._workers:
            worker.stop(0.0)
        for worker in self._workers:
            worker.stop(STOP_SECONDS)
        self._line.close()

    def knocked(self, message: SignedMessage) -> None:
        """Look into the inbox now; ProblemError when it was not the hub that signed."""
        check_knock(message, self._line.known(), self._database, self._clock)
        for lane, worker in ((self.into, self._workers[1]), (self.about, self._workers[2])):
            lane.backoff.succeeded()
            worker.wake()

    def status(self) -> dict[str, Any]:
        """Counted receipts, last contact, what stands in the way; nothing of candidates."""
        return {**exchange_status(self._database), "next_attempt": moment_text(self.out.backoff.not_before)}

    def check(self, progress: Callable[[int], None] = lambda records: None) -> Comparison:
        """Compare with what the hub holds, and take all candidates again.

        Args:
            progress: called with the number of own records just compared.

        Raises:
            ProblemError: the hub may not be asked, or does not answer.
        """
        client = self._line.client()
        self._line.forget_policy()
        overlap = overlap_of(self._line.policy(client), self._maker, self._next_maker)
        comparison = reconcile(
            self._database, self._vault, client, clock=self._clock, progress=progress, overlap=overlap
        )
        self._puller.pull_everything(client)
        self._releases.pull_everything(client)
        return comparison

    def step_out(self, at_once: bool = False) -> bool:
        """One step of the outbox: withdraw what has expired, then send one submission under each linkage key.

        True when there is more. What stops one of the two keys does not keep the other from going on.
        """
        withdraw_expired(self._database, self._vault, self._clock)
        first = self._begin()
        with self._database.read() as conn:
            waits, ahead = outbox.any_waiting(conn), next_key.any_waiting(conn)
        more = False
        if waits or first:
            more = self.out.attempt(self._send, at_once=at_once)
        if ahead and self._next_sender is not None:
            more = self.ahead.attempt(self._send_ahead, at_once=at_once) or more
        return more

    def step_in(self, at_once: bool = False) -> bool:
        """One step of the inbox: take one page, then tell the desk. True when there is more."""
        more = self.into.attempt(self._pull, at_once=at_once)
        if not more:
            self._notifier.notify()
        return more

    def step_about(self, at_once: bool = False) -> bool:
        """One turn of all errands. True when one of them has more to do."""
        return self.about.attempt(self._run_errands, at_once=at_once)

    def _run_errands(self) -> bool:
        client = self._line.client()
        problems, more = list[ProblemError](), False
        for errand in self._errands:
            try:
                more = errand.run(client) or more
            except ProblemError as problem:
                # What the hub refuses of one kind of business does not keep the others from being settled.
                problems.append(problem)
                if problem.kind in _NOTHING_GOES:
                    break
        if problems:
            raise problems[0]
        return more

    def _send(self) -> bool:
        if self._sender is None:
            raise ProblemError("not-ready", _NO_KEY)
        return self._sent_by(self._sender)

    def _send_ahead(self) -> bool:
        assert self._next_sender is not None
        return self._sent_by(self._next_sender)

    def _sent_by(self, sender: OutboxSender) -> bool:
        client = self._line.client()
        with self._database.read() as conn:
            check_due = facts.get(conn, facts.CHECK_DUE) is not None
        if check_due:
            self.check()
        try:
            sent = sender.send(client, self._line.policy(client))
        except ProblemError:
            # What the hub takes may have changed; it is asked again before anything more is sent.
            self._line.forget_policy()
            raise
        if sent.other_space:
            self._line.forget_policy()
        return sent.more

    def _begin(self) -> bool:
        """Once: see which linkage keys are set, and whether they are those of last time. True when it did."""
        if self._begun or self._maker is None:
            return False
        present, now = self._maker.partition, self._clock()
        following = None if self._next_maker is None else self._next_maker.partition
        self._database.retrying(lambda conn: begin(conn, present, following, now))
        self._begun = True
        return True

    def _pull(self) -> bool:
        return self._puller.pull(self._line.client()).more

