"""What can go wrong with a database, free of the values that drivers quote in their messages."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc

from matcher.errors import MilapError


class StorageError(MilapError):
    """The database refused a statement: a fault of this program or of the schema, not of the request."""


class StorageUnavailableError(StorageError):
    """The database does not answer: locked beyond the time-out, gone, or its disk fails.

    `retryable` tells whether the same transaction may well succeed in a moment.
    """

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class StorageFullError(StorageError):
    """The database's disk is full; the transaction was undone as a whole."""


# Primary result codes of SQLite (https://sqlite.org/rescode.html).
_SQLITE_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SQLITE_BROKEN = (
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY_DBMOVED,
)  # fmt: skip
# The file of WAL's shared memory is the first to want room: on a full disk it fails before any page does.
_SQLITE_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)

# SQLSTATE classes and codes of PostgreSQL (appendix A of its manual).
_PG_FULL = ("53100",)
_PG_RETRYABLE = ("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300")
_PG_CONNECTION_CLASS = "08"
_PG_BROKEN_CLASSES = ("53", "57", "58", "XX")

_BUSY = "The database is locked by another transaction; try again, and look for a process that holds it."
_GONE = "The database server does not answer; check that it runs and can be reached, then try again."
_BROKEN = "The database cannot be read or written ({code}); check its disk, its permissions and its log."
_FULL = "The database's disk is full ({code}); make room, then try again: nothing was half-written."
_REFUSED = "The database refused a statement ({code}); this is a fault of the program or of the schema: report it."
_POOL = "Every connection to the database is in use; try again in a moment."


@contextmanager
def translated() -> Iterator[None]:
    """Turn what SQLAlchemy raises into StorageError; an IntegrityError passes, without the row it quotes.

    The traceback stays, so that a log's frames name the statement's place.

    Raises:
        StorageError: or one of its subclasses, without a cause: drivers quote values in theirs.
        sqlalchemy.exc.IntegrityError: a constraint did not hold.
    """
    try:
        yield
    except exc.IntegrityError as error:
        raise _without_values(error).with_traceback(error.__traceback__) from None
    except exc.TimeoutError as error:
        raise StorageUnavailableError(_POOL, retryable=False).with_traceback(error.__traceback__) from None
    except exc.DBAPIError as error:
        raise storage_error(error).with_traceback(error.__traceback__) from None
    except sqlite3.Error as error:  # of a statement that went past SQLAlchemy
        raise _of_sqlite(error).with_traceback(error.__traceback__) from None


def storage_error(error: exc.DBAPIError) -> StorageError:
    """The error of ours that stands for a driver's."""
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig)
    return _of_postgresql(error)


def _of_sqlite(error: sqlite3.Error) -> StorageError:
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    code, primary = getattr(error, "sqlite_errorname", type(error).__name__), extended & 0xFF
    if extended in _SQLITE_FULL:
        return StorageFullError(_FULL.format(code=code))
    if primary in _SQLITE_BUSY:
        return StorageUnavailableError(_BUSY, retryable=True)
    if primary in _SQLITE_BROKEN or extended in _SQLITE_BROKEN:
        return StorageUnavailableError(_BROKEN.format(code=code), retryable=False)
    return StorageError(_REFUSED.format(code=code))


def _of_postgresql(error: exc.DBAPIError) -> StorageError:
    code = getattr(error.orig, "sqlstate", None)
    if code is None:
        # psycopg has no code for what libpq alone noticed: nobody listens, or the connection broke.
        gone = error.connection_invalidated or isinstance(error.orig, psycopg.OperationalError | psycopg.InterfaceError)
        refused = StorageError(_REFUSED.format(code=type(error.orig).__name__))
        return StorageUnavailableError(_GONE, retryable=True) if gone else refused
    if code in _PG_FULL:
        return StorageFullError(_FULL.format(code=code))
    if code in _PG_RETRYABLE:
        return StorageUnavailableError(_GONE if code.startswith("5") and code != "55P03" else _BUSY, retryable=True)
    if error.connection_invalidated or code.startswith(_PG_CONNECTION_CLASS):
        return StorageUnavailableError(_GONE, retryable=True)
    if code.startswith(_PG_BROKEN_CLASSES):
        return StorageUnavailableError(_BROKEN.format(code=code), retryable=False)
    return StorageError(_REFUSED.format(code=code))


def _without_values(error: exc.IntegrityError) -> exc.IntegrityError:
    """The same error; PostgreSQL says "Key (column)=(value) already exists", so only the constraint's name is kept."""
    original = error.orig
    if isinstance(original, psycopg.Error):
        original = type(original)(f"constraint {original.diag.constraint_name}")
    assert original is not None  # an IntegrityError comes from a driver
    return exc.IntegrityError(error.statement, None, original, hide_parameters=True)
