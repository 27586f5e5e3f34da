"""Processor time of a service, of the processes that it has started, and of this one, which offers the load."""

import time
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Cost:
    """Processor seconds, user and system, since the meter was made."""

    service: float
    children: float
    generator: float


class Meter:
    """Counts from now on; the service's children have to be there already, and to stay.

    Args:
        number: process id of the service.
    """

    def __init__(self, number: int) -> None:
        """Note what was used so far."""
        self._service = psutil.Process(number)
        self._children = self._service.children(recursive=True)
        self._before = self._used()

    def read(self) -> Cost:
        """What was used since; psutil.NoSuchProcess when one of the processes has ended."""
        now, before = self._used(), self._before
        return Cost(now.service - before.service, now.children - before.children, now.generator - before.generator)

    def _used(self) -> Cost:
        return Cost(_seconds(self._service), sum(map(_seconds, self._children)), time.process_time())


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
