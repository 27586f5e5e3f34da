"""The thread of the serving process that lets go of what has been kept long enough."""

from api.hub.retention.purging import TASKS, run
from api.hub.settings import HubSettings
from api.hub.storage.purging import Limits
from api.service.clock import Clock
from api.service.database import Database
from api.service.workers import Worker

ROWS_A_STEP = 100
"""Short steps: each holds the counters, and whoever writes waits."""
SWEEP_SECONDS = 3600.0
"""Between two looks through the tables; nothing here is urgent to the hour."""
GAP_SECONDS = 0.1
STOP_SECONDS = 10.0


class Retention:
    """Goes through all tasks, a few rows a step; where it stopped, or was killed, the next sweep finds the rest.

    Args:
        database: the hub's.
        settings: tell how long things are kept.
        clock: the present moment.
        rows: most rows of a step.
    """

    def __init__(self, database: Database, settings: HubSettings, clock: Clock, rows: int = ROWS_A_STEP) -> None:
        self._database, self._settings, self._clock, self._rows = database, settings, clock, rows
        self._task, self._after = 0, 0
        self._worker = Worker("retention", self.step, SWEEP_SECONDS, gap_seconds=GAP_SECONDS)

    def start(self) -> None:
        """Begin to work in the background."""
        self._worker.start()

    def stop(self) -> None:
        """End after the present step."""
        self._worker.stop(STOP_SECONDS)

    def step(self) -> bool:
        """Look at some rows and let those go whose time has come; False at the end of a sweep."""
        now, task = self._clock(), TASKS[self._task]
        limits = Limits.at(now, self._settings.withdrawn_days, self._settings.closed_days)
        query = task.due(limits)
        number = query.selected_columns[0]
        with self._database.read() as conn:
            wanted = query.where(number > self._after).order_by(number).limit(self._rows)
            ids = list(conn.execute(wanted).scalars())
        if ids:
            self._database.retrying(lambda conn: run(conn, task, limits, ids, now))
            # Rows that a hold keeps are due still: the sweep goes past them.
            self._after = ids[-1]
        if len(ids) < self._rows:
            self._task, self._after = (self._task + 1) % len(TASKS), 0
        return self._task != 0 or len(ids) == self._rows
