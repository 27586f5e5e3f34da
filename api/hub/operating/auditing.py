"""`milap hub verify-audit` and `milap hub audit …`."""

from collections.abc import Iterable
from pathlib import Path

from api.hub.hub_key import load_hub_key
from api.hub.settings import HubSettings
from api.hub.storage import witnessed
from api.hub.storage.partner_tables import audit
from api.service.audit.reading import entries
from api.service.audit.telling import listing
from api.service.audit.verifying import Progress, Verification
from api.service.audit.verifying import verify as verify_log
from api.service.audit.witness_files import read_witnesses, write_witnesses
from api.service.database import Database
from api.service.summaries import Summary


def verify(settings: HubSettings, database: Database, witnesses: Iterable[Path], progress: Progress) -> Verification:
    """Recompute the whole log, and compare it with the hub's checkpoints and those that partners kept.

    Raises:
        InputError: the hub's key or a file of witnesses does not fit.
        StorageError: the database went away, or cannot even be counted.
    """
    key, kept = load_hub_key(settings.data), read_witnesses(witnesses, settings.name)
    with database.read() as conn:
        return verify_log(conn, audit, settings.name, key.public, witnesses=kept, progress=progress)


def show(database: Database, after: int | None, limit: int) -> Summary:
    """A page of entries, oldest first; StorageError when one of them is damaged."""
    with database.read() as conn:
        return listing(entries(conn, audit, after, limit + 1), limit)


def save_witnesses(database: Database, file: Path) -> Summary:
    """Write what partners' logs were seen at, for them to verify with; OutputError when the file cannot be made."""
    with database.read() as conn:
        kept = witnessed.everything(conn)
    write_witnesses(file, kept)
    values = {"output": str(file), "checkpoints": len(kept)}
    return Summary(values, [f"{len(kept):,} checkpoint(s) of partners are in {file}."])
