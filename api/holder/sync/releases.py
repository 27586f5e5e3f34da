"""Candidates that other organisations released for own missing records."""

from api.holder.sync.client import HubClient
from api.holder.sync.inbox import RELEASES, InboxPuller
from api.service.clock import Clock
from api.service.database import Database


class ReleasesErrand:
    """Asks the hub what was released, and what became of it. Implements `api.holder.sync.errands.Errand`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Store into a database."""
        self._puller = InboxPuller(database, clock, RELEASES)

    def run(self, client: HubClient) -> bool:
        """Take one page; True when there is another. Raises ProblemError when the hub gave none."""
        return self._puller.pull(client).more
