"""A gateway with a real hub in this process, whose linkage key changes."""

from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from api.holder.storage import next_key
from api.holder.storage.outbox import Counts
from api.holder.sync.backoff import Backoff
from api.holder.sync.encoding import ItemMaker
from api.holder.sync.photo_codes import PhotoCodes
from api.holder.sync.reconcile import Comparison
from api.holder.sync.records import records_of
from api.holder.sync.service import Sync
from api.hub.registry.compared import close_partition, open_partition
from api.hub.settings import HubSettings
from api.hub.storage import partners
from api.hub.storage.tables import records
from api.service.database import Database
from api.wire.request_keys import PublicKey
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes
from matcher.profile import LOCAL_2026_11_22, EncodingProfile
from tests.api.holder.sync.gateways import LINKAGE_KEY, FakeClock, Gateway
from tests.api.holder.sync.real_hub import _InProcess
from tests.api.hub.gateways import HUB, HUB_KEY, Exchange, make_tables

PARTNER = "west-bengal"
NEXT_KEY = linkage_key_from_secret_bytes(bytes(range(1, 33)), "in", "2026-12")


class TheHub:
    """A real hub in the place of a fake one; counts what it is asked, and loses as many answers as told."""

    key = HUB_KEY

    def __init__(self, database: Database, data: Path, profile: EncodingProfile = LOCAL_2026_11_22) -> None:
        make_tables(database)
        self.profile = profile
        self.exchange = Exchange(database, HubSettings(name=HUB, data=data))
        self.exchange.partner(PARTNER)
        self.numbers: dict[str, int] = {}
        self.sent: list[httpx.Request] = []
        self.lost = 0
        self.open(LINKAGE_KEY)

    @property
    def partner_key(self) -> PublicKey | None:
        return None

    @partner_key.setter
    def partner_key(self, key: PublicKey) -> None:
        with self.exchange.database.write() as conn:
            known = self.exchange.known(PARTNER)
            partners.change(conn, known.id, self.exchange.clock(), public_key=key.text)

    def open(self, key: LinkageKey) -> None:
        """Open the epoch of a key."""
        with self.exchange.database.write() as conn:
            self.numbers[key.epoch] = open_partition(
                conn, key.domain, key.epoch, self.profile.name, key_check=key.key_check(self.profile).hex(),
                steward=None, now=self.exchange.clock(),
            ).id  # fmt: skip

    def close(self, key: LinkageKey) -> None:
        """Close it."""
        with self.exchange.database.write() as conn:
            close_partition(conn, self.numbers[key.epoch], self.exchange.clock())

    def transport(self) -> httpx.BaseTransport:
        return _Watched(self)

    def held(self, key: LinkageKey) -> dict[str, tuple[int, str]]:
        """Version and state of each ref in the epoch of a key."""
        of_epoch = records.c.partition_id == self.numbers[key.epoch]
        with self.exchange.database.read() as conn:
            rows = conn.execute(select(records.c.ref, records.c.version, records.c.state).where(of_epoch))
            return {row.ref: (row.version, row.state) for row in rows}

    def submissions(self) -> int:
        """How many came since it was asked last."""
        count = sum(request.url.path == "/v1/submissions" for request in self.sent)
        self.sent.clear()
        return count


class _Watched(_InProcess):
    def __init__(self, hub: TheHub) -> None:
        super().__init__(hub.exchange)
        self._hub = hub

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._hub.sent.append(request)
        answer = super().handle_request(request)
        if self._hub.lost and request.url.path == "/v1/submissions":
            self._hub.lost -= 1
            raise httpx.ReadError("the line broke")
        return answer


class Rotating(Gateway):
    """A gateway whose present and next linkage key a test sets; `restart` makes them count."""

    hub: Any

    def __init__(self, database: Database, hub: TheHub) -> None:
        self.next: LinkageKey | None = None
        clock = FakeClock()
        clock.now = hub.exchange.clock.now
        super().__init__(database, clock, hub, hub.profile)  # type: ignore[arg-type]

    def enrol(self, **changes: Any) -> None:
        super().enrol(name=HUB, partner=PARTNER, **changes)

    def restart(self) -> None:
        super().restart()
        clock = self.clock.behind
        present, following = (None if key is None else self.maker(key) for key in (self.linkage_key, self.next))
        self.sync = Sync(
            self.database, self.vault, self.line, present, self.notifier, next_maker=following, clock=clock,
            backoff=lambda: Backoff(jitter=lambda: 1.0),
        )  # fmt: skip

    def maker(self, key: LinkageKey) -> ItemMaker:
        """What makes items under a key."""
        codes = PhotoCodes(self.database, self.vault, key, self.profile, self.space)
        return ItemMaker(key, self.profile, records_of(self.vault), codes)

    def overlap(self, key: LinkageKey = NEXT_KEY) -> None:
        """Set the next key, and start again."""
        self.next = key
        self.restart()

    def change_keys(self) -> None:
        """Move the next key into the place of the present one, and start again."""
        assert self.next is not None
        self.linkage_key, self.next = self.next, None
        self.restart()

    def counts_ahead(self) -> Counts:
        """What became of records under the next key."""
        with self.database.read() as conn:
            return next_key.counts(conn)

    def compare(self) -> Comparison:
        """As `milap holder sync --check` does first."""
        return self.sync.check()
