"""A child process that does on request what a child must not do, or could be made to do by a photo."""

import os
import socket
import sys
import time

from encoder.faces.child_side import ChildLimits, serve


def abort() -> bytes:
    os.abort()


def sleep() -> bytes:
    time.sleep(60)
    return b""


def spin() -> bytes:
    while True:
        pass


def memory() -> bytes:
    return bytes(bytearray(4 << 30)[:1])


def write() -> bytes:
    os.open("milap-test-of-a-child", os.O_WRONLY | os.O_CREAT, 0o600)
    return b"written"


def connect() -> bytes:
    socket.socket().connect(("127.0.0.1", 9))
    return b"connected"


def read() -> bytes:
    return bytes(os.open(__file__, os.O_RDONLY))


def noise() -> bytes:
    print("noise", flush=True)
    os.write(1, b"noise")
    return b"quiet"


def long() -> bytes:
    return bytes(100_000)


def environment() -> bytes:
    return repr((dict(os.environ), os.getcwd(), sys.path)).encode()


def pid() -> bytes:
    return str(os.getpid()).encode()


def forbidden(act) -> bytes:
    try:
        return act()
    except OSError as error:
        return type(error).__name__.encode()


ACTS = {act.__name__.encode(): act for act in (abort, sleep, spin, memory, noise, long, environment, pid)}
REFUSED = {act.__name__.encode(): act for act in (write, connect, read)}


def handle(request: bytes) -> bytes:
    if request in ACTS:
        return ACTS[request]()
    return forbidden(REFUSED[request]) if request in REFUSED else request[::-1]


def babble() -> None:
    """Answer what is no frame."""
    os.write(1, b"\xff" * 8 + b"x" * 100)
    time.sleep(60)


if __name__ == "__main__":
    if "babble" in sys.argv:
        babble()
    if "absent" in sys.argv:
        sys.exit(3)
    cpu, wall = (int(text) for text in sys.argv[1:])
    serve(handle, ChildLimits(memory_bytes=512 << 20, cpu_seconds=cpu, wall_seconds=wall))
