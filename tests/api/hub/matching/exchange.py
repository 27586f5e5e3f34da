"""A hub's database with invented partners and records, changed as the intake changes it, and its matcher."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from api.hub.matching.options import MatchingOptions
from api.hub.matching.rows import columns_of_records
from api.hub.matching.taking_back import TakingBack
from api.hub.matching.worker import Matcher
from api.hub.storage import agreements as agreement_rows
from api.hub.storage import partitions as partition_rows
from api.hub.storage import tables
from api.hub.storage.counters import RECORDS, next_numbers
from api.hub.storage.partitions import Partition
from api.hub.storage.schema import metadata
from api.service.database import Database
from api.wire.names import new_ref
from matcher.batch import EncodedBatch
from matcher.photos import PhotoSpace
from matcher.profile import LOCAL_2026_11_22, EncodingProfile
from matcher.views import Kind, Sex
from tests.matcher.builders import space_of

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY_CHECK = b"keycheck"
Rng = np.random.Generator


class Hub:
    """Tables, partners and one partition; `now` is the clock that everything goes by."""

    def __init__(
        self, database: Database, folder: Path, profile: EncodingProfile = LOCAL_2026_11_22, **options: Any
    ) -> None:
        self.database, self.now = database, START
        self.options = replace(MatchingOptions(folder / "index", threads=2), **options)
        self.told: list[int] = []
        with database.write() as conn:
            metadata.create_all(conn)
        with database.read() as conn:
            there = partition_rows.every_partition(conn)
        self.partition = there[0] if there else self.open_partition("north", profile)

    def open_partition(
        self, domain: str, profile: EncodingProfile = LOCAL_2026_11_22, epoch: str = "2026-11"
    ) -> Partition:
        """A partition; of a profile with photos, its space is fixed already."""
        space = space_of(profile)
        with self.database.write() as conn:
            made = partition_rows.add(
                conn, domain=domain, epoch=epoch, profile=profile.name, profile_digest=profile.digest.hex(),
                key_check=KEY_CHECK.hex(), steward_id=None, now=self.now,
            )
            partition_rows.set_photo_space(conn, made.id, space.text if space else None)
            return replace(made, photo_space=space.text if space else None)

    def pin(self, space: PhotoSpace | None) -> None:
        """Another photo space of the partition, or none."""
        with self.database.write() as conn:
            partition_rows.set_photo_space(conn, self.partition.id, space.text if space else None)
        self.partition = replace(self.partition, photo_space=space.text if space else None)

    def partner(self, name: str, country: str = "IN") -> int:
        row = {"name": name, "title": name, "country": country, "state": "active", "code_attempts": 0}
        with self.database.write() as conn:
            statement = insert(tables.partners).values(**row, created_at=self.now, changed_at=self.now)
            return conn.execute(statement.returning(tables.partners.c.id)).scalar_one()

    def set_partner(self, partner: int, state: str) -> None:
        with self.database.write() as conn:
            conn.execute(update(tables.partners).where(tables.partners.c.id == partner).values(state=state))

    def agree(self, first: int, second: int, begin: date | None = None, end: date = date(2030, 1, 1)) -> int:
        with self.database.write() as conn:
            return agreement_rows.add(
                conn, first_id=first, second_id=second, document="MoU 7", valid_from=begin or self.now.date(),
                valid_until=end, now=self.now,
            ).id

    def end_agreement(self, agreement: int) -> None:
        with self.database.write() as conn:
            agreement_rows.end(conn, agreement, self.now)

    def put(self, partner: int, batch: EncodedBatch, expires_on: int | None = None, **columns_of_all: Any) -> list[int]:
        """New records, queued; gives their numbers. Other columns are set as they are given."""
        with self.database.write() as conn:
            first = next_numbers(conn, RECORDS, len(batch.refs))
            numbers = []
            for place, columns in enumerate(columns_of_records(batch)):
                row = {
                    **columns, "partition_id": self.partition.id, "partner_id": partner, "ref": new_ref(), "version": 1,
                    "state": "active", "digest": b"", "sequence": first + place, "received_at": self.now,
                    "entered_at": self.now, "expires_on": expires_on, **columns_of_all,
                }
                statement = insert(tables.records).values(**row).returning(tables.records.c.id)
                numbers.append(conn.execute(statement).scalar_one())
                self._queue(conn, numbers[-1], first + place)
            return numbers

    def change(self, number: int, batch: EncodedBatch) -> None:
        """The next version of a record: the only one of the batch."""
        with self.database.write() as conn:
            sequence = next_numbers(conn, RECORDS, 1)
            values = {**columns_of_records(batch)[0], "version": tables.records.c.version + 1}
            self._set(conn, number, {**values, "state": "active", "sequence": sequence})
            self._queue(conn, number, sequence)

    def withdraw(self, number: int) -> None:
        with self.database.write() as conn:
            self._set(conn, number, {"state": "withdrawn", "sequence": next_numbers(conn, RECORDS, 1)})
            conn.execute(delete(tables.pending).where(tables.pending.c.record_id == number))

    def erase(self, number: int) -> None:
        nothing = dict.fromkeys(("digest", "sex", "birth_first", "birth_last", "event", "presence", "codes"))
        with self.database.write() as conn:
            self._set(conn, number, {**nothing, "state": "erased", "sequence": next_numbers(conn, RECORDS, 1)})
            conn.execute(delete(tables.pending).where(tables.pending.c.record_id == number))

    def days_later(self, days: int) -> None:
        self.now += timedelta(days=days)

    def matcher(self) -> Matcher:
        """A new matcher, as after a start of the hub: it knows what is on disk and nothing else."""
        return Matcher(
            self.database, self.options, clock=lambda: self.now, candidates_changed=self.told.extend,
            monotonic=lambda: self.now.timestamp(),
        )

    def settle(self, matcher: Matcher | None = None) -> Matcher:
        """Steps until nothing waits."""
        matcher = matcher or self.matcher()
        while matcher.step():
            pass
        return matcher

    def take_back(self) -> None:
        """The matcher's part in withdrawals and erasures."""
        TakingBack(self.database).step(self.partition.id, self.now)

    def candidates(self, state: str | None = "proposed") -> dict[tuple[int, int], Any]:
        """All candidates of a state, by missing and found record."""
        c = tables.candidates.c
        query = select(tables.candidates).where(c.state == state if state else True)
        with self.database.read() as conn:
            return {(row.missing_id, row.found_id): row for row in conn.execute(query)}

    def waiting(self) -> list[int]:
        with self.database.read() as conn:
            return sorted(conn.execute(select(tables.pending.c.record_id)).scalars())

    def state_of(self, number: int) -> str:
        with self.database.read() as conn:
            query = select(tables.records.c.state).where(tables.records.c.id == number)
            return conn.execute(query).scalar_one()

    def _set(self, conn: Connection, number: int, values: dict[str, Any]) -> None:
        conn.execute(update(tables.records).where(tables.records.c.id == number).values(**values))

    def _queue(self, conn: Connection, number: int, sequence: int) -> None:
        conn.execute(delete(tables.pending).where(tables.pending.c.record_id == number))
        row = {"record_id": number, "partition_id": self.partition.id, "sequence": sequence}
        conn.execute(insert(tables.pending).values(**row))


def codes_of(rng: Rng, children: int, profile: EncodingProfile = LOCAL_2026_11_22) -> np.ndarray:
    """Codes of children who have nothing to do with each other, uint64 (children, words)."""
    return rng.integers(0, 2**64, (children, profile.words), dtype=np.uint64)


def noisy(rng: Rng, codes: np.ndarray, share: float) -> np.ndarray:
    """The same codes written down by somebody else: each bit differs with this chance."""
    bits = np.unpackbits(codes.view(np.uint8), axis=1)
    return np.packbits(bits ^ (rng.random(bits.shape) < share), axis=1).view(np.uint64)


def batch(
    kind: Kind, codes: np.ndarray, events: Sequence[int] | int = 20_000, *, rows: int = 1,
    profile: EncodingProfile = LOCAL_2026_11_22, sex: Sex = Sex.FEMALE, age: int = 0,
) -> EncodedBatch:
    """Records of so many rows each, every view present, one sex, one birth and one band of photo ages for all."""
    records = len(codes) // rows
    n = len(codes)
    return EncodedBatch(
        profile, KEY_CHECK, kind, tuple(map(str, range(records))), np.repeat(np.arange(records, dtype=np.int32), rows),
        codes, np.full(n, (1 << len(profile.views)) - 1, np.uint16), np.full(n, sex, np.uint8),
        np.tile(np.array([[15_000, 15_364]], np.int32), (n, 1)),
        np.repeat(np.broadcast_to(np.array(events, np.int32), records), rows),
        np.full(n, age, np.uint8), space_of(profile),
    )


def one(kind: Kind, codes: np.ndarray, event: int = 20_000) -> EncodedBatch:
    """One record of one row."""
    return batch(kind, codes.reshape(1, -1), event)
