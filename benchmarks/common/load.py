"""A load generator for HTTP over kept connections: open loop (`offer`), or closed (`take_turns`).

In the open loop requests leave on schedule, however slow the answers are, and wait for a free connection. Latency
counts from the moment a request was due, so that a stall of the server shows in all requests that it held up (no
coordinated omission). In the closed loop each client waits for its answer before it sends again, as gateways do that
have one thing to send after the other: the server sets the pace, and a stall shows once for each client.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Wire:
    """One request, ready to be signed: method, target and body; `head` gives further headers when it leaves."""

    method: str
    target: str
    body: bytes
    head: Callable[[], dict[str, str]]


@dataclass(frozen=True)
class Loaded:
    """What a run gave. latency: float64 (n,), seconds from due (closed loop: sent) to answered; status: int64 (n,)."""

    latency: npt.NDArray[np.float64]
    status: npt.NDArray[np.int64]
    seconds: float

    def quantile(self, share: float) -> float:
        """Milliseconds below which this share of the answers came."""
        return float(np.quantile(self.latency, share) * 1e3)


def offer(host: str, port: int, requests: Sequence[Wire], rate: float, connections: int, seed: int) -> Loaded:
    """Send all requests at `rate` a second in the mean, exactly, with exponential gaps."""
    due = np.cumsum(np.random.default_rng(seed).exponential(1 / rate, len(requests)))
    due *= len(requests) / rate / due[-1]
    return asyncio.run(_offer(host, port, requests, due, connections))


async def _offer(
    host: str, port: int, requests: Sequence[Wire], due: npt.NDArray[np.float64], connections: int
) -> Loaded:
    queue: asyncio.Queue[int] = asyncio.Queue()
    latency, status = np.zeros(len(requests)), np.zeros(len(requests), dtype=np.int64)
    started = time.perf_counter()

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        while (number := await queue.get()) >= 0:
            status[number] = await _exchange(reader, writer, host, requests[number])
            latency[number] = time.perf_counter() - started - due[number]
        writer.close()

    workers = [asyncio.create_task(connection()) for _ in range(connections)]
    for number, moment in enumerate(due.tolist()):
        wait = moment - (time.perf_counter() - started)
        if wait > 0:
            await asyncio.sleep(wait)
        queue.put_nowait(number)
    for _ in workers:
        queue.put_nowait(-1)
    await asyncio.gather(*workers)
    return Loaded(latency, status, time.perf_counter() - started)


def take_turns(host: str, port: int, requests: Sequence[Wire], clients: int) -> Loaded:
    """Send all requests from so many clients, each of which waits for its answer before it takes the next one."""
    return asyncio.run(_take_turns(host, port, requests, clients))


async def _take_turns(host: str, port: int, requests: Sequence[Wire], clients: int) -> Loaded:
    latency, status = np.zeros(len(requests)), np.zeros(len(requests), dtype=np.int64)
    left = iter(range(len(requests)))

    async def client() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for number in left:
            sent = time.perf_counter()
            status[number] = await _exchange(reader, writer, host, requests[number])
            latency[number] = time.perf_counter() - sent
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Loaded(latency, status, time.perf_counter() - started)


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, request: Wire) -> int:
    size = str(len(request.body))
    head = {"host": host, "content-type": "application/json", "content-length": size, **request.head()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    writer.write(f"{request.method} {request.target} HTTP/1.1\r\n{lines}\r\n".encode() + request.body)
    answer = await reader.readuntil(b"\r\n\r\n")
    first, *rest = answer.decode("latin-1").split("\r\n")
    length = next(int(line.split(":")[1]) for line in rest if line.lower().startswith("content-length:"))
    await reader.readexactly(length)
    return int(first.split(" ")[1])


def body_of(document: object) -> bytes:
    """Compact JSON."""
    return json.dumps(document, separators=(",", ":")).encode()
