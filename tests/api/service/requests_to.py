"""Requests to an application in this process."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.types import ASGIApp, Message


def ask(app: ASGIApp, method: str, path: str, **more: Any) -> httpx.Response:
    """Send one request; an exception that the application lets out is raised here."""

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as client:
            return await client.request(method, path, **more)

    return asyncio.run(send())


def problem_in(response: httpx.Response) -> str:
    """The kind of the problem that a response carries, after a look at its form."""
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == response.status_code
    assert document["title"]
    assert document["detail"]
    return document["type"].removeprefix("urn:milap:problem:")


async def in_parts(*parts: bytes) -> AsyncIterator[bytes]:
    """A body that is sent in parts, and so without its length."""
    for part in parts:
        yield part


def messages_of(app: ASGIApp, path: str, received: list[Message], headers: dict[str, str]) -> list[Message]:
    """What an application sends for hand-made ASGI messages."""
    sent: list[Message] = []
    waiting = iter(received)

    async def receive() -> Message:
        return next(waiting)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "server": ("service", 80),
        "client": None, "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent


def lines_of(text: str) -> list[dict[str, Any]]:
    """The JSON lines of a log."""
    return [json.loads(line) for line in text.splitlines()]
