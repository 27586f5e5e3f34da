"""A service tells where it listens, answers, and ends cleanly when it is told to."""

import signal
import socket
import subprocess
import sys
import textwrap

import httpx
import pytest
from fastapi import FastAPI

from api.service.serving import serve
from matcher.errors import InputError

SERVICE = textwrap.dedent(
    """
    import sys
    from contextlib import asynccontextmanager
    from api.service.app import make_app
    from api.service.logs import configure_logs
    from api.service.metrics import Metrics
    from api.service.serving import serve

    @asynccontextmanager
    async def lifespan(app):
        if sys.argv[1] == "fails":
            raise ValueError("Zubaida-Canary")
        print("up", flush=True)
        yield
        print("down", flush=True)

    configure_logs("test")
    app = make_app("Test", "1", metrics=Metrics(), ready=list, max_body_bytes=10, lifespan=lifespan)

    @app.get("/v1/fails")
    def fails():
        raise ValueError("Zubaida-Canary")

    try:
        serve(app, "127.0.0.1", 0, lambda url: print(url, flush=True))
    except ValueError:
        sys.exit(7)
    print("returned", flush=True)
    """
)


def start(repository, how: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", SERVICE, how]
    return subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_answers_and_ends_cleanly(repository, number):
    with start(repository, "works") as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "up\n"
            url = process.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:")
            assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
            failed = httpx.get(f"{url}/v1/fails?name=Zubaida-Canary")
            assert failed.status_code == 500
            assert "server" not in failed.headers
            assert httpx.post(f"{url}/healthz", content=b"x" * 11).status_code == 413
            process.send_signal(number)
            out, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, out) == (0, "down\nreturned\n"), errors
    assert "Zubaida-Canary" not in failed.text + out + errors
    assert errors.count("\n") == 4  # three requests and one failure; nothing of the server's own


def test_what_the_lifespan_raises_reaches_the_caller_and_not_the_log(repository):
    with start(repository, "fails") as process:
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (7, "")
    assert "Zubaida-Canary" not in errors


def test_a_port_that_is_taken_is_told():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=f"Port {port} .* is taken: .*choose another"):
            serve(FastAPI(), "127.0.0.1", port, print)


@pytest.mark.parametrize("host", ["192.0.2.1", "no host"])
def test_an_address_that_is_not_ours_is_told(host):
    with pytest.raises(InputError, match=r"listen on 127\.0\.0\.1"):
        serve(FastAPI(), host, 0, print)


@pytest.mark.parametrize("port", [-1, 65536, 70000])
def test_a_number_that_is_no_port_is_told(port):
    with pytest.raises(InputError, match="no port"):
        serve(FastAPI(), "127.0.0.1", port, print)
