"""One HTTP exchange with the hub: bytes out, bytes in, with limits; nothing of it is believed yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from api.holder.sync.addresses import is_loopback
from api.wire.problems import ProblemError

MAX_ANSWER_BYTES = 16 * 2**20
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_UNREACHABLE = "The hub does not answer ({kind}); check the network and the hub's address; nothing is lost."
_TOO_LARGE = "The hub's answer is larger than it should be, and was not read; check the hub's address."


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` are httpx's own, so that a repeated field shows."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Exchange:
    """Connections to one hub, kept open between requests; safe to share between threads.

    Args:
        base: the hub's address, checked.
        transport: what carries requests; the network when None.
        timeout: of connecting, writing and reading, in seconds.
    """

    def __init__(
        self, base: httpx.URL, transport: httpx.BaseTransport | None = None, timeout: httpx.Timeout = TIMEOUT
    ) -> None:
        self._base = base
        # A proxy that the environment names is for the world outside.
        self._client = httpx.Client(transport=transport, timeout=timeout, trust_env=not is_loopback(base))

    def request(self, method: str, path: str, body: bytes) -> httpx.Request:
        """A request for a path below the hub's address, not yet sent."""
        # The signature covers the body as sent, so nothing on the way may pack it: identity both ways.
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        if body:
            headers["content-type"] = "application/json"
        return self._client.build_request(method, f"{self._base}{path}", content=body, headers=headers)

    def send(self, request: httpx.Request) -> Answer:
        """Send it and read the answer; ProblemError `hub-unreachable` when none comes or none that can be read."""
        try:
            answer = self._client.send(request, stream=True, follow_redirects=False)
            try:
                return Answer(answer.status_code, answer.headers, _read(answer))
            finally:
                answer.close()
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            # The text of the error may hold the address; its kind says enough.
            raise ProblemError("hub-unreachable", _UNREACHABLE.format(kind=type(error).__name__)) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _read(answer: httpx.Response) -> bytes:
    content = bytearray()
    for piece in answer.iter_raw():
        content += piece
        if len(content) > MAX_ANSWER_BYTES:
            raise ProblemError("hub-unreachable", _TOO_LARGE)
    return bytes(content)


def target_of(request: httpx.Request) -> str:
    """Path and query exactly as they will stand on the request line."""
    return request.url.raw_path.decode("ascii")
