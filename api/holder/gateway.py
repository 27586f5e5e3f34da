"""What the endpoints work with: the parts of one gateway, put together once."""

from dataclasses import dataclass
from datetime import timedelta

from api.holder.imports.jobs import ImportJobs
from api.holder.imports.runner import ImportRunner
from api.holder.inbox.viewing import InboxReader
from api.holder.intake.looking import RecordReader
from api.holder.intake.service import RecordService
from api.holder.ports import SyncPort
from api.holder.settings import HolderSettings
from api.holder.staff.accounts import Accounts
from api.holder.staff.passwords import Passwords
from api.holder.staff.sessions import Sessions
from api.holder.vault.vault import Vault
from api.service.clock import Clock
from api.service.database import Database
from api.service.workers import Worker


@dataclass(frozen=True)
class Gateway:
    """The parts of a gateway."""

    settings: HolderSettings
    database: Database
    vault: Vault
    sync: SyncPort
    records: RecordService
    reader: RecordReader
    inbox: InboxReader
    sessions: Sessions
    accounts: Accounts
    imports: ImportJobs
    runner: ImportRunner
    worker: Worker


def put_together(
    settings: HolderSettings, database: Database, vault: Vault, sync: SyncPort, clock: Clock
) -> Gateway:
    """A gateway over a database whose tables are there; nothing runs yet."""
    passwords = Passwords()
    reader = RecordReader(database, vault)
    runner = ImportRunner(database, vault, clock, sync.changed)
    return Gateway(
        settings=settings,
        database=database,
        vault=vault,
        sync=sync,
        records=RecordService(database, vault, clock, sync.changed),
        reader=reader,
        inbox=InboxReader(database, reader),
        sessions=Sessions(database, vault, passwords, clock, timedelta(hours=settings.session_hours)),
        accounts=Accounts(database, passwords, clock),
        imports=ImportJobs(database, vault, clock),
        runner=runner,
        worker=Worker("imports", runner.step, settings.poll_seconds),
    )
