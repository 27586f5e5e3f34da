"""The matcher of a running hub: one thread that matches what waits, one that saves snapshots."""

import time
from collections.abc import Callable, Collection

import structlog
from sqlalchemy import Connection

from api.hub.crossmatching.forgetting import forget_erased
from api.hub.matching.approximate_reports import save_report
from api.hub.matching.approximating import Approximating, ApproximatingOptions
from api.hub.matching.loading import discard_foreign, load, remove_closed
from api.hub.matching.models import Shelf
from api.hub.matching.online import match_pending
from api.hub.matching.options import MatchingOptions
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.taking_back import TakingBack
from api.hub.matching.upkeep import apply_agreements, expire
from api.hub.probing.freeing import lapse
from api.hub.refining.working import Refining
from api.hub.storage.matching import history, renew_history
from api.hub.storage.partitions import Partition, every_partition
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.storage_errors import StorageError
from api.service.workers import Worker
from indexer.approximate_lists import require_faiss
from matcher.errors import MilapError

IDLE_SECONDS = 2.0
"""Upper bound of the wait for what another process (the command line) changed."""
UPKEEP_SECONDS = 1.0
"""Between two looks for expired records and new agreements."""
GATHER_SECONDS = 0.05
"""Rest between two steps: records that come meanwhile share one search, one transaction and one sync of the disk."""
SNAPSHOT_LOOK_SECONDS = 5.0
STOP_SECONDS = 30.0
SILENT_SECONDS = 120.0
BROKEN_PAUSE_SECONDS = 60.0
"""Before a partition that could not be matched is tried again: its index has to be loaded anew."""

CandidatesChanged = Callable[[Collection[int]], None]
"""Called with partner numbers after a commit: custodians whose candidates changed, and whoever is asked for codes."""


class Matcher:
    """Matches in the background; implements `api.hub.ports.Matcher`.

    Args:
        database: the hub's database.
        options: how to match.
        clock: tells the day, on which expiry and agreements hang.
        candidates_changed: told of partners with news.
        monotonic: seconds that only grow; for the age of snapshots.
    """

    def __init__(
        self, database: Database, options: MatchingOptions, *, clock: Clock = utc_now,
        candidates_changed: CandidatesChanged | None = None, monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._options, self._clock = database, options, clock
        self._tell, self._monotonic = candidates_changed or _nobody, monotonic
        self._indexes: dict[int, ResidentIndex] = {}
        self._saved_at: dict[int, float] = {}
        self._broken: dict[int, str] = {}
        self._again_at: dict[int, float] = {}
        self._upkeep_at = 0.0
        self._shelf = Shelf()
        self._taking_back = TakingBack(database)
        self._refining = Refining(database, options)
        self._loaded = False
        if options.approximate_from_rows is not None:
            require_faiss()
        self._approximate: dict[int, Approximating] = {}
        self._matching = Worker("matcher", self.step, IDLE_SECONDS, gap_seconds=GATHER_SECONDS)
        self._saving = Worker("snapshots", self.save_due, SNAPSHOT_LOOK_SECONDS)
        self._approximating = Worker("approximate", self.approximate_due, SNAPSHOT_LOOK_SECONDS)

    def changed(self) -> None:
        """Look for records that wait, at once."""
        self._matching.wake()

    def ready(self) -> list[str]:
        """Why matching cannot work now."""
        if not self._loaded:
            return ["The index is being loaded."]
        reasons = [f"Partition {number} cannot be matched ({why})." for number, why in sorted(self._broken.items())]
        if self._matching.alive_since_success > SILENT_SECONDS:
            reasons.append("Matching has failed for two minutes or more; see the log.")
        return reasons

    def start(self) -> None:
        """Put snapshots aside that do not belong to this database, and begin to load and to match."""
        self._database.retrying(_begin_history)
        with self._database.read() as conn:
            for partition in every_partition(conn):
                discard_foreign(conn, self._options.folder, partition.id)
        self._matching.start()
        self._saving.start()
        if self._options.approximate_from_rows is not None:
            self._approximating.start()

    def stop(self) -> None:
        """End both threads after their present piece of work."""
        self._matching.stop(STOP_SECONDS)
        self._saving.stop(STOP_SECONDS)
        if self._options.approximate_from_rows is not None:
            self._approximating.stop(STOP_SECONDS)

    def step(self) -> bool:
        """Expire, apply agreements, take back, and match one batch of each partition; True when there is more to do."""
        more = self._upkeep()
        with self._database.read() as conn:
            partitions = every_partition(conn)
        for partition in partitions:
            more = self._take_back(partition.id) or more
            if partition.state == "open":
                more = self._guarded(partition) or more
            else:
                self._close(partition.id)
        self._loaded = True
        return more

    def save_due(self) -> bool:
        """Save every snapshot that is due; never more to do at once."""
        for index in list(self._indexes.values()):
            forget_erased(self._options.folder, index.folder, index.partition_id, index.last_erasure)
            if self._due(index):
                index.save()
                self._saved_at[index.partition_id] = self._monotonic()
        return False

    def approximate_due(self) -> bool:
        """Build every approximate index that is due, which takes minutes, and say how good it is."""
        for number, search in list(self._approximate.items()):
            search.upkeep()
            save_report(self._options.folder, number, search.report())
        return False

    def index_of(self, partition_id: int) -> ResidentIndex | None:
        """The resident index of a partition, None until it is loaded."""
        return self._indexes.get(partition_id)

    def _upkeep(self) -> bool:
        """Now and then only: a report must not wait for questions about the calendar."""
        if self._monotonic() < self._upkeep_at:
            return False
        now = self._clock()
        more = expire(self._database, now)
        more = apply_agreements(self._database, now) or more
        more = self._refining.clear(now) or more
        if told := lapse(self._database, now, self._options.within_country):
            self._tell(told)
        self._upkeep_at = self._monotonic() + (0 if more else UPKEEP_SECONDS)
        return more

    def _take_back(self, partition_id: int) -> bool:
        told = self._taking_back.step(partition_id, self._clock())
        if told:
            self._tell(told)
        return told is not None

    def _guarded(self, partition: Partition) -> bool:
        """One partition that cannot be matched must not keep the others from it; a failing database concerns all."""
        if self._monotonic() < self._again_at.get(partition.id, 0.0):
            return False
        try:
            more = self._match(partition)
        except StorageError:
            raise
        except MilapError as error:
            self._indexes.pop(partition.id, None)
            self._approximate.pop(partition.id, None)
            if self._broken.get(partition.id) != type(error).__name__:
                structlog.get_logger().error("partition not matched", partition=partition.id, exc_info=error)
            self._broken[partition.id] = type(error).__name__
            self._again_at[partition.id] = self._monotonic() + BROKEN_PAUSE_SECONDS
            return False
        self._broken.pop(partition.id, None)
        return more

    def _match(self, partition: Partition) -> bool:
        index = self._indexes.get(partition.id)
        if index is None:
            index = load(self._database, self._options.folder, partition, self._options.threads)
            self._saved_at[partition.id] = self._monotonic()
            self._indexes[partition.id] = index
            self._follow(partition.id, index)
        stored = match_pending(self._database, index, partition, self._options, self._clock(), self._shelf)
        weighed = self._refining.weigh(index, self._clock())
        done = [each for each in (stored, weighed) if each is not None]
        for each in done:
            if each.custodians:
                self._tell(each.custodians)
        return bool(done)

    def _follow(self, partition_id: int, index: ResidentIndex) -> None:
        """Let online search be approximate when there is enough to search, if the operator wants it."""
        save_report(self._options.folder, partition_id, None)
        if self._options.approximate_from_rows is not None:
            search = Approximating(index, ApproximatingOptions(self._options.approximate_from_rows))
            index.followers.append(search)
            index.online = self._approximate[partition_id] = search

    def _close(self, partition_id: int) -> None:
        """A closed epoch is matched no longer, and its codes leave memory and disk."""
        self._indexes.pop(partition_id, None)
        self._approximate.pop(partition_id, None)
        save_report(self._options.folder, partition_id, None)
        self._broken.pop(partition_id, None)
        remove_closed(self._options.folder, partition_id)
        self._refining.close(partition_id)

    def _due(self, index: ResidentIndex) -> bool:
        if index.holds_erased() or index.unsaved >= self._options.snapshot_every_changes:
            return True
        age = self._monotonic() - self._saved_at[index.partition_id]
        return index.unsaved > 0 and age >= self._options.snapshot_every_seconds


def _begin_history(conn: Connection) -> None:
    if history(conn) == 0:
        renew_history(conn)


def _nobody(_partner_ids: Collection[int]) -> None:
    """Nobody wants to be told."""
