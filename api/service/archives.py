"""A database as one file that restores into another database, of the same kind or the other."""

import gzip
import hashlib
import io
import json
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Integer, MetaData, Table, func, insert, select, text

from api.service.archive_format import MANIFEST, ROWS_AT_ONCE, ArchiveError, Manifest, Member, read_manifest
from api.service.archive_values import readers, writers
from api.service.database import Database
from api.service.migrations import revision
from api.service.whole_files import whole_file
from matcher.errors import OutputError

Progress = Callable[[str, int], None]
"""Called with a table's name and the number of its rows just done."""

_ROWS_A_CHUNK = 500
_READ_BYTES = 2**20
_DAMAGED = (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, TypeError)


def write_archive(database: Database, metadata: MetaData, path: Path, *, progress: Progress | None = None) -> Manifest:
    """Write all tables of `metadata` as they stand at one moment, mode 0600, in place of a file already there.

    It appears under its name only when it is complete and on disk. One table's compressed rows are held in a temporary
    file beside it. Returns what the archive holds.

    Raises:
        OutputError: the file cannot be written; nothing is left behind.
        StorageError: the database failed.
    """
    try:
        with whole_file(path, replace=True) as file:
            manifest = _write(database, metadata, file, path.parent, progress or _quiet)
    except OSError as error:
        raise OutputError(f"The archive {path.name} cannot be written ({error.strerror}); nothing was kept.") from None
    return manifest


def restore_archive(
    database: Database, metadata: MetaData, path: Path, *, progress: Progress | None = None,
    finish: Callable[[Connection], None] | None = None,
) -> Manifest:
    """Put an archive into an empty database of the same version, in one transaction.

    `finish` does in that transaction whatever has to follow a restore.

    Raises:
        ArchiveError: it is damaged, of another version, or the database is not empty; nothing was changed.
        StorageError: the database failed; nothing was changed.
    """
    with _opened(path) as archive:
        manifest = read_manifest(archive)
        _require_fit(manifest, metadata, revision(database))
        for member in manifest.members:
            _verify(archive, member)
        with database.write() as connection:
            _require_empty(connection, metadata)
            for member in manifest.members:
                _load(connection, metadata.tables[member.table], archive, member, progress or _quiet)
            _go_on_counting(connection, metadata)
            if finish is not None:
                finish(connection)
    return manifest


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, "r:")
    except (tarfile.TarError, OSError):
        raise ArchiveError(f"{path.name} cannot be read as an archive; check the path, or use another.") from None


def _write(
    database: Database, metadata: MetaData, file: IO[bytes], folder: Path, progress: Progress
) -> Manifest:
    members = []
    found = revision(database)
    with database.read() as connection, tarfile.open(fileobj=file, mode="w") as archive:
        if database.dialect == "postgresql":
            # The first statement of the transaction, so that all that follow see the same moment.
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        for table in metadata.sorted_tables:
            with tempfile.TemporaryFile(dir=folder) as part:
                members.append(_write_member(connection, table, part, progress))
                part.seek(0)
                archive.addfile(_entry(members[-1].name, members[-1].bytes), part)
        manifest = Manifest(found, members)
        content = manifest.to_json()
        archive.addfile(_entry(MANIFEST, len(content)), io.BytesIO(content))
    return manifest


def _write_member(connection: Connection, table: Table, part: IO[bytes], progress: Progress) -> Member:
    convert, rows = writers(list(table.c)), 0
    with gzip.GzipFile(filename="", fileobj=part, mode="wb", compresslevel=1, mtime=0) as packed:
        query = select(table).order_by(*table.primary_key.columns)
        with connection.execute(query, execution_options={"yield_per": _rows_a_chunk(table)}) as result:
            for chunk in result.partitions():
                for row in chunk:
                    values = [write(value) for write, value in zip(convert, row, strict=True)]
                    packed.write(json.dumps(values, separators=(",", ":")).encode() + b"\n")
                rows += len(chunk)
                progress(table.name, len(chunk))
    size = part.tell()
    part.seek(0)
    return Member(table.name, table.c.keys(), rows, size, _digest(part))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while data := file.read(_READ_BYTES):
        digest.update(data)
    return digest.hexdigest()


def _verify(archive: tarfile.TarFile, member: Member) -> None:
    try:
        with _open(archive, member) as file:
            whole = archive.getmember(member.name).size == member.bytes and _digest(file) == member.sha256
    except _DAMAGED:
        whole = False
    if not whole:
        raise ArchiveError(f"Table {member.table} of the archive is damaged; nothing was restored, use another one.")


def _open(archive: tarfile.TarFile, member: Member) -> IO[bytes]:
    try:
        file = archive.extractfile(member.name)
    except KeyError:
        file = None
    if file is None:
        raise ArchiveError(f"Table {member.table} is not in the archive; nothing was restored, use another archive.")
    return file


def _require_fit(manifest: Manifest, metadata: MetaData, found: str | None) -> None:
    if manifest.revision is None or manifest.revision != found:
        raise ArchiveError(
            f"The archive was taken at version {manifest.revision} and the database is at {found}; restore it with the "
            "release that wrote it, and upgrade afterwards."
        )
    expected = {table.name: table.c.keys() for table in metadata.sorted_tables}
    if {member.table: member.columns for member in manifest.members} != expected:
        raise ArchiveError("The archive has other tables than this database; it is another service's archive.")


def _require_empty(connection: Connection, metadata: MetaData) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise ArchiveError(f"The database is not empty ({table.name} has rows); restore into a new database.")


def _load(connection: Connection, table: Table, archive: tarfile.TarFile, member: Member, progress: Progress) -> None:
    rows = 0
    try:
        with _open(archive, member) as file, gzip.open(file) as lines:
            for chunk in _chunks(lines, table, member.columns):
                connection.execute(insert(table), chunk)
                rows += len(chunk)
                progress(table.name, len(chunk))
    except _DAMAGED:
        rows = -1
    if rows != member.rows:
        raise ArchiveError(f"Table {table.name} of the archive is no table of rows; nothing was restored, use another.")


def _chunks(
    lines: gzip.GzipFile, table: Table, names: Sequence[str]
) -> Iterator[list[dict[str, Any]]]:
    convert = readers(list(table.c))
    while block := list(islice(lines, _rows_a_chunk(table))):
        rows = (json.loads(line) for line in block)
        yield [
            {name: read(value) for name, read, value in zip(names, convert, row, strict=True)} for row in rows
        ]


def _rows_a_chunk(table: Table) -> int:
    return int(table.info.get(ROWS_AT_ONCE, _ROWS_A_CHUNK))


def _go_on_counting(connection: Connection, metadata: MetaData) -> None:
    """PostgreSQL counts ids in sequences of their own, which know nothing of rows that brought theirs."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        if table.autoincrement_column is None or not isinstance(keys[0].type, Integer):
            continue
        name = connection.execute(select(func.pg_get_serial_sequence(table.name, keys[0].name))).scalar()
        most = connection.execute(select(func.max(keys[0]))).scalar()
        if name is not None and most is not None:
            connection.execute(select(func.setval(name, most)))


def _quiet(_table: str, _rows: int) -> None:
    """No progress wanted."""
