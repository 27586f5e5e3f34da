"""A hub's database with very many invented records of several holders, and what comes to it during a day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import bindparam, update

from api.hub.matching.loading import load
from api.hub.matching.options import MatchingOptions
from api.hub.matching.rows import batch_of_records, columns_of_records
from api.hub.storage import partitions
from api.hub.storage.counters import RECORDS, next_numbers
from api.hub.storage.matching import changes_after
from api.hub.storage.partitions import Partition
from api.hub.storage.tables import records
from api.service.database import Database, open_database
from benchmarks.common.crowd import Crowd
from benchmarks.common.resident import ResidentHub, derived, make_hub_database, slice_of, store, use_model
from matcher.batch import EncodedBatch
from matcher.model import LinkageModel
from matcher.profile import profile_named
from matcher.views import Kind

PARTNERS = 8
_CHUNK = 20_000


def hub_options(folder: Path, threads: int | None = None) -> MatchingOptions:
    """The hub's own defaults, but that all partners of a country may be compared."""
    return MatchingOptions(folder / "index", threads=threads, within_country="open")


def make_hub(folder: Path, crowd: Crowd, size: int, model: LinkageModel) -> None:
    """A hub with the first `size` of each kind, and the snapshot of its index that a running hub has."""
    now = datetime.now(UTC)
    made = make_hub_database(folder, profile_named(crowd.profile), crowd.key_check, now)
    hub = replace(made, custodians=made.custodians[:PARTNERS])
    use_model(hub, model, now)
    for kind in Kind:
        for part in _parts(crowd, kind, 0, size):
            store(hub, part)
    load(hub.database, hub_options(folder).folder, hub.partition).save()
    hub.database.close()


def open_hub(folder: Path) -> tuple[Database, Partition]:
    """Its database and partition."""
    database = open_database(f"sqlite:///{folder / 'hub.db'}")
    with database.read() as conn:
        return database, partitions.every_partition(conn)[0]


def arrive(folder: Path, crowd: Crowd, size: int, new: int, changed: int, seed: int) -> None:
    """Store so many new records of each kind, and new versions of so many others with a few bits of codes flipped."""
    database, partition = open_hub(folder)
    hub = ResidentHub(database, partition, 1, list(range(2, 2 + PARTNERS)))
    rng = np.random.default_rng(seed)
    for kind in Kind:
        for part in _parts(crowd, kind, size, size + new):
            store(hub, part)
        # All missing records were stored first, so that the changes after so many are of one kind.
        _change(hub, size * int(kind is Kind.FOUND), changed, kind, crowd, rng)
    database.close()


def _change(hub: ResidentHub, first: int, count: int, kind: Kind, crowd: Crowd, rng: np.random.Generator) -> None:
    with hub.database.write() as conn:
        chosen = changes_after(conn, hub.partition.id, first, count)
        held = batch_of_records(chosen, kind, profile_named(crowd.profile), crowd.key_check).batch
        fresh = columns_of_records(replace(held, codes=derived(held.codes, held, rng)))
        sequence = next_numbers(conn, RECORDS, len(chosen))
        rows = [
            {"number": old.id, "codes": row["codes"], "sequence": sequence + i}
            for i, (old, row) in enumerate(zip(chosen, fresh, strict=True))
        ]
        statement = update(records).where(records.c.id == bindparam("number"))
        conn.execute(statement.values(codes=bindparam("codes"), sequence=bindparam("sequence"),
                                      version=records.c.version + 1), rows)  # fmt: skip


def _parts(crowd: Crowd, kind: Kind, first: int, last: int) -> Iterator[EncodedBatch]:
    """Records `first` to `last` - 1 of a kind, some thousands together."""
    before = 0
    for batch in crowd.batches(kind):
        size = len(batch.refs)
        begin, end = max(first - before, 0), min(last - before, size)
        for at in range(begin, end, _CHUNK):
            yield slice_of(batch, at, min(at + _CHUNK, end))
        before += size
