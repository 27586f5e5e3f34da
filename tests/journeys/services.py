"""What every network of the tests needs of this machine: ports, requests, commands, and patience."""

import contextlib
import io
import json
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from unittest.mock import patch

import httpx
import structlog

from api.cli.main import run

T = TypeVar("T")
_TAKEN: set[int] = set()
# A client by default reads a file of all certification authorities, which takes longer than the request.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def free_port() -> int:
    """A port that nobody listens on; never the same twice."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _TAKEN:
            _TAKEN.add(port)
            return port


def client(address: str = "", seconds: float = 5.0) -> httpx.Client:
    """A client of a service of this machine: plain HTTP, past every proxy, and as patient as told."""
    return httpx.Client(base_url=address, timeout=seconds, verify=_NO_TLS, trust_env=False)


def request(method: str, url: str, **words: Any) -> httpx.Response:
    """One request to a service of this machine, on a connection of its own."""
    with client() as once:
        return once.request(method, url, **words)


def milap(environment: dict[str, str], *words: str) -> dict[str, Any]:
    """Run one command with --json inside this process, and give its summary; it has to succeed."""
    out = io.StringIO()
    with patch.dict(os.environ, environment), contextlib.redirect_stdout(out), _logs_put_back():
        status = run([*words, "--json"])
    assert status == 0, f"milap {' '.join(words[:3])} ended with {status}"
    return json.loads(out.getvalue().splitlines()[-1])


def milap_process(environment: dict[str, str], *words: str) -> dict[str, Any]:
    """The same as a process of its own, where its temporary files and its command line count."""
    command = [sys.executable, "-c", "from api.cli.main import main; main()", *words, "--json"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def _logs_put_back() -> Iterator[None]:
    """Some commands set up logs for their whole process, which here is pytest's."""
    root, hook = logging.getLogger(), threading.excepthook
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        structlog.reset_defaults()
        logging.captureWarnings(False)
        root.handlers[:], threading.excepthook = handlers, hook
        root.setLevel(level)


def until(look: Callable[[], T], seconds: float = 120.0) -> T:
    """What the function gives once it gives something true; fails when that takes too long."""
    end = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        if found := look():
            return found
        now = time.monotonic()
        assert now < end, "It did not come about in time."
        # Who looks at what is costly to see gives way to those who are to bring it about.
        time.sleep(max(0.05, now - began))
