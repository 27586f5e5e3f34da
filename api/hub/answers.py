"""Answers to verified requests carry the hub's signature, problem documents included."""

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service.clock import Clock
from api.wire.request_keys import RequestKey
from api.wire.signing import Verified, sign_response

_NONCE = "milap_request_nonce"


def sign_the_answer(state: MutableMapping[str, Any], verified: Verified) -> None:
    """Have the answer to a request signed, by marking the request's state (`scope["state"]`)."""
    state[_NONCE] = verified.nonce


class SigningMiddleware:
    """Holds an answer until it is whole, and signs it when its request was verified. Answers here are small.

    Args:
        app: the application behind.
        key: the hub's key.
        hub: the hub's name.
        clock: the present moment.
    """

    def __init__(self, app: ASGIApp, key: RequestKey, hub: str, clock: Clock) -> None:
        self._app, self._key, self._hub, self._clock = app, key, hub, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        start: Message | None = None
        body = bytearray()

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False) or start is None:
                return
            self._sign(start, bytes(body), state.get(_NONCE))
            await send(start)
            await send({"type": "http.response.body", "body": bytes(body)})

        await self._app(scope, receive, hold)

    def _sign(self, start: Message, body: bytes, nonce: str | None) -> None:
        if nonce is None:
            return
        fields = sign_response(
            start["status"], body, key=self._key, key_id=self._hub, request_nonce=nonce, now=self._clock()
        )  # fmt: skip
        MutableHeaders(scope=start).update(fields)
