"""Bytes changed behind the service's back: in a SQLite database's columns, and in its file."""

import sqlite3

import pytest
from sqlalchemy import MetaData

from api.service.audit import checkpoints, log
from api.service.audit.entries import content
from api.service.audit.tables import audit_tables
from api.service.audit.verifying import verify
from api.service.database import open_database
from api.service.storage_errors import StorageError
from api.wire.request_keys import RequestKey
from tests.api.service.audit.logs import NOW, ORIGIN, entry, new_log

KEY = RequestKey.generate()
SIZE = 7


@pytest.fixture
def path(tmp_path):
    """The file of a closed database with a log of seven leaves and one checkpoint."""
    path = tmp_path / "log.sqlite"
    database = open_database(f"sqlite:///{path}")
    tables = new_log(database)
    with database.write() as conn:
        log.append_all(conn, tables, [entry(index) for index in range(SIZE)])
        checkpoints.publish(conn, tables, KEY, ORIGIN, NOW)
    database.close()
    return path


def is_sound(path):
    """Whether nothing is found, and the database can be read at all."""
    try:
        database = open_database(f"sqlite:///{path}")
    except StorageError:
        return False
    try:
        with database.read() as conn:
            return verify(conn, audit_tables(MetaData()), ORIGIN, KEY.public).sound
    except StorageError:
        return False
    finally:
        database.close()


def flip(path, place, mask):
    """Change bits of one byte of a file."""
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ mask]))


def test_the_untouched_file_is_sound(path):
    assert is_sound(path)


@pytest.mark.parametrize(
    ("table", "column", "where"),
    [
        ("audit_leaves", "content", "number = 3"),
        ("audit_leaves", "at", "number = 3"),
        ("audit_leaves", "hash", "number = 3"),
        ("audit_nodes", "hash", "level = 1 AND number = 1"),
        ("audit_checkpoints", "root", "size = 7"),
        ("audit_checkpoints", "at", "size = 7"),
        ("audit_checkpoints", "signature", "size = 7"),
    ],
)
def test_every_byte_of_every_column_counts(path, table, column, where):
    raw = sqlite3.connect(path)
    stored, kind = raw.execute(f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE {where}").fetchone()
    for place in range(len(stored)):
        changed = stored[:place] + bytes([stored[place] ^ 1 << place % 8]) + stored[place + 1 :]
        raw.execute(f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE {where}", (changed,))
        raw.commit()
        assert not is_sound(path), place
    raw.execute(f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE {where}", (stored,))
    raw.commit()
    raw.close()
    assert is_sound(path)


@pytest.mark.parametrize("column", ["content", "hash", "at"])
def test_a_value_of_another_type_is_found(path, column):
    raw = sqlite3.connect(path)
    kind = "TEXT" if column == "hash" else "BLOB"
    raw.execute(f"UPDATE audit_leaves SET {column} = CAST({column} AS {kind}) WHERE number = 3")
    raw.commit()
    raw.close()
    assert not is_sound(path)


def test_a_flipped_byte_in_the_file_is_found(path):
    text = content(entry(2), 2).encode()
    start = path.read_bytes().index(text)
    # The row before the content: header, moment, and the types and lengths of the columns.
    for place in range(start - 40, start + len(text) + 32):
        flip(path, place, 0x04)
        assert not is_sound(path), place - start
        flip(path, place, 0x04)
    assert is_sound(path)
