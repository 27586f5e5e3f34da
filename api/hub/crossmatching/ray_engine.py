"""Searches on a Ray cluster: Ray places the blocks, and runs those again whose worker or node died.

What a node needs goes through Ray's object store, and is read there without being copied: nodes share no disk.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import ray
from ray.exceptions import RayError, RayTaskError

from api.hub.crossmatching import run_files
from api.hub.crossmatching.blocks import Block
from api.hub.crossmatching.engines import AHEAD, MOST_DEATHS
from api.hub.crossmatching.errors import CrossMatchError
from api.hub.crossmatching.handing import HandedRun, hand_over, open_handed
from api.hub.crossmatching.lists import Int32
from api.hub.crossmatching.opening import OpenRun
from api.hub.crossmatching.ray_cluster import RETRIES, RayCluster
from api.hub.crossmatching.ray_tokens import require_token
from api.hub.crossmatching.same_code import code_digest
from api.hub.crossmatching.searching import search_block
from matcher.errors import InputError, MilapError

CODE = code_digest()
"""Of the code of this process, as it was when it was loaded: files may be exchanged while a run goes on."""


class RayEngine:
    """See engines.Engine. Tasks run at least once; a block gives the same bytes however often it runs."""

    name = "ray"

    def __init__(self, address: str | None, workers: int | None) -> None:
        """Connects, or starts a cluster of this machine, with the first block.

        Args:
            address: of a cluster of which this machine is a node; None starts one here.
            workers: how many search at once; all processors if None.

        Raises:
            InputError: authentication is turned off, there is no token, or the address is one for Ray's client.
        """
        if address is not None and "://" in address:
            raise InputError("Give the address of the Ray cluster as host:port; this machine has to be a node of it.")
        require_token(address)
        self._address, self._wanted, self.lost = address, workers, 0
        self._processors = os.cpu_count() or 1
        self._cluster: RayCluster | None = None
        self._handed: tuple[Path, Any] | None = None

    @property
    def workers(self) -> int:
        """Processes that search at once; a guess as long as nothing was searched."""
        return min(self._wanted or self._processors, self._processors)

    def results(self, folder: Path, blocks: Sequence[Block], aid: str | None = None) -> Iterator[bytes]:
        """See Engine."""
        if not blocks:
            return
        try:
            yield from self._results(folder, blocks, aid)
        except RayError as error:
            # Not chained: Ray's messages have addresses and folders.
            raise CrossMatchError(
                f"The Ray cluster gave up ({type(error).__name__}), perhaps for lack of memory: no block is begun more "
                f"than {MOST_DEATHS} times. See to it, and finish the run with `milap hub crossmatch --resume`."
            ) from None

    def close(self) -> None:
        """Leave the cluster; one that was started here ends. Blocks that still run there are dropped."""
        self._handed = None
        if self._cluster is not None:
            self._cluster.close()
            self._cluster = None

    def _results(self, folder: Path, blocks: Sequence[Block], aid: str | None) -> Iterator[bytes]:
        task: Any = ray.remote(num_cpus=1, max_retries=RETRIES)(searched)
        run = self._hand_over(folder)
        read = None if aid is None else ray.put(np.array(run_files.read_aid(folder, aid)))
        waiting, running = deque(blocks), deque[Any]()
        while waiting or running:
            while waiting and len(running) < self._window:
                running.append(task.remote(run.hex(), run, waiting.popleft(), CODE, read))
            result, deaths = _taken(running[0])
            running.popleft()
            self.lost += deaths
            yield result

    @property
    def _window(self) -> int:
        """Blocks handed out at a time; some wait when all processors are ours."""
        return self.workers * (AHEAD if self.workers == self._processors else 1)

    def _hand_over(self, folder: Path) -> Any:
        """The run in the object store of this machine's node, which does not go away while we are here."""
        if self._handed is None or self._handed[0] != folder:
            run = hand_over(folder)
            self._handed = None
            if self._cluster is None:
                self._cluster = RayCluster(self._address, self.workers, run.nbytes)
                self._processors = self._cluster.workers
            self._handed = folder, ray.put(run)
        return self._handed[1]


def searched(
    name: str, run: HandedRun, block: Block, code: str, aid: Int32 | None = None
) -> tuple[bytes, int]:
    """What a task does: open the run, once in each process, and search; gives the deaths before this attempt as well.

    Raises:
        CrossMatchError: this node runs other code than the one that sent the block.
    """
    if code != CODE:
        raise CrossMatchError("A node of the Ray cluster has another release of Milap; install the same on all.")
    if name not in _opened:
        _opened.clear()  # before the next one is opened: it may fill the memory
        _opened[name] = open_handed(run)
    return search_block(_opened[name], block, aid).to_bytes(), _deaths()


_opened: dict[str, OpenRun] = {}


def _deaths() -> int:
    """Attempts at this task that ended with the death of their worker or node."""
    worker: Any = ray._private.worker.global_worker  # no public function tells a task which attempt it is
    number: int = worker.core_worker.get_current_task_attempt_number()
    return number


def _taken(reference: Any) -> tuple[bytes, int]:
    """The result of a task."""
    try:
        result: tuple[bytes, int] = ray.get(reference)
    except RayTaskError as error:
        if isinstance(error.cause, MilapError):
            raise error.cause from None
        # Not chained, as above; nor are the places in the code, which are those of another machine.
        raise CrossMatchError(
            f"A search failed on a node of the Ray cluster ({type(error.cause).__name__}); see that all nodes have "
            "the same release of Milap, and run again with --resume."
        ) from None
    return result
