"""`milap hub snapshot` and `restore`."""

from pathlib import Path

from api.hub import archive
from api.hub.operating.opening import opened
from api.hub.settings import HubSettings
from api.service.archive_format import Manifest
from api.service.archives import Progress
from api.service.database import Database
from api.service.locking import only_one
from api.service.summaries import Summary


def snapshot(database: Database, path: Path, progress: Progress) -> Summary:
    """Write the database to one file; the hub may go on working. The hub's key is not in it.

    Raises:
        MilapError: the database failed or the file cannot be written; nothing half-written stays.
    """
    manifest = archive.snapshot(database, path, progress=progress)
    line = f"{_rows(manifest):,} rows in {path}. Back up the hub's key beside it: it is not in the file."
    return Summary({"file": str(path), "rows": _rows(manifest)}, [line])


def restore(settings: HubSettings, path: Path, progress: Progress) -> Summary:
    """Put such a file into the empty database that `init` made; the hub must not run.

    Raises:
        InputError: the hub runs, or the file is none of ours or damaged.
        MilapError: the database is not empty or failed; nothing was changed.
    """
    with only_one(settings.data, "hub"), opened(settings) as database:
        manifest = archive.restore(database, path, progress=progress)
    line = f"{_rows(manifest):,} rows restored from {path}; the index is built when the hub starts."
    return Summary({"file": str(path), "rows": _rows(manifest)}, [line])


def _rows(manifest: Manifest) -> int:
    return sum(member.rows for member in manifest.members)
