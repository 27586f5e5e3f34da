"""`milap holder verify-audit` and `milap holder audit …`."""

from collections.abc import Callable, Iterable
from pathlib import Path

from api.holder.settings import HolderSettings
from api.holder.staff.accounts import OPERATOR
from api.holder.storage import witnessed
from api.holder.storage.tables import audit
from api.holder.sync import audit_alarm, hub_facts
from api.holder.sync.request_key_file import read_request_key
from api.service.audit.reading import entries
from api.service.audit.telling import listing
from api.service.audit.verifying import Progress, Verification
from api.service.audit.verifying import verify as verify_log
from api.service.audit.witness_files import read_witnesses, write_witnesses
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.summaries import Summary
from api.wire.request_keys import PublicKey, RequestKey
from encoder.sealed_files import UnlockSecret

_NOBODY = "not-enrolled"
"""Stands for the gateway's name before it has one: there are no checkpoints then, and one that is there is a fault."""


def verify(
    settings: HolderSettings, database: Database, secret: Callable[[], UnlockSecret], witnesses: Iterable[Path],
    progress: Progress,
) -> Verification:  # fmt: skip
    """Recompute the whole log, and compare it with the gateway's checkpoints and those that others kept.

    Args:
        settings: the gateway's.
        database: the gateway's.
        secret: gives what opens the request key; not asked before the gateway has one.
        witnesses: files of checkpoints that others kept.
        progress: called after each block of leaves.

    Raises:
        InputError: the request key or a file of witnesses does not fit.
        StorageError: the database went away, or cannot even be counted.
    """
    with database.read() as conn:
        hub = hub_facts.load(conn)
    origin = _NOBODY if hub is None else hub.partner
    kept, key = read_witnesses(witnesses, origin), _public_key(settings, secret)
    with database.read() as conn:
        return verify_log(conn, audit, origin, key, witnesses=kept, progress=progress)


def show(database: Database, after: int | None, limit: int) -> Summary:
    """A page of entries, oldest first; StorageError when one of them is damaged."""
    with database.read() as conn:
        return listing(entries(conn, audit, after, limit + 1), limit)


def save_witnesses(database: Database, file: Path) -> Summary:
    """Write what the hub's and partners' logs were seen at; OutputError when the file cannot be made."""
    with database.read() as conn:
        kept = witnessed.everything(conn)
    write_witnesses(file, kept)
    logs = len({checkpoint.origin for checkpoint in kept})
    values = {"output": str(file), "checkpoints": len(kept), "logs": logs}
    return Summary(values, [f"{len(kept):,} checkpoint(s) of {logs:,} log(s) are in {file}."])


def accept(database: Database, clock: Clock = utc_now) -> Summary:
    """Take a log as it is now, after its operator has explained what it contradicts; the alarm ends."""
    found = database.retrying(lambda conn: audit_alarm.accept(conn, OPERATOR, clock()))
    if found is None:
        return Summary({"log": None, "kind": None}, ["There is no alarm."])
    line = f"The log of {found['log']} is taken as it is now; what it contradicts stays in this gateway's own log."
    return Summary({"log": found["log"], "kind": found["kind"]}, [line])


def _public_key(settings: HolderSettings, secret: Callable[[], UnlockSecret]) -> PublicKey:
    if not settings.request_key.exists():
        return RequestKey.generate().public
    return read_request_key(settings.request_key, secret()).public
