"""The parent's side of the pipes: one request out, one answer in, and never a wait beyond the time that is given."""

import os
import select
import subprocess
import time

from encoder.faces.frames import LENGTH_BYTES, head_of, length_of

_PIECE_BYTES = 1 << 20


class BrokenPipesError(Exception):
    """The child is gone, late, or answers nonsense; never seen outside of encoder.faces.child."""


def exchange(process: "subprocess.Popen[bytes]", request: bytes, end: float, answer_bytes: int) -> bytes:
    """Send a request and take the answer.

    Args:
        process: a child with pipes that do not block.
        request: body of the frame that is sent.
        end: latest moment, on the clock of time.monotonic.
        answer_bytes: a longer answer is not taken.

    Raises:
        BrokenPipesError: the child ended, was late, or announced too long an answer.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for part in (head_of(request), request):
            _write(process.stdin.fileno(), part, end)
        output = process.stdout.fileno()
        length = length_of(_read(output, LENGTH_BYTES, end))
        if length > answer_bytes:
            raise BrokenPipesError("too long an answer")
        return _read(output, length, end)
    except OSError as error:
        raise BrokenPipesError("the child is gone") from error


def _write(descriptor: int, data: bytes, end: float) -> None:
    rest = memoryview(data)
    while rest:
        _wait(descriptor, select.POLLOUT, end)
        rest = rest[os.write(descriptor, rest[:_PIECE_BYTES]) :]


def _read(descriptor: int, length: int, end: float) -> bytes:
    data = bytearray()
    while len(data) < length:
        _wait(descriptor, select.POLLIN, end)
        piece = os.read(descriptor, min(length - len(data), _PIECE_BYTES))
        if not piece:
            raise BrokenPipesError("the child ended")
        data += piece
    return bytes(data)


def _wait(descriptor: int, event: int, end: float) -> None:
    # poll, as select fails on descriptors above 1023, which a busy service has.
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
        raise BrokenPipesError("the child is late")
