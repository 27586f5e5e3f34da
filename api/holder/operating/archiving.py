"""`milap holder backup` and `restore`: the database as one file; what names a person stays sealed in it."""

from pathlib import Path

from sqlalchemy import Connection

from api.holder.app import MIGRATIONS
from api.holder.intake.content import open_content
from api.holder.operating.opening import UPGRADE_COMMAND, vault_of
from api.holder.settings import HolderSettings
from api.holder.storage.restoring import SealedRecord, begin_again, newest_sealed
from api.holder.storage.tables import metadata
from api.holder.vault.vault import DamagedSealError, Vault
from api.service.archive_format import Manifest
from api.service.archives import Progress, restore_archive, write_archive
from api.service.clock import Clock, utc_now
from api.service.database import Database, open_database
from api.service.locking import only_one
from api.service.migrations import create_or_require
from api.service.summaries import Summary
from encoder.sealed_files import UnlockSecret
from matcher.errors import InputError

_KEYS = (
    "The gateway's keys are NOT in it: back up vault.key, request.key, message.key, masking.key and their passphrase as"
    " well."
)


def backup(database: Database, path: Path, progress: Progress) -> Summary:
    """Write the database to one file; the gateway may go on working.

    Raises:
        OutputError: the file cannot be written; nothing half-written stays.
        StorageError: the database failed.
    """
    rows = _rows(write_archive(database, metadata, path, progress=progress))
    return Summary({"file": str(path), "rows": rows, "keys": False}, [f"{rows:,} rows in {path}.", _KEYS])


def restore(
    settings: HolderSettings, path: Path, secret: UnlockSecret, progress: Progress, clock: Clock = utc_now
) -> Summary:
    """Put such a file into a data folder that has the vault.key of then and no records; nothing may serve.

    Raises:
        InputError: the gateway runs, there is no vault.key, or it is not the one that the file was sealed under.
        ArchiveError: the file is damaged or of another version, or the database is not empty.
        StorageError: the database failed; nothing was changed.
    """
    vault = vault_of(settings, secret)

    def finish(conn: Connection) -> None:
        _require_fit(vault, newest_sealed(conn))
        begin_again(conn, clock())

    with only_one(settings.data, "holder"):
        database = open_database(settings.database_url)
        try:
            create_or_require(database, MIGRATIONS, UPGRADE_COMMAND)
            rows = _rows(restore_archive(database, metadata, path, progress=progress, finish=finish))
        finally:
            database.close()
    lines = [
        f"{rows:,} rows restored from {path}; everybody has to sign in again.",
        "Before anything is sent it is compared with what the hub holds; `milap holder sync --check` does it now.",
    ]
    return Summary({"file": str(path), "rows": rows}, lines)


def _require_fit(vault: Vault, record: SealedRecord | None) -> None:
    if record is None:
        return
    try:
        open_content(vault, record.ref, record.version, record.sealed)
    except DamagedSealError:
        raise InputError(
            "The vault.key in the data folder is not the one that the backup was sealed under; copy the old one there"
            " and restore again. Nothing was changed."
        ) from None


def _rows(manifest: Manifest) -> int:
    return sum(member.rows for member in manifest.members)
