"""A listener between two services that keeps every byte of both directions, and reads them as HTTP/1.1 exchanges."""

import contextlib
import re
import socket
import threading
from dataclasses import dataclass, field

_PIECE = 2**16
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True)
class HttpExchange:
    """One request and its answer, as bytes."""

    request: bytes = field(repr=False)
    answer: bytes = field(repr=False)

    @property
    def line(self) -> str:
        """Method and target."""
        return self.request.partition(b"\r\n")[0].rpartition(b" ")[0].decode("ascii")

    @property
    def request_body(self) -> bytes:
        """What was sent, without the header."""
        return self.request.partition(b"\r\n\r\n")[2]

    @property
    def answer_body(self) -> bytes:
        """What was answered, without the header."""
        return self.answer.partition(b"\r\n\r\n")[2]

    @property
    def shape(self) -> tuple[str, int, str, int]:
        """All that somebody learns who sees the line but cannot read it: the target, both lengths and the status."""
        return self.line, len(self.request), self.answer[9:12].decode("ascii"), len(self.answer)


class _Connection:
    """Both directions of one connection."""

    def __init__(self) -> None:
        self.sent, self.answered = bytearray(), bytearray()

    def exchanges(self) -> list[HttpExchange]:
        """The whole exchanges so far, in order."""
        requests, answers = messages(bytes(self.sent)), messages(bytes(self.answered))
        return [HttpExchange(*pair) for pair in zip(requests, answers, strict=False)]


class RecordingProxy:
    """Passes connections on to a port of this machine. Without a port it answers every request with 204 itself."""

    def __init__(self, port: int | None = None) -> None:
        self._port, self._lock = port, threading.Lock()
        self._connections: list[_Connection] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def everything(self) -> bytes:
        """Every byte that went through, of both directions."""
        with self._lock:
            return b"\n".join(bytes(part) for each in self._connections for part in (each.sent, each.answered))

    def mark(self) -> list[int]:
        """How many whole exchanges each connection has seen so far."""
        with self._lock:
            return [len(each.exchanges()) for each in self._connections]

    def since(self, mark: list[int]) -> list[HttpExchange]:
        """The whole exchanges since a mark, connection after connection."""
        with self._lock:
            seen = [*mark, *[0] * (len(self._connections) - len(mark))]
            found = [each.exchanges()[done:] for each, done in zip(self._connections, seen, strict=True)]
        return [exchange for exchanges in found for exchange in exchanges]

    def close(self) -> None:
        """Listen no more."""
        # A thread inside accept() holds the socket open until it is woken.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            connection = _Connection()
            with self._lock:
                self._connections.append(connection)
            work = self._serve if self._port is None else self._pass_on
            threading.Thread(target=work, args=(client, connection), daemon=True).start()

    def _pass_on(self, client: socket.socket, connection: _Connection) -> None:
        with client:
            try:
                server = socket.create_connection(("127.0.0.1", self._port or 0))
            except OSError:
                return
            with server:
                back = threading.Thread(target=self._copy, args=(server, client, connection.answered), daemon=True)
                back.start()
                self._copy(client, server, connection.sent)
                back.join()

    def _copy(self, source: socket.socket, target: socket.socket, kept: bytearray) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                with self._lock:
                    kept += piece
                target.sendall(piece)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _serve(self, client: socket.socket, connection: _Connection) -> None:
        with client, contextlib.suppress(OSError):
            while piece := client.recv(_PIECE):
                with self._lock:
                    connection.sent += piece
                    whole = len(messages(bytes(connection.sent)))
                    due = whole - connection.answered.count(b"HTTP/1.1")
                answer = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n" * due
                with self._lock:
                    connection.answered += answer
                client.sendall(answer)


def messages(stream: bytes) -> list[bytes]:
    """The whole HTTP messages of one direction of a connection; they have to say their length."""
    found = []
    while (end := stream.find(b"\r\n\r\n")) >= 0:
        head = stream[: end + 4]
        assert b"\r\ntransfer-encoding:" not in head.lower()
        length = _LENGTH.search(head)
        size = end + 4 + (int(length[1]) if length else 0)
        if len(stream) < size:
            break
        found.append(stream[:size])
        stream = stream[size:]
    return found
