"""A hub's database and index with a great many found records, most of them derived.

Encoding a million invented children takes longer than measuring what they are for. So some tens of thousands are
invented and encoded, and the others are copies of these in which a few bits of every present view are flipped: they
keep the views that real records lack, the names a child has, dates and sexes, and lie as far from a report as other
children of their sort do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import insert

from api.hub.matching.rows import columns_of_records
from api.hub.storage import agreements, partitions, partners, schema
from api.hub.storage.counters import RECORDS, next_numbers
from api.hub.storage.matching import renew_history
from api.hub.storage.models import activate
from api.hub.storage.partitions import Partition
from api.hub.storage.tables import pending, records
from api.service.database import Database, open_database
from api.wire.names import new_ref
from matcher.batch import EncodedBatch
from matcher.model import LinkageModel
from matcher.profile import EncodingProfile

HOLDERS = 20
FLIPPED = 0.04
"""Share of the bits that a derived record has flipped, of each present view."""
_CHUNK = 20_000


@dataclass(frozen=True, repr=False)
class ResidentHub:
    """A database of one partition; `reporter` has an agreement with all custodians."""

    database: Database
    partition: Partition
    reporter: int
    custodians: list[int]


def make_hub_database(folder: Path, profile: EncodingProfile, key_check: bytes, now: datetime) -> ResidentHub:
    """An empty hub on SQLite with partners and agreements."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_database(f"sqlite:///{folder / 'hub.db'}")
    schema.create_or_require(database)
    with database.write() as conn:
        renew_history(conn)
        ids = [partners.add(conn, name=f"holder-{i}", title="", country="IN", now=now).id for i in range(HOLDERS + 1)]
        for number in ids:
            partners.change(conn, number, now, state="active")
        for number in ids[1:]:
            found = agreements.add(
                conn, first_id=ids[0], second_id=number, document="benchmark", valid_from=date(2020, 1, 1),
                valid_until=date(2099, 1, 1), now=now,
            )  # fmt: skip
            agreements.set_applied(conn, found.id)
        partition = partitions.add(
            conn, domain="benchmark", epoch="once", profile=profile.name, profile_digest=profile.digest.hex(),
            key_check=key_check.hex(), steward_id=None, now=now,
        )  # fmt: skip
    return ResidentHub(database, partition, ids[0], ids[1:])


def use_model(hub: ResidentHub, model: LinkageModel, now: datetime) -> None:
    """Match with a model that was fitted to the invented records."""
    with hub.database.write() as conn:
        activate(conn, hub.partition.id, model, now)


def fill(hub: ResidentHub, base: EncodedBatch, wanted: int, seed: int) -> None:
    """Store so many records, none of them queued: the base as it is, then derived ones."""
    rng, done = np.random.default_rng(seed), 0
    for part in _copies(base, wanted, rng):
        for first in range(0, len(part.refs), _CHUNK):
            done += store(hub, slice_of(part, first, min(first + _CHUNK, len(part.refs))), done)


def store(hub: ResidentHub, batch: EncodedBatch, done: int = 0, queued: bool = False, partner: int = 0) -> int:
    """Store the records of a batch in one transaction, by turns for each custodian; gives their number."""
    columns = columns_of_records(batch)
    custodians = [partner] if partner else hub.custodians
    now = datetime.now(UTC)
    with hub.database.write() as conn:
        first = next_numbers(conn, RECORDS, len(columns))
        rows = [
            {
                **row, "partition_id": hub.partition.id, "partner_id": custodians[(done + i) % len(custodians)],
                "ref": new_ref(), "version": 1, "state": "active", "digest": b"", "sequence": first + i,
                "received_at": now, "entered_at": now if queued else None,
            }
            for i, row in enumerate(columns)
        ]  # fmt: skip
        if not queued:
            conn.execute(insert(records), rows)
            return len(rows)
        for row in rows:
            number = conn.execute(insert(records).values(**row).returning(records.c.id)).scalar_one()
            place = {"record_id": number, "partition_id": hub.partition.id, "sequence": row["sequence"]}
            conn.execute(insert(pending).values(**place))
    return len(rows)


def derived(codes: npt.NDArray[np.uint64], base: EncodedBatch, rng: np.random.Generator) -> npt.NDArray[np.uint64]:
    """The codes with about FLIPPED of the bits of each present view flipped, uint64 (n, words)."""
    # Five random words ANDed and ORed give bits that are set with a chance of 1/32 + 1/128, near enough to FLIPPED.
    words = rng.integers(0, 2**64, (7, *codes.shape), dtype=np.uint64)
    rare = words[0] & words[1] & words[2] & words[3] & words[4]
    noise = rare | (rare << np.uint64(1) & words[5] & words[6])
    for v in range(len(base.profile.views)):
        absent = base.presence >> v & 1 == 0
        noise[absent, base.profile.offsets[v] : base.profile.offsets[v + 1]] = 0
    return np.asarray(codes ^ noise)


def _copies(base: EncodedBatch, wanted: int, rng: np.random.Generator) -> Iterator[EncodedBatch]:
    made = 0
    while made < wanted:
        codes = base.codes if made == 0 else derived(base.codes, base, rng)
        part = EncodedBatch(
            base.profile, base.key_check, base.kind, base.refs, base.record, codes, base.presence, base.sex,
            base.birth, base.event, base.photo_age, base.photo_space,
        )  # fmt: skip
        yield slice_of(part, 0, min(len(base.refs), wanted - made))
        made += len(base.refs)


def slice_of(batch: EncodedBatch, first: int, last: int) -> EncodedBatch:
    """Records `first` to `last` - 1 as a batch of their own."""
    begin, end = np.searchsorted(batch.record, [first, last])
    rows = slice(int(begin), int(end))
    return EncodedBatch(
        batch.profile, batch.key_check, batch.kind, batch.refs[first:last], batch.record[rows] - np.int32(first),
        batch.codes[rows], batch.presence[rows], batch.sex[rows], batch.birth[rows], batch.event[rows],
        batch.photo_age[rows], batch.photo_space,
    )  # fmt: skip
