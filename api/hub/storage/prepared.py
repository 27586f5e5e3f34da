"""Statements that every upload runs, put together once: building one costs more than running it."""

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")


class Prepared(Generic[T]):
    """A statement with bound parameters for each kind of database, made when it is first needed.

    Args:
        build: puts the statement together for the database of a connection.
    """

    def __init__(self, build: Callable[[Connection], T]) -> None:
        self._build, self._made = build, dict[str, T]()

    def __call__(self, conn: Connection) -> T:
        """The statement for this connection's kind of database."""
        name = conn.dialect.name
        if name not in self._made:
            self._made[name] = self._build(conn)
        return self._made[name]
