"""One direction of the exchange: tries when it is due, and remembers what stands in its way."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from api.holder.storage import facts
from api.holder.sync.backoff import Backoff
from api.holder.sync.hub_facts import HubNotConfirmedError
from api.holder.sync.line import Line
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.wire.problems import ProblemError

CONTACT_NOTED_EVERY = timedelta(minutes=1)


class Lane:
    """Runs one kind of exchange with the hub.

    Args:
        database: keeps the problem, and when the hub was last heard.
        line: the line to the hub.
        fact: under which name the problem is kept.
        backoff: when to try again.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, line: Line, fact: str, backoff: Backoff, clock: Clock = utc_now) -> None:
        self._database, self._line, self._fact, self._clock = database, line, fact, clock
        self.backoff = backoff
        self._heard: datetime | None = None

    def attempt(self, exchange: Callable[[], bool], *, at_once: bool = False) -> bool:
        """Run the exchange if an attempt is due; True when it wants to go on at once.

        Args:
            exchange: talks to the hub; True when there is more.
            at_once: whether to pay no heed to the pause after a failure.
        """
        if not (at_once or self.backoff.is_due(self._clock())):
            return False
        try:
            more = exchange()
        except ProblemError as problem:
            self._failed(problem)
            return False
        self.backoff.succeeded()
        self._note_success()
        return more

    def problem(self) -> dict[str, Any] | None:
        """What stands in the way (kind, detail, since), or None."""
        with self._database.read() as conn:
            return noted_problem(conn, self._fact)

    def _failed(self, problem: ProblemError) -> None:
        now = self._clock()
        # What is left to do here costs the hub nothing to look at again.
        if not isinstance(problem, HubNotConfirmedError):
            self.backoff.failed(now)
        if problem.kind == "bad-response-signature":
            self._line.doubt()
        known = self.problem()
        if known is not None and (known["kind"], known["detail"]) == (problem.kind, problem.detail):
            return
        since = known["since"] if known is not None and known["kind"] == problem.kind else now.isoformat()
        document = {"kind": problem.kind, "detail": problem.detail, "since": since}
        with self._database.write() as conn:
            facts.put(conn, self._fact, json.dumps(document), now)
        structlog.get_logger().warning("the exchange with the hub stands still", job=self._fact, problem=problem.kind)

    def _note_success(self) -> None:
        """Seldom, when nothing changed: a write for every question would wear the disk."""
        now, known = self._clock(), self.problem()
        if known is None and self._heard is not None and abs(now - self._heard) < CONTACT_NOTED_EVERY:
            return
        self._heard = now
        with self._database.write() as conn:
            facts.put(conn, facts.LAST_CONTACT, now.isoformat(), now)
            facts.remove(conn, self._fact)
        if known is not None:
            structlog.get_logger().info("the exchange with the hub goes on", job=self._fact)


def noted_problem(conn: Connection, fact: str) -> dict[str, Any] | None:
    """What was noted to stand in the way of a lane (kind, detail, since), or None."""
    text = facts.get(conn, fact)
    return None if text is None else dict(json.loads(text))
