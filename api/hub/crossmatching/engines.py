"""Who runs the searches of a run: this process, a pool of processes, or a cluster. Blocks give the same everywhere."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from api.hub.crossmatching import run_files
from api.hub.crossmatching.blocks import Block
from api.hub.crossmatching.errors import CrossMatchError
from api.hub.crossmatching.lists import Int32
from api.hub.crossmatching.opening import OpenRun, open_run
from api.hub.crossmatching.searching import search_block

AHEAD = 2
"""Blocks for each worker that are handed out before the first of them is taken: results wait in memory."""
MOST_DEATHS = 5
"""Workers that may die, one after the other, over one block."""


class Engine(Protocol):
    """Runs blocks.

    name     in reports
    workers  processes that search at once
    lost     workers that died, and whose blocks were run again
    """

    @property
    def name(self) -> str:
        """See above."""
        ...

    @property
    def workers(self) -> int:
        """See above."""
        ...

    @property
    def lost(self) -> int:
        """See above."""
        ...

    def results(self, folder: Path, blocks: Sequence[Block], aid: str | None = None) -> Iterator[bytes]:
        """The result of each block (`Found.to_bytes`), in the order of the blocks.

        Args:
            folder: the run's.
            blocks: what to search for.
            aid: name of what all of them need besides (see searching.search_block).

        Raises:
            CrossMatchError: workers die again and again.
            SnapshotError: the run's snapshot cannot be trusted.
        """
        ...

    def close(self) -> None:
        """End all workers."""
        ...


class OwnProcess:
    """Searches in this process, with threads: what a short run needs is done before a pool has started."""

    name, lost = "own process", 0

    def __init__(self, threads: int | None = None) -> None:
        """Use so many threads, or as many as there are processors."""
        self.workers = threads or os.cpu_count() or 1

    def results(self, folder: Path, blocks: Sequence[Block], aid: str | None = None) -> Iterator[bytes]:
        """See Engine."""
        if blocks:
            run, read = open_run(folder, self.workers), _aid(folder, aid)
            for block in blocks:
                yield search_block(run, block, read).to_bytes()

    def close(self) -> None:
        """Nothing to end."""


class Processes:
    """A pool of spawned processes, one thread each, which share the mapped pages of the snapshot."""

    name = "processes"

    def __init__(self, workers: int | None = None) -> None:
        """Use so many processes, or one for each processor; they start with the first block."""
        self.workers, self.lost = workers or os.cpu_count() or 1, 0
        self._pool: ProcessPoolExecutor | None = None

    def results(self, folder: Path, blocks: Sequence[Block], aid: str | None = None) -> Iterator[bytes]:
        """See Engine."""
        waiting, running = deque(blocks), deque[tuple[Block, Future[bytes]]]()
        deaths = 0
        while waiting or running:
            try:
                while waiting and len(running) < self.workers * AHEAD:
                    running.append((waiting[0], self._started().submit(searched, str(folder), waiting[0], aid)))
                    waiting.popleft()
                result = running[0][1].result()
            except BrokenProcessPool:
                deaths += 1
                self._bury(deaths)
                # All that were handed out died with the pool; what they would have given is the same next time.
                waiting.extendleft(block for block, _ in reversed(running))
                running.clear()
                continue
            running.popleft()
            deaths = 0
            yield result

    def close(self) -> None:
        """End all workers, without waiting for blocks that nobody wants any more."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Spawned: a fork would copy threads' locks, and numba's state with them.
            self._pool = ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"))
        return self._pool

    def _bury(self, deaths: int) -> None:
        self.lost += 1
        self.close()
        if deaths >= MOST_DEATHS:
            raise CrossMatchError(
                f"Search processes died {deaths} times over one block, perhaps for lack of memory; see to it, and "
                "finish the run with `milap hub crossmatch --resume`."
            )


def searched(folder: str, block: Block, aid: str | None) -> bytes:
    """What a worker does: open the run, once, and search."""
    return search_block(_opened(folder), block, _read(folder, aid)).to_bytes()


@lru_cache(maxsize=1)
def _opened(folder: str) -> OpenRun:
    return open_run(Path(folder), threads=1)


@lru_cache(maxsize=1)
def _read(folder: str, aid: str | None) -> Int32 | None:
    return _aid(Path(folder), aid)


def _aid(folder: Path, aid: str | None) -> Int32 | None:
    return None if aid is None else run_files.read_aid(folder, aid)
