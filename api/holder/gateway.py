"""What the endpoints work with: the parts of one gateway, put together once."""

from dataclasses import dataclass
from datetime import timedelta

from api.holder.directory.service import OrganisationDirectory
from api.holder.imports.jobs import ImportJobs
from api.holder.imports.runner import ImportRunner
from api.holder.inbox.viewing import InboxReader
from api.holder.intake.looking import RecordReader
from api.holder.intake.service import RecordService
from api.holder.mailing.desk import MessageDesk
from api.holder.mailing.peers import PeerBook
from api.holder.photos.looking import PhotoViewer
from api.holder.photos.reader import SharedReader
from api.holder.photos.service import PhotoLimits, PhotoService
from api.holder.ports import SyncPort
from api.holder.retention.holds import LegalHolds
from api.holder.reviewing.decisions import Decisions
from api.holder.reviewing.link_reading import LinkReader
from api.holder.reviewing.link_timeline import TimelineReader
from api.holder.reviewing.link_words import LinkWords
from api.holder.reviewing.officers import Officers
from api.holder.reviewing.release import Release
from api.holder.reviewing.worklist import WorklistReader
from api.holder.settings import HolderSettings
from api.holder.staff.accounts import Accounts
from api.holder.staff.offices import Offices
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
    messages: MessageDesk
    peers: PeerBook
    directory: OrganisationDirectory
    holds: LegalHolds
    photo_reader: SharedReader
    photos: PhotoService
    photo_viewer: PhotoViewer
    clock: Clock
    decisions: Decisions
    officers: Officers
    release: Release
    worklist: WorklistReader
    links: LinkReader
    link_words: LinkWords
    timelines: TimelineReader
    offices: Offices


def put_together(
    settings: HolderSettings, database: Database, vault: Vault, sync: SyncPort, clock: Clock, photo_reader: SharedReader
) -> Gateway:
    """A gateway over a database whose tables are there; nothing runs yet."""
    passwords = Passwords()
    officers = Officers(database, vault, passwords, clock, sync.changed)
    reader = RecordReader(database, vault)
    runner = ImportRunner(database, vault, clock, sync.changed)
    limits = PhotoLimits(settings.most_photos, settings.max_photo_bytes)
    return Gateway(
        settings=settings,
        database=database,
        vault=vault,
        sync=sync,
        records=RecordService(database, vault, clock, sync.changed),
        reader=reader,
        inbox=InboxReader(database, reader, vault),
        sessions=Sessions(database, vault, passwords, clock, timedelta(hours=settings.session_hours)),
        accounts=Accounts(database, passwords, clock),
        imports=ImportJobs(database, vault, clock),
        runner=runner,
        worker=Worker("imports", runner.step, settings.poll_seconds),
        messages=MessageDesk(database, vault, clock, sync.changed),
        peers=PeerBook(database, clock),
        directory=OrganisationDirectory(database, clock, sync.changed),
        holds=LegalHolds(database, vault, clock, sync.changed),
        photo_reader=photo_reader,
        photos=PhotoService(database, vault, photo_reader, clock, sync.changed, limits),
        photo_viewer=PhotoViewer(database, vault, clock),
        clock=clock,
        decisions=Decisions(database, vault, clock, sync.changed),
        officers=officers,
        release=Release(database, vault, officers, clock, sync.changed),
        worklist=WorklistReader(database, vault, clock),
        links=LinkReader(database, reader),
        link_words=LinkWords(database, vault, clock, sync.changed),
        timelines=TimelineReader(database, reader),
        offices=Offices(database, clock),
    )
