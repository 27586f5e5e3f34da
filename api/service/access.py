"""What is known of each request afterwards: method, route template, status and duration; never its path or caller."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

DISCONNECTED = 499
"""The status that stands for a client that went away before its answer."""


@dataclass(frozen=True)
class Access:
    """One request that was answered.

    `route` is the template ("/v1/batches/{ref}") or "unmatched"; `method` is "other" unless it is a usual one, since
    both come from the caller otherwise.
    """

    method: str
    route: str
    status: int
    seconds: float


class AccessMiddleware:
    """Tells each observer of every request, whatever came of it."""

    def __init__(
        self, app: ASGIApp, observers: Sequence[Callable[[Access], None]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app, self._observers, self._clock = app, observers, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = self._clock(), DISCONNECTED

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            access = Access(method, route_of(scope), status, self._clock() - started)
            for observe in self._observers:
                observe(access)


def route_of(scope: Scope) -> str:
    """The template of the route that took a request, with the prefixes of its routers; "unmatched" for none."""
    # FastAPI leaves the route as it was declared in the scope; the included one, with its prefixes, is in its own key.
    included = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(included, "path", None) or getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "unmatched"


def log_access(access: Access) -> None:
    """Write one request to the log."""
    structlog.get_logger().info(
        "request",
        method=access.method,
        route=access.route,
        status=access.status,
        milliseconds=round(access.seconds * 1000, 1),
    )
