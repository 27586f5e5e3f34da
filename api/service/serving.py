"""Running a service on a socket until it is told to stop."""

import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from matcher.errors import InputError

GRACE_SECONDS = 10
_BACKLOG = 512
_LAST_PORT = 65535
# Request line and headers together; ours are signatures and digests, well under a tenth of it.
_HEADER_BYTES = 32 * 1024


def serve(
    app: FastAPI, host: str, port: int, announce: Callable[[str], None], *, trusted_proxies: Sequence[str] = ()
) -> None:
    """Serve an application until SIGTERM or SIGINT; requests under way get ten seconds to end.

    Args:
        app: the application.
        host: name or address to listen on.
        port: port to listen on; 0 takes a free one.
        announce: told the URL as soon as connections are accepted and the application has started.
        trusted_proxies: addresses of proxies whose X-Forwarded headers are believed; none by default.

    Raises:
        InputError: the address is taken or is not ours.
        Exception: what the application's lifespan raised at its start.
    """
    listener = _listen(host, port)
    lifespan = _Lifespan(app)
    config = uvicorn.Config(
        lifespan,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        h11_max_incomplete_event_size=_HEADER_BYTES,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    with listener, _quiet_signals():
        try:
            _Server(config, lambda: announce(_url(host, listener))).run(sockets=[listener])
        except SystemExit:
            # uvicorn ends the process when the lifespan fails; its caller knows better how to tell the operator.
            if lifespan.error is None:
                raise
            raise lifespan.error from None


class _Server(uvicorn.Server):
    """Tells when connections are accepted."""

    def __init__(self, config: uvicorn.Config, accepting: Callable[[], None]) -> None:
        super().__init__(config)
        self._accepting = accepting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then tell."""
        await super().startup(sockets)
        if self.started:
            self._accepting()


class _Lifespan:
    """Keeps what the application raised at its start or end, of which uvicorn keeps a text only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.error: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            if scope["type"] == "lifespan":
                self.error = error
            raise


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """uvicorn raises the signal that ended it once more, for the handlers before its own: these let us return."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: None) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:  # getaddrinfo would take the remainder
        raise InputError(f"There is no port {port}: choose one from 1024 to {_LAST_PORT}, or 0 for any that is free.")
    listener = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)  # a second service that was given the same port fails here, not when it accepts
    except OSError as error:
        if listener is not None:
            listener.close()
        raise InputError(_advice(host, port, error)) from None
    return listener


def _advice(host: str, port: int, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken: end the program that listens there, or choose another port."
    if number == errno.EACCES:
        return f"Port {port} may not be taken by this user: choose one above 1023 and put the proxy before it."
    return f"{host} port {port} is no address of this machine: listen on 127.0.0.1, or on an address that it has."


def _url(host: str, listener: socket.socket) -> str:
    """Where a client on this machine finds the service."""
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
