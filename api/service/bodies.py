"""Bounds on what a request may carry, before anything parses it."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service.problem_responses import problem_response
from api.wire.problems import ProblemError


class _ClientGoneError(Exception):
    """The client went away before its body was whole."""


class _TooLargeError(Exception):
    """The body went beyond its limit while it was read."""


class BodyMiddleware:
    """Refuses bodies that are too large or are not JSON; a body that breaks off ends quietly.

    Args:
        app: the application behind.
        max_bytes: most bytes of a body.
        exempt: path prefixes (uploads of files) that take any content type, each with a limit of its own in bytes;
            the longest prefix counts. With a `*` for any one segment it is a whole path.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, exempt: Mapping[str, int] | None = None) -> None:
        self._app, self._max_bytes = app, max_bytes
        self._exempt = sorted((exempt or {}).items(), key=lambda entry: -len(entry[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, any_type = self._rule(scope["path"])
        refusal = _refusal(Headers(scope=scope), limit, any_type)
        if refusal is not None:
            await problem_response(refusal, {"Connection": "close"})(scope, receive, send)
            return
        guard = _Guard(limit, receive, send)
        try:
            await self._app(scope, guard.receive, guard.send)
        except Exception:
            if guard.stopped is None:
                raise
        if isinstance(guard.stopped, _TooLargeError) and not guard.begun:
            await problem_response(_too_large(limit), {"Connection": "close"})(scope, receive, send)

    def _rule(self, path: str) -> tuple[int, bool]:
        """The limit for a path, and whether any content type will do."""
        for prefix, limit in self._exempt:
            if _fits(path, prefix):
                return limit, True
        return self._max_bytes, False


def _fits(path: str, prefix: str) -> bool:
    if "*" not in prefix:
        return path.startswith(prefix)
    wanted, given = prefix.split("/"), path.split("/")
    return len(wanted) == len(given) and all(word in ("*", name) for word, name in zip(wanted, given, strict=True))


def _refusal(headers: Headers, limit: int, any_type: bool) -> ProblemError | None:
    """What the headers alone already tell."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > limit:
        return _too_large(limit)
    carries = "transfer-encoding" in headers or length not in ("", "0")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if carries and not any_type and media_type != "application/json":
        return ProblemError("unsupported-media-type", "The body has to be sent with the type application/json.")
    return None


def _too_large(limit: int) -> ProblemError:
    return ProblemError("too-large", f"The body is larger than {limit} bytes; send less at once.", limit_bytes=limit)


class _Guard:
    """Stands between server and application for one request, and stops the reading of a body that is not right."""

    def __init__(self, limit: int, receive: Receive, send: Send) -> None:
        self._limit, self._receive, self._send = limit, receive, send
        self._seen, self._whole = 0, False
        self.begun = False
        self.stopped: _ClientGoneError | _TooLargeError | None = None

    async def receive(self) -> Message:
        """The next part of the body (ASGI)."""
        message = await self._receive()
        if message["type"] == "http.disconnect":
            if not self._whole:
                self.stopped = _ClientGoneError()
                raise self.stopped
            return message
        self._seen += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._seen > self._limit:
            self.stopped = _TooLargeError()
            raise self.stopped
        return message

    async def send(self, message: Message) -> None:
        """Part of the answer (ASGI); whoever read the body may have made one out of the interruption."""
        if self.stopped is None or self.begun:
            self.begun = True
            await self._send(message)
