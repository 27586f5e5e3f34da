"""A gateway and a hub whose linkage key changes, in this process: what they store and match, without the wire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from api.holder.storage.outbox import DueRow
from api.holder.sync.encoding import ItemMaker, OpenedRecord
from api.hub.intake.accept import accept
from api.hub.matching.options import MatchingOptions
from api.hub.matching.worker import Matcher
from api.hub.registry.compared import close_partition, open_partition
from api.hub.storage import partners, schema
from api.hub.storage.tables import candidates, partitions, records
from api.service.database import Database, open_database
from api.wire.batches import Marks
from api.wire.names import new_refs
from encoder.keys import LinkageKey
from encoder.record import RawRecord
from matcher.profile import EncodingProfile
from matcher.views import Kind

DOMAIN = "drill"
_ITEMS = 200
Pair = tuple[str, str]
"""Refs of a missing and a found record."""


@dataclass(frozen=True)
class Case:
    """A candidate as both sides know it."""

    name: str
    pair: Pair
    state: str
    weight: int
    partition: int


class Drill:
    """One office of each side with its records, and the hub. No quota is watched: all is entered in a minute."""

    def __init__(self, folder: Path, profile: EncodingProfile, people: dict[Kind, Sequence[RawRecord]]) -> None:
        """Empty hub; records get their refs, which they keep under every key."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.profile, self._people = folder, profile, people
        self.database: Database = open_database(f"sqlite:///{folder / 'hub.db'}")
        schema.create_or_require(self.database)
        self.options = MatchingOptions(folder / "index", within_country="open")
        self.matcher = Matcher(self.database, self.options)
        self.refs = {kind: new_refs(len(found)) for kind, found in people.items()}
        with self.database.write() as conn:
            self._ids = {
                kind: partners.add(conn, name=kind.name.lower(), title="", country="IN", now=_now()).id
                for kind in people
            }
            for number in self._ids.values():
                partners.change(conn, number, _now(), state="active")

    def open(self, key: LinkageKey) -> int:
        """Open the partition of a key."""
        check = key.key_check(self.profile).hex()
        with self.database.write() as conn:
            return open_partition(
                conn, key.domain, key.epoch, self.profile.name, key_check=check, steward=None, now=_now()
            ).id

    def close(self, partition: int) -> None:
        """Close it, and let the matcher see that."""
        with self.database.write() as conn:
            close_partition(conn, partition, _now())
        self.settle()

    def maker(self, key: LinkageKey) -> ItemMaker:
        """What a gateway makes items with."""
        return ItemMaker(key, self.profile, lambda row: OpenedRecord(self._raw(row), Marks(new_refs(1)[0], None, None)))

    def send(self, maker: ItemMaker, kind: Kind, first: int, end: int) -> int:
        """Encode some records under the maker's key and bring them to the hub; how many it took."""
        rows = [
            DueRow(number, self.refs[kind][number], kind.name.lower(), 1, "put", None, "", b"")
            for number in range(first, end)
        ]
        taken = 0
        for start in range(0, len(rows), _ITEMS):
            items = [item for _, item in maker.prepare(rows[start : start + _ITEMS]).items]
            receipts = accept(
                self.database, maker.submission(items), self._ids[kind], _now(), admit=lambda conn: None,
                changed=lambda: None,
            )  # fmt: skip
            taken += sum(each.outcome == "stored" for each in receipts)
        return taken

    def settle(self) -> None:
        """Match until nothing waits, and save the index."""
        while self.matcher.step():
            pass
        for number in self._open():
            index = self.matcher.index_of(number)
            if index is not None:
                index.save()

    def cases(self) -> list[Case]:
        """All candidates."""
        refs = {number: ref for ref, number in self._numbers()}
        with self.database.read() as conn:
            found = conn.execute(select(candidates).order_by(candidates.c.id)).all()
        return [
            Case(row.name, (refs[row.missing_id], refs[row.found_id]), row.state, row.weight, row.partition_id)
            for row in found
        ]

    def codes(self, partition: int) -> list[bytes]:
        """The codes of a partition's records."""
        with self.database.read() as conn:
            of_it = (records.c.partition_id == partition, records.c.codes.is_not(None))
            return list(conn.execute(select(records.c.codes).where(*of_it)).scalars())

    def _raw(self, row: DueRow) -> RawRecord:
        return self._people[Kind[row.kind.upper()]][row.record_id]

    def _open(self) -> list[int]:
        with self.database.read() as conn:
            return list(conn.execute(select(partitions.c.id).where(partitions.c.state == "open")).scalars())

    def _numbers(self) -> list[tuple[str, int]]:
        with self.database.read() as conn:
            return [(row.ref, row.id) for row in conn.execute(select(records.c.ref, records.c.id))]


def _now() -> datetime:
    return datetime.now(UTC)
