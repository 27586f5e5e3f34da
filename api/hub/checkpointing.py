"""The hub's own checkpoints: one when the last is old enough, from a thread of its own."""

from datetime import timedelta

from api.hub.storage.partner_tables import audit
from api.service.audit import checkpoints
from api.service.audit.publishing import publish_due
from api.service.clock import Clock
from api.service.database import Database
from api.service.workers import Worker
from api.wire.request_keys import RequestKey

HUB = "hub"
"""Who entries are by that the hub makes itself."""
BLOCK = 256
"""Published sizes of the hub's log are multiples of this."""
_LOOK_SECONDS = 60.0
_STOP_SECONDS = 10.0


class Checkpoints:
    """Publishes checkpoints of the hub's audit log while it serves, the first one at once when it is due.

    Args:
        database: the hub's database.
        key: the hub's key.
        hub: the hub's name.
        every: least time between two checkpoints.
        clock: the present moment.
    """

    def __init__(self, database: Database, key: RequestKey, hub: str, every: timedelta, clock: Clock) -> None:
        self._database, self._key, self._hub, self._every, self._clock = database, key, hub, every, clock
        self._worker = Worker("checkpoints", self.step, _LOOK_SECONDS)

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def stop(self) -> None:
        """End after the present step."""
        self._worker.stop(_STOP_SECONDS)

    def step(self) -> bool:
        """Publish a checkpoint if one is due; never more to do at once."""
        now = self._clock()
        # Asked in a read first: a look a minute must not wait for its turn to write.
        with self._database.read() as conn:
            last = checkpoints.latest(conn, audit, self._hub)
        if last is None or abs(now - last.at) >= self._every:
            self._database.retrying(
                lambda conn: publish_due(
                    conn, audit, self._key, self._hub, HUB, every=self._every, block=BLOCK, now=now
                )
            )
        return False
