"""The errand of the directory: the own entry to the hub, and everybody's from there."""

from datetime import timedelta

from api.holder.directory import copy, own_entry
from api.holder.sync.client import HubClient
from api.service.clock import Clock
from api.service.database import Database
from api.wire.directory import DirectoryPage, DirectoryReceipt
from api.wire.problems import ProblemError

COPIED_EVERY = timedelta(hours=1)
PAGE = 100
_PATH = "/v1/directory/me"


class DirectoryErrand:
    """Publishes what was set here, and keeps the copy of the directory at most an hour old.

    Args:
        database: the gateway's.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def run(self, client: HubClient) -> bool:
        """Publish, then copy; see Errand.run. Never more at once."""
        published = self._publish(client)
        with self._database.read() as conn:
            made = copy.as_of(conn)
        if published or made is None or not timedelta(0) <= self._clock() - made < COPIED_EVERY:
            fresh = copy.fetch(lambda after: _page(client, after), self._clock())
            self._database.retrying(lambda conn: copy.store(conn, fresh))
        return False

    def _publish(self, client: HubClient) -> bool:
        with self._database.read() as conn:
            own = own_entry.load(conn)
        if own is None or own.published or own.problem is not None:
            return False
        try:
            if own.entry is None:
                client.ask(DirectoryReceipt, "DELETE", _PATH)
            else:
                client.ask(DirectoryReceipt, "PUT", _PATH, own.entry.model_dump_json().encode())
        except ProblemError as error:
            if error.kind not in ("invalid-body", "wrong-version", "too-large"):
                raise
            refusal = error.detail
            self._database.retrying(lambda conn: own_entry.settle(conn, own.entry, refusal, self._clock()))
            return False
        self._database.retrying(lambda conn: own_entry.settle(conn, own.entry, None, self._clock()))
        return True


def _page(client: HubClient, after: str | None) -> DirectoryPage:
    query = f"?limit={PAGE}" + (f"&after={after}" if after else "")
    return client.ask(DirectoryPage, "GET", f"/v1/directory{query}")
