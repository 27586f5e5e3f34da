"""One night of a hub, as `milap hub crossmatch` runs it, in a process that `benchmarks.common.watching` starts.

Asked: folder of the hub, cores, full. Answered: what the run's document says of its work, and what the database is.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from api.hub.crossmatching.blocks import Block
from api.hub.crossmatching.engines import Processes
from api.hub.crossmatching.running import Wanted, cross_match
from api.hub.storage.tables import candidates
from benchmarks.common.bulk_hub import hub_options, open_hub
from benchmarks.common.watching import answering, own_seconds, use_cores

TOLD = (
    "mode", "why", "missing", "found", "dirty", "pairs_compared", "pairs_scored", "offers", "added", "changed",
    "withdrawn", "lists_changed", "stages",
)  # fmt: skip


class Metered(Processes):
    """A pool that knows the processor seconds of the searches: of its workers, and of who takes and keeps results."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.cpu, self._before = 0.0, 0.0

    def results(self, folder: Path, blocks: Sequence[Block], aid: str | None = None) -> Iterator[bytes]:
        """See Engine."""
        self._before = self._before or own_seconds()
        yield from super().results(folder, blocks, aid)

    def close(self) -> None:
        """See Engine; the searches end with it."""
        super().close()
        if self._before and not self.cpu:
            self.cpu = own_seconds() - self._before


def night(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Run it: a full one with a pool of processes, another by whatever the program chooses."""
    use_cores(asked["cores"])
    folder, pool = Path(asked["folder"]), Metered(asked["cores"])
    database, partition = open_hub(folder)
    wanted = Wanted(full=asked["full"], estimate=False, engine=(lambda _begun: pool) if asked["full"] else None)
    document = cross_match(database, hub_options(folder, asked["cores"]), partition, wanted)
    assert document is not None
    with database.read() as conn:
        stored = conn.execute(select(func.count()).select_from(candidates)).scalar_one()
    database.close()
    size = sum(path.stat().st_size for path in folder.glob("hub.db*"))
    return {
        **{name: document[name] for name in TOLD}, "candidates": stored, "database_bytes": size, "search_cpu": pool.cpu,
    }  # fmt: skip


if __name__ == "__main__":
    answering(night)
