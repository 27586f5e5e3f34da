"""Archives: from either database into either, whole or not at all."""

import gzip
import io
import json
import os
import stat
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
    text,
)

from api.service import archives
from api.service.archive_format import MANIFEST, ROWS_AT_ONCE, ArchiveError
from api.service.archives import restore_archive, write_archive
from api.service.columns import UtcDateTime
from api.service.database import Database, open_database
from matcher.errors import OutputError

METADATA = MetaData()
HOUSES = Table(
    "houses", METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("open", Boolean, nullable=False),
)
ROOMS = Table(
    "rooms", METADATA,
    Column("id", Integer, primary_key=True),
    Column("house_id", ForeignKey("houses.id"), nullable=False),
    Column("seen_at", UtcDateTime),
    Column("built_on", Date),
    Column("size", Float),
    Column("number", BigInteger),
    Column("data", LargeBinary),
    Column("text", Text),
)
WORDS = Table("words", METADATA, Column("word", String(20), primary_key=True))
MOMENT = datetime(2026, 11, 21, 22, 30, 0, 123456, tzinfo=UTC)
ROOM_ROWS: list[dict[str, Any]] = [
    {
        "id": i, "house_id": 1 + i % 2, "seen_at": MOMENT, "built_on": date(1947, 8, 15), "size": 0.1 + i,
        "number": 2**53 + 1, "data": bytes(range(256)), "text": "বাড়ি\n" * (i % 2),
    }
    for i in range(1, 1203)
]
NOTHING = dict.fromkeys(("seen_at", "built_on", "size", "number", "data", "text"))
ROOM_ROWS.append({"id": 2000, "house_id": 2, **NOTHING})


def prepare(database: Database, version: str = "0001") -> Database:
    with database.write() as conn:
        METADATA.create_all(conn)
        conn.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        conn.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
    return database


@pytest.fixture
def full(database: Database) -> Database:
    """A database with rows of every type."""
    prepare(database)
    with database.write() as conn:
        conn.execute(insert(HOUSES), [{"id": 1, "name": "first", "open": True}, {"id": 2, "name": "b", "open": False}])
        conn.execute(insert(ROOMS), ROOM_ROWS)
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A second, empty database at the same version."""
    if request.param == "sqlite":
        opened = prepare(open_database(f"sqlite:///{tmp_path / 'other.sqlite'}"))
        yield opened
        opened.close()
        return
    server = request.getfixturevalue("postgres_server")
    name = server.create()
    opened = prepare(open_database(server.url(name)))
    yield opened
    opened.close()
    server.drop(name)


def content(database: Database) -> dict[str, list[Any]]:
    with database.read() as conn:
        return {
            table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns))]
            for table in METADATA.sorted_tables
        }


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The archive with its members changed, or left out where `change` gives None."""
    with tarfile.open(path) as archive:
        members = [(m.name, archive.extractfile(m).read()) for m in archive.getmembers()]  # type: ignore[union-attr]
    with tarfile.open(path, "w") as archive:
        for name, data in members:
            new = change(name, data)
            if new is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(new)
                archive.addfile(entry, io.BytesIO(new))


def test_from_either_database_into_either(full: Database, other: Database, tmp_path: Path) -> None:
    steps: list[tuple[str, int]] = []
    written = write_archive(full, METADATA, tmp_path / "backup", progress=lambda *given: steps.append(given))
    assert written.rows == {"houses": 2, "rooms": 1203, "words": 0}
    assert sum(rows for table, rows in steps if table == "rooms") == 1203
    assert restore_archive(other, METADATA, tmp_path / "backup") == written
    assert content(other) == content(full)


def test_few_large_rows_are_in_memory_at_once(
    full: Database, other: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METADATA.tables["rooms"].info, ROWS_AT_ONCE, 100)
    steps: list[tuple[str, int]] = []
    for database, work in ((full, write_archive), (other, restore_archive)):
        steps.clear()
        work(database, METADATA, tmp_path / "backup", progress=lambda *given: steps.append(given))
        assert [rows for table, rows in steps if table == "rooms"] == [100] * 12 + [3]
    assert content(other) == content(full)


def test_new_rows_are_numbered_after_the_restored_ones(full: Database, other: Database, tmp_path: Path) -> None:
    write_archive(full, METADATA, tmp_path / "backup")
    restore_archive(other, METADATA, tmp_path / "backup")
    with other.write() as conn:
        assert conn.execute(insert(ROOMS).values(house_id=1).returning(ROOMS.c.id)).scalar_one() == 2001


def test_an_archive_is_private_and_alone(full: Database, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    path = tmp_path / "kept" / "backup"
    write_archive(full, METADATA, path)
    first = path.read_bytes()
    write_archive(full, METADATA, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["backup"]
    assert path.read_bytes() == first


def test_it_holds_one_moment(full: Database, other: Database, tmp_path: Path) -> None:
    def meanwhile(table: str, _rows: int) -> None:
        if table == "houses":
            with full.write() as conn:
                conn.execute(insert(HOUSES).values(id=3, name="late", open=True))
                conn.execute(insert(ROOMS).values(id=3000, house_id=3))

    before = content(full)
    write_archive(full, METADATA, tmp_path / "backup", progress=meanwhile)
    restore_archive(other, METADATA, tmp_path / "backup")
    assert content(other) == before != content(full)


def test_it_goes_into_empty_databases_only(full: Database, other: Database, tmp_path: Path) -> None:
    write_archive(full, METADATA, tmp_path / "backup")
    with other.write() as conn:
        conn.execute(insert(WORDS).values(word="here"))
    with pytest.raises(ArchiveError, match="not empty"):
        restore_archive(other, METADATA, tmp_path / "backup")
    assert content(other)["rooms"] == []


def test_it_goes_into_its_own_version_only(full: Database, other: Database, tmp_path: Path) -> None:
    write_archive(full, METADATA, tmp_path / "backup")
    with other.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    with pytest.raises(ArchiveError, match="at version 0001 and the database is at 0002"):
        restore_archive(other, METADATA, tmp_path / "backup")


def test_it_goes_into_its_own_service_only(full: Database, other: Database, tmp_path: Path) -> None:
    write_archive(full, METADATA, tmp_path / "backup")
    fewer = MetaData()
    HOUSES.to_metadata(fewer)
    with pytest.raises(ArchiveError, match="another service"):
        restore_archive(other, fewer, tmp_path / "backup")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_cut_off_archive_is_refused(full: Database, other: Database, tmp_path: Path, share: float) -> None:
    path = tmp_path / "backup"
    write_archive(full, METADATA, path)
    with tarfile.open(path) as archive:
        end = archive.getmember(MANIFEST).offset_data
    path.write_bytes(path.read_bytes()[: int(end * share)])
    with pytest.raises(ArchiveError):
        restore_archive(other, METADATA, path)
    assert content(other)["houses"] == []


def test_a_flipped_bit_anywhere_in_a_table_is_refused(full: Database, other: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    write_archive(full, METADATA, path)
    with tarfile.open(path) as archive:
        member = archive.getmember("tables/rooms.jsonl.gz")
    whole = path.read_bytes()
    for place in range(member.offset_data, member.offset_data + member.size, member.size // 7):
        damaged = bytearray(whole)
        damaged[place] ^= 4
        path.write_bytes(damaged)
        with pytest.raises(ArchiveError, match="rooms of the archive is damaged"):
            restore_archive(other, METADATA, path)
    assert content(other)["houses"] == []


def test_a_missing_table_or_manifest_is_refused(full: Database, other: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    write_archive(full, METADATA, path)
    rewritten(path, lambda name, data: None if name.startswith("tables/rooms") else data)
    with pytest.raises(ArchiveError, match="rooms is not in the archive"):
        restore_archive(other, METADATA, path)
    rewritten(path, lambda name, data: None if name == MANIFEST else data)
    with pytest.raises(ArchiveError, match="no readable manifest"):
        restore_archive(other, METADATA, path)


def test_rows_that_do_not_fit_are_undone(full: Database, other: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    write_archive(full, METADATA, path)
    bad = gzip.compress(b'[1,1,"no moment",null,null,null,null,null]\n')

    def change(name: str, data: bytes) -> bytes:
        if name == MANIFEST:
            document = json.loads(data)
            [rooms] = [member for member in document["members"] if member["table"] == "rooms"]
            rooms.update(bytes=len(bad), sha256=archives._digest(io.BytesIO(bad)))
            return json.dumps(document).encode()
        return bad if name.startswith("tables/rooms") else data

    rewritten(path, change)
    with pytest.raises(ArchiveError, match="rooms of the archive is no table"):
        restore_archive(other, METADATA, path)
    assert content(other)["houses"] == []


def test_what_follows_a_restore_belongs_to_it(full: Database, other: Database, tmp_path: Path) -> None:
    write_archive(full, METADATA, tmp_path / "backup")

    def fail(_connection: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        restore_archive(other, METADATA, tmp_path / "backup", finish=fail)
    assert content(other)["houses"] == []


def test_no_file_and_no_folder_are_told_in_a_sentence(full: Database, other: Database, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be read as an archive"):
        restore_archive(other, METADATA, tmp_path / "nothing")
    with pytest.raises(OutputError, match="cannot be written"):
        write_archive(full, METADATA, tmp_path / "nowhere" / "backup")


def test_a_failure_leaves_nothing_behind(full: Database, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()

    def fail(_table: str, _rows: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"):
        write_archive(full, METADATA, tmp_path / "kept" / "backup", progress=fail)
    assert list((tmp_path / "kept").iterdir()) == []
