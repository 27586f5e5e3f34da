"""What a helper process runs: it gives up its rights, then answers requests until its parent is gone."""

import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass

from encoder.faces.frames import LENGTH_BYTES, head_of, length_of

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class ChildLimits:
    """What a helper process may use.

    memory_bytes   of address space, libraries included
    cpu_seconds    of processor time for one request, over all threads
    wall_seconds   for one request: an end even when the parent is gone and cannot set one
    opens_nothing  whether neither a file nor a socket can be opened once requests are served
    """

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    opens_nothing: bool = True


def serve(handle: Callable[[bytes], bytes], limits: ChildLimits) -> None:
    """Answer the parent's requests on standard output until standard input ends; to be called with everything imported.

    A request that breaks a limit ends the process, and so does an exception of `handle`: the parent notices and starts
    another. What libraries print goes nowhere.

    Args:
        handle: from the body of a request to that of its answer.
        limits: set here, once and for all, but for the time, which each request gets anew.
    """
    requests, answers = _own_pipes()
    _give_up_rights(limits)
    while (head := _read(requests, LENGTH_BYTES)) is not None:
        request = _read(requests, length_of(head))
        if request is None:
            return
        _give_time(limits)
        answer = handle(request)
        signal.alarm(0)
        del request  # a photo is not kept while waiting for the next
        for part in (head_of(answer), answer):
            _write(answers, part)
        del answer


def _own_pipes() -> tuple[int, int]:
    """Descriptors of the pipes from and to the parent, moved away from where native code prints."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    return requests, answers


def _give_up_rights(limits: ChildLimits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    # The processor's time is up: the default, with which the process ends even inside native code.
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if limits.opens_nothing:
        # What is open stays open, the two pipes among it.
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _lower(kind: int, value: int) -> None:
    """Set both limits, but never above the ones that are there: that takes privileges."""
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _give_time(limits: ChildLimits) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    # Not PR_SET_PDEATHSIG: it would also fire when the thread ends that happened to start this process.
    signal.alarm(limits.wall_seconds)


def _read(descriptor: int, length: int) -> bytes | None:
    """So many bytes; None when the parent is gone."""
    data = bytearray()
    while len(data) < length:
        piece = os.read(descriptor, min(length - len(data), _PIECE_BYTES))
        if not piece:
            return None
        data += piece
    return bytes(data)


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest[:_PIECE_BYTES]) :]
