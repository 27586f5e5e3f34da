"""A connection to a Ray cluster, or a cluster of this machine alone that lives as long as its engine."""

import logging
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ray

from api.hub.crossmatching import ray_tokens
from api.hub.crossmatching.engines import MOST_DEATHS
from api.hub.crossmatching.errors import CrossMatchError
from matcher.errors import MilapError

RETRIES = MOST_DEATHS - 1
"""How often Ray begins a task again whose worker or node died."""

_PATIENCE_SECONDS = 60
_RESULTS_BYTES = 2**28
"""Room for results in the object store of a cluster of this machine, beside the run's arrays."""
_LOOPBACK = "127.0.0.1"
_SILENT = logging.CRITICAL + 1
"""Ray's messages name addresses and folders; what goes wrong is raised."""


class RayCluster:
    """Nodes that run tasks of this process, from now until `close`.

    workers  processors of all nodes
    """

    def __init__(self, address: str | None, workers: int, nbytes: int) -> None:
        """Join a cluster, or start one.

        Args:
            address: of the cluster, of which this machine is a node; None starts one here, for this process alone.
            workers: processors that one started here has.
            nbytes: bytes that one started here must be able to hold, results aside.

        Raises:
            CrossMatchError: the cluster cannot be reached, does not start, has no processors, or is open to others.
        """
        self._folder: str | None = None
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        # Ray begins a task again without end when it had to be killed for lack of memory.
        os.environ.setdefault("RAY_task_oom_retries", str(RETRIES))
        ray_tokens.take_token(address)
        _silence()
        try:
            with _own_signals():
                self._join(address) if address else self._start(workers, nbytes)
            self.workers = _processors()
        except BaseException as error:
            self.close()
            if isinstance(error, MilapError) or not isinstance(error, Exception):
                raise
            # Not chained: Ray's messages have addresses and folders. It raises Exception itself, too.
            raise CrossMatchError(
                f"The Ray cluster cannot be used ({type(error).__name__}): see that this machine is one of its nodes, "
                "that the token is right, and that Ray and Python are the same everywhere; then --resume."
            ) from None

    def close(self) -> None:
        """Leave the cluster: what it was handed is forgotten. One that was started here ends."""
        ray.shutdown(wait_for_processes=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _join(self, address: str) -> None:
        ray.init(address, log_to_driver=False, logging_level=_SILENT, _skip_env_hook=True)
        if not ray_tokens.is_token_mode(_mode_of_head()):
            raise CrossMatchError(
                f"The Ray cluster asks nobody for a token; start all its nodes with {ray_tokens.MODE}=token."
            )

    def _start(self, workers: int, nbytes: int) -> None:
        # Ray opens its folder, with its sockets and with codes that do not fit into memory, to all users: so it stands
        # in one that is closed to them.
        self._folder = tempfile.mkdtemp(prefix="milap-ray-")
        ray.init(
            "local", num_cpus=workers, num_gpus=0, object_store_memory=nbytes + nbytes // 8 + _RESULTS_BYTES,
            include_dashboard=False, log_to_driver=False, logging_level=_SILENT, _node_ip_address=_LOOPBACK,
            _temp_dir=str(Path(self._folder, "ray")), _skip_env_hook=True,
        )  # fmt: skip


def _silence() -> None:
    """Ray prints what happens to workers, with addresses, to standard output; `log_to_driver` does not stop that."""
    worker: Any = ray._private.worker
    worker._worker_logs_enabled = False


def _processors() -> int:
    resources: Any = ray.cluster_resources  # it has no types
    count = int(resources().get("CPU", 0))
    if count < 1:
        raise CrossMatchError("No node of the Ray cluster has a processor to search with; add one, then --resume.")
    return count


def _mode_of_head() -> str | None:
    """How the head node authenticates; whoever joins it has to do the same."""

    def mode() -> str | None:  # in here, so that the head need not have Milap
        return os.environ.get("RAY_AUTH_MODE")

    on_head = ray.remote(num_cpus=0, resources={"node:__internal_head__": 0.001})(mode)
    found: str | None = ray.get(on_head.remote(), timeout=_PATIENCE_SECONDS)
    return found


@contextmanager
def _own_signals() -> Iterator[None]:
    """Ray puts its own handler in the place of ours when it starts."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
