"""Which of our errors stands for which of a driver's."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from api.service.storage_errors import (
    StorageError,
    StorageFullError,
    StorageUnavailableError,
    storage_error,
)

SECRET = "Zubaida-Canary"


def of_sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(SECRET)
    error.sqlite_errorcode, error.sqlite_errorname = code, "SQLITE_SOMETHING"
    return error


@pytest.mark.parametrize(
    ("given", "kind", "retryable"),
    [
        (of_sqlite(sqlite3.SQLITE_BUSY), StorageUnavailableError, True),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), StorageUnavailableError, True),
        (of_sqlite(sqlite3.SQLITE_IOERR_READ), StorageUnavailableError, False),
        (of_sqlite(sqlite3.SQLITE_CORRUPT), StorageUnavailableError, False),
        (of_sqlite(sqlite3.SQLITE_FULL), StorageFullError, None),
        (of_sqlite(sqlite3.SQLITE_IOERR_SHMSIZE), StorageFullError, None),
        (of_sqlite(sqlite3.SQLITE_ERROR), StorageError, None),
        (of_sqlite(sqlite3.SQLITE_READONLY), StorageError, None),
        (sqlite3.InterfaceError(SECRET), StorageError, None),
        (psycopg.errors.SerializationFailure(SECRET), StorageUnavailableError, True),
        (psycopg.errors.DeadlockDetected(SECRET), StorageUnavailableError, True),
        (psycopg.errors.LockNotAvailable(SECRET), StorageUnavailableError, True),
        (psycopg.errors.AdminShutdown(SECRET), StorageUnavailableError, True),
        (psycopg.errors.CannotConnectNow(SECRET), StorageUnavailableError, True),
        (psycopg.errors.ConnectionFailure(SECRET), StorageUnavailableError, True),
        (psycopg.OperationalError(SECRET), StorageUnavailableError, True),
        (psycopg.errors.IoError(SECRET), StorageUnavailableError, False),
        (psycopg.errors.DiskFull(SECRET), StorageFullError, None),
        (psycopg.errors.UndefinedTable(SECRET), StorageError, None),
        (psycopg.errors.InvalidTextRepresentation(SECRET), StorageError, None),
        (psycopg.ProgrammingError(SECRET), StorageError, None),
    ],
)
def test_a_driver_error_becomes_one_of_ours_without_its_message(given, kind, retryable):
    error = storage_error(DBAPIError("SELECT 1", {"name": SECRET}, given))
    assert type(error) is kind
    assert getattr(error, "retryable", None) is retryable
    assert SECRET not in f"{error} {error!r}"
