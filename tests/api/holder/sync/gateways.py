"""A gateway without its HTTP side: database, vault, intake and sync, on a clock that tests move."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.holder.intake.entry import Entry, entry_of
from api.holder.intake.retries import Answer
from api.holder.intake.service import RecordService
from api.holder.intake.sight import EVERYTHING
from api.holder.photos.reader import SharedReader
from api.holder.photos.reading_errand import ReadingErrand
from api.holder.photos.service import PhotoLimits, PhotoService
from api.holder.photos.taken import said_of
from api.holder.storage import outbox
from api.holder.storage.tables import inbox, metadata, records
from api.holder.sync import hub_facts
from api.holder.sync.backoff import Backoff
from api.holder.sync.encoding import ItemMaker
from api.holder.sync.exchange import Exchange
from api.holder.sync.hub_facts import KnownHub
from api.holder.sync.line import Line
from api.holder.sync.notify import Notifier
from api.holder.sync.photo_codes import PhotoCodes
from api.holder.sync.photo_errand import PhotoSpaceErrand
from api.holder.sync.photo_following import PhotoFollower
from api.holder.sync.records import records_of
from api.holder.sync.service import Sync
from api.holder.sync.telling import NoticeSettings
from api.holder.vault.vault import vault_from_secret_bytes
from api.service.database import Database
from api.wire.request_keys import RequestKey
from encoder.faces.space import FaceSpace
from encoder.keys import linkage_key_from_secret_bytes
from matcher.profile import LOCAL_2026_11_22, EncodingProfile
from tests.api.holder.photos.fake_faces import FakeFaces
from tests.api.holder.sync.fake_hub import HUB, PARTNER, FakeHub
from tests.tables import make_tables

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
LINKAGE_KEY = linkage_key_from_secret_bytes(bytes(range(32)), "in", "2026-11")


class FakeClock:
    def __init__(self) -> None:
        self.now = START
        self.off = timedelta(0)

    def __call__(self) -> datetime:
        return self.now

    def behind(self) -> datetime:
        """A clock beside this one that is wrong by `off`."""
        return self.now + self.off

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class Desk:
    """Notes when it was told; fails as often as it is asked to."""

    def __init__(self) -> None:
        self.told: list[datetime] = []
        self.failures = 0

    def __call__(self, settings: NoticeSettings, now: datetime) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("no mail server")
        self.told.append(now)


def child(number: int, kind: str = "missing", **fields: Any) -> dict[str, Any]:
    names = ("Rekha", "Sunil", "Amina", "Bimal", "Chandni", "Dipak")
    return {
        "record_id": f"case-{number}", "kind": kind, "name": f"{names[number % 6]} Mondal{number}",
        "age": 7 + number % 5, "event_date": "2026-10-12", "home_village": "Amdanga", **fields,
    }  # fmt: skip


class Intake(RecordService):
    """Intake by somebody who may see everything."""

    def create(self, entry: Entry, by: str) -> Answer:
        return super().create(entry, by, EVERYTHING)

    def update(self, ref: str, entry: Entry, versions: list[int], by: str) -> Answer:
        return super().update(ref, entry, versions, by, EVERYTHING)

    def withdraw(self, ref: str, reason: str, versions: list[int], by: str) -> Answer:
        return super().withdraw(ref, reason, versions, by, EVERYTHING)

    def erase(self, ref: str, by: str) -> Answer:
        return super().erase(ref, by, EVERYTHING)


class Gateway:
    """One gateway that is enrolled at a fake hub and trusts it."""

    def __init__(
        self, database: Database, clock: FakeClock, hub: FakeHub, profile: EncodingProfile = LOCAL_2026_11_22
    ) -> None:
        make_tables(database, metadata)
        self.database, self.clock, self.hub = database, clock, hub
        self.vault = vault_from_secret_bytes(bytes(32))
        self.key, self.desk = RequestKey.generate(), Desk()
        self.profile, self.linkage_key = profile, LINKAGE_KEY
        self.intake = Intake(database, self.vault, clock, lambda: None)
        self.faces = FakeFaces()
        self.space: FaceSpace | None = None
        self.enrol()
        self.restart()

    def enrol(self, **changes: Any) -> None:
        self.hub.partner_key = self.key.public
        known = KnownHub("http://127.0.0.1:1", HUB, self.hub.key.public.text, PARTNER, trusted=True)
        with self.database.write() as conn:
            hub_facts.store(conn, KnownHub(**{**known.__dict__, **changes}), self.clock())

    def restart(self) -> None:
        """As after the process ended: nothing but the database is left."""
        clock = self.clock.behind
        self.line = Line(self.database, lambda: self.key, clock, lambda url: Exchange(url, self.hub.transport()))
        self.notifier = Notifier(
            self.database, NoticeSettings(PARTNER, "http://127.0.0.1"), clock, {"desk": self.desk},
            self.vault,
        )
        self.reader = SharedReader(lambda: self.faces)
        self.photos = PhotoService(
            self.database, self.vault, self.reader, self.clock, lambda: None, PhotoLimits()
        )
        codes = PhotoCodes(self.database, self.vault, self.linkage_key, self.profile, self.space)
        self.photo_space = PhotoSpaceErrand(codes, PhotoFollower(self.database, self.vault, clock), self.line.policy)
        self.reading = ReadingErrand(self.database, self.vault, self.reader, clock, self.space)
        maker = ItemMaker(self.linkage_key, self.profile, records_of(self.vault), codes)
        self.sync = Sync(
            self.database, self.vault, self.line, maker, self.notifier, clock=clock,
            backoff=lambda: Backoff(jitter=lambda: 1.0),
        )

    def report(self, number: int, kind: str = "missing", **fields: Any) -> str:
        answer = self.intake.create(entry_of(child(number, kind, **fields), "police", None, None), "clerk")
        return str(answer.body["ref"])

    def change(self, ref: str, number: int, version: int, **fields: Any) -> None:
        self.intake.update(ref, entry_of(child(number, **fields), "police", None, None), [version], "clerk")

    def add_photo(self, ref: str, content: bytes, **said: str) -> dict[str, Any]:
        told = said_of(said.get("taken"), said.get("progressed"))
        return self.photos.add(ref, content, told, "clerk", EVERYTHING).shown

    def read_photos(self) -> None:
        while self.reading.run(self.line.client()):
            pass

    def send_all(self) -> None:
        while self.sync.step_out():
            pass

    def pull_all(self) -> None:
        while self.sync.step_in():
            pass

    def counts(self) -> outbox.Counts:
        with self.database.read() as conn:
            return outbox.counts(conn)

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as conn:
            return list(conn.execute(table.select()).mappings())

    def outbox_row(self, ref: str) -> Any:
        (record,) = (row for row in self.rows(records) if row["ref"] == ref)
        return next((row for row in self.rows(outbox.outbox) if row["record_id"] == record["id"]), None)

    def version_of(self, ref: str) -> int:
        return int(next(row["version"] for row in self.rows(records) if row["ref"] == ref))

    def inbox(self) -> dict[str, Any]:
        return {row["candidate"]: row for row in self.rows(inbox)}
