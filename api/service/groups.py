"""Writers that wait for the same turn share one transaction, and so one sync of the disk."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, exc

from api.service.turns import Turns

T = TypeVar("T")
MOST_TOGETHER = 64


class _Ticket:
    """One piece of work, and what came of it."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.done = False
        self.result: Any = None
        self.error: Exception | None = None

    def run(self, connection: Connection) -> None:
        self.error = None
        self.result = self.work(connection)

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


class Groups:
    """Runs pieces of work in as few transactions as their arrival allows.

    Args:
        turns: what writers queue for; whoever's turn comes does the work of all that wait then.
        transaction: one write transaction, which the caller's turn covers.
    """

    def __init__(self, turns: Turns, transaction: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._turns, self._transaction = turns, transaction
        self._guard = Lock()
        self._waiting: list[_Ticket] = []

    def run(self, work: Callable[[Connection], T]) -> T:
        """The result of work, once the transaction that held it is committed; or what it raised, and it is undone.

        Raises:
            StorageError: the transaction failed, and with it the work of everybody in it.
        """
        mine = _Ticket(work)
        with self._guard:
            self._waiting.append(mine)
        try:
            with self._turns.turn():
                if not mine.done:
                    self._lead(self._chosen(mine))
        finally:
            with self._guard:
                if mine in self._waiting:
                    self._waiting.remove(mine)
        result: T = mine.outcome()
        return result

    def _chosen(self, mine: _Ticket) -> list[_Ticket]:
        """Those who wait, the leader among them; the rest have turns of their own."""
        with self._guard:
            others = [ticket for ticket in self._waiting if ticket is not mine][: MOST_TOGETHER - 1]
            self._waiting = [ticket for ticket in self._waiting if ticket is not mine and ticket not in others]
        return [mine, *others]

    def _lead(self, tickets: list[_Ticket]) -> None:
        try:
            if len(tickets) == 1 or not self._all_at_once(tickets):
                for ticket in tickets:
                    self._alone(ticket)
        finally:
            for ticket in tickets:
                ticket.done = True

    def _all_at_once(self, tickets: list[_Ticket]) -> bool:
        """Whether one transaction held them all; if not, it is undone, and nothing has come of anybody's work."""
        try:
            with self._transaction() as connection:
                for ticket in tickets:
                    _by_itself(connection, ticket)
        except Exception:
            return False
        return True

    def _alone(self, ticket: _Ticket) -> None:
        try:
            with self._transaction() as connection:
                ticket.run(connection)
        except Exception as error:
            ticket.error = error


def _by_itself(connection: Connection, ticket: _Ticket) -> None:
    """What work raises undoes that work; what the database raises may have undone everything, and concerns all."""
    try:
        with connection.begin_nested():
            ticket.run(connection)
    except exc.IntegrityError as error:
        ticket.error = error
    except exc.DBAPIError:
        raise
    except Exception as error:
        ticket.error = error
