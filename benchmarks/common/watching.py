"""A part of a benchmark in a process of its own, with the memory of all its processes watched from outside.

Memory is the sum of proportional set sizes: a page that several processes map, such as one of the index, counts once.
The sum of resident sizes, in which it counts for each of them, stands beside it.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

LOOK_EVERY_SECONDS = 0.2
LOOKING = 0.02
"""Most of the time that goes into looking: a look at gigabytes of mapped pages takes a while."""
FAILED = "failed"
"""Stands for a process that ended by itself without an answer."""
_ASKED, _ANSWER, _ROOT = "MILAP_BENCHMARK_ASKED", "answer.json", Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Limits:
    """When a process is stopped: seconds on the clock, GiB of memory, GiB in its working folder."""

    seconds: float = float("inf")
    gib: float = float("inf")
    disk_gib: float = float("inf")


@dataclass(frozen=True)
class Watched:
    """How a process went.

    told          what it answered; empty when it did not
    seconds, cpu  from its start to its end: on the clock, and of processor time over all its processes
    peak          GiB of all its processes, shared pages once; resident counts them for each process
    stopped       why it did not come to its end, or empty
    """

    told: dict[str, Any]
    seconds: float
    cpu: float
    peak: float
    resident: float
    stopped: str = ""


def run(module: str, asked: Mapping[str, Any], limits: Limits = Limits(), scratch: Path | None = None) -> Watched:
    """Run `python -m module` with a working folder of its own, below `scratch`, and wait; see `answering`."""
    with TemporaryDirectory(dir=scratch) as folder:
        used, started = _children_seconds(), time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=folder, stdout=sys.stderr, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(_ROOT), _ASKED: json.dumps(asked, default=str)},
        )  # fmt: skip
        try:
            peak, resident, stopped = _watch(process, Path(folder), limits)
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        seconds, cpu = time.perf_counter() - started, _children_seconds() - used
        answer = Path(folder) / _ANSWER
        told = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() and not stopped else {}
    return Watched(told, seconds, cpu, peak, resident, stopped or ("" if told else FAILED))


def answering(work: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
    """The other side: do what was asked and answer, in the process that `run` started."""
    answer = work(json.loads(os.environ[_ASKED]))
    Path(_ANSWER).write_text(json.dumps(answer, default=float), encoding="utf-8")


def use_cores(cores: int) -> None:
    """Keep this process, and all that it starts, to so many cores; to be called before anything is computed."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def own_seconds() -> float:
    """Processor seconds of this process, of those it has started, and of those of them that have ended."""
    own = psutil.Process()
    alive = [own, *own.children(recursive=True)]
    return _children_seconds() + sum(map(_seconds, alive))


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _watch(process: "subprocess.Popen[bytes]", folder: Path, limits: Limits) -> tuple[float, float, str]:
    started, peak, resident = time.monotonic(), 0.0, 0.0
    while process.poll() is None:
        looked = time.monotonic()
        now, each = _memory(process.pid)
        peak, resident = max(peak, now), max(resident, each)
        if looked - started > limits.seconds:
            return peak, resident, "out of time"
        if now > limits.gib:
            return peak, resident, "out of memory"
        if limits.disk_gib < float("inf") and _gib_in(folder) > limits.disk_gib:
            return peak, resident, "out of disk"
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(LOOK_EVERY_SECONDS, (time.monotonic() - looked) / LOOKING))
    return peak, resident, ""


def _memory(number: int) -> tuple[float, float]:
    """GiB of a process and all that it has started: shared pages once, and for each."""
    once = each = 0
    with suppress(psutil.Error):
        process = psutil.Process(number)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                info = one.memory_full_info()
                once, each = once + info.pss, each + info.rss
    return once / 2**30, each / 2**30


def _gib_in(folder: Path) -> float:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total / 2**30


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
