"""An index from disk: snapshot and tail, or the database when anything is in doubt."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from sqlalchemy import update

from api.hub.matching.loading import load
from api.hub.matching.resident import ResidentIndex, sequence_of
from api.hub.storage.matching import history
from api.hub.storage.partitions import close
from api.hub.storage.purging import drop_codes
from api.hub.storage.tables import counters, records
from indexer import snapshots as snapshots_module
from indexer.interface import NO_MINIMUM
from indexer.segment_files import segments_in
from indexer.snapshots import snapshots
from matcher.defaults import default_model
from matcher.errors import OutputError
from matcher.views import Kind
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy, one

TABLES = default_model(one(Kind.FOUND, np.zeros(22, np.uint64)).profile).tables()


def answers(index: ResidentIndex, hub: Hub) -> list[list[int]]:
    """All pairs of a few probes with every record of either kind."""
    rng, out = np.random.default_rng(3), []
    for kind in Kind:
        probes = batch(kind, codes_of(rng, 5))
        pairs = index.search.top_k_records(probes, TABLES, 1_000, NO_MINIMUM)
        out.append([pairs.probe.tolist(), pairs.record.tolist(), pairs.weight.tolist()])
    return out


def loaded(hub: Hub) -> ResidentIndex:
    return load(hub.database, hub.options.folder, hub.partition, 2)


def rebuilt(hub: Hub, tmp_path: Path) -> ResidentIndex:
    return load(hub.database, tmp_path / "no-snapshots", hub.partition, 2)


def live(hub: Hub, rng: np.random.Generator, partners: list[int], numbers: list[int], steps: int) -> None:
    """So many changes of every sort."""
    for _ in range(steps):
        kind = Kind(int(rng.integers(2)))
        choice = rng.integers(6) if numbers else 0
        number = numbers[int(rng.integers(len(numbers)))] if numbers else 0
        if choice < 3:
            rows = int(rng.integers(1, 4))
            numbers += hub.put(partners[int(rng.integers(2))], batch(kind, codes_of(rng, 2 * rows), rows=rows))
        elif choice == 3 and hub.state_of(number) != "erased":
            kinds = dict.fromkeys(numbers, Kind.FOUND)
            hub.change(number, one(kinds[number], codes_of(rng, 1)))
        elif choice == 4 and hub.state_of(number) == "active":
            hub.withdraw(number)
        elif choice == 5:
            hub.erase(number)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_tail_gives_what_a_rebuild_gives(hub: Hub, tmp_path: Path, seed: int) -> None:
    rng, numbers = np.random.default_rng(seed), []
    partners = [hub.partner("first"), hub.partner("second")]
    index = loaded(hub)
    for _ in range(3):
        live(hub, rng, partners, numbers, 8)
        with hub.database.read() as conn:
            index.catch_up(conn)
        assert answers(index, hub) == answers(rebuilt(hub, tmp_path), hub)
        index.save()
        live(hub, rng, partners, numbers, 4)
        again = loaded(hub)
        assert again.sequence > sequence_of(snapshots(again.folder)[0])
        assert answers(again, hub) == answers(rebuilt(hub, tmp_path), hub)
        assert {kind: again.gallery.record_count(kind) for kind in Kind} == {
            kind: rebuilt(hub, tmp_path).gallery.record_count(kind) for kind in Kind
        }


@pytest.fixture
def saved(hub: Hub, rng: np.random.Generator) -> ResidentIndex:
    """An index of six records with a snapshot on disk."""
    partner = hub.partner("punjab")
    hub.put(partner, batch(Kind.FOUND, codes_of(rng, 4)))
    hub.put(partner, batch(Kind.MISSING, codes_of(rng, 2)))
    index = loaded(hub)
    index.save()
    return index


def test_a_snapshot_is_used_when_it_holds_true(
    hub: Hub, saved: ResidentIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the database was read in whole")

    monkeypatch.setattr("api.hub.matching.loading.active_records", never)
    assert answers(loaded(hub), hub) == answers(saved, hub)


@pytest.mark.parametrize("damage", ["flip", "truncate", "remove", "manifest"])
def test_a_damaged_snapshot_means_a_rebuild(hub: Hub, saved: ResidentIndex, damage: str) -> None:
    [path] = snapshots(saved.folder)
    [segment] = segments_in(path.parent)
    victim = path / "manifest.json" if damage == "manifest" else segment / "codes.bin"
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    # Another file under its name: `saved` has this one mapped.
    victim.unlink()
    if damage != "remove":
        victim.write_bytes(content[: len(content) // 2] if damage == "truncate" else content)
    index = loaded(hub)
    assert answers(index, hub) == answers(saved, hub)
    assert list(index.folder.iterdir()) == []
    assert index.unsaved == 6


def test_an_older_snapshot_serves_when_the_newest_is_damaged(
    hub: Hub, saved: ResidentIndex, rng: np.random.Generator
) -> None:
    hub.put(1, one(Kind.FOUND, codes_of(rng, 1)))
    with hub.database.read() as conn:
        saved.catch_up(conn)
    newest = saved.save()
    (newest / "manifest.json").unlink()
    index = loaded(hub)
    assert answers(index, hub) == answers(saved, hub)
    assert index.unsaved == 1


@pytest.mark.parametrize("way", ["load", "start"])
def test_a_snapshot_that_knows_more_than_the_database_is_not_believed(
    hub: Hub, saved: ResidentIndex, way: str
) -> None:
    with hub.database.write() as conn:
        conn.execute(update(counters).where(counters.c.name == "records").values(value=3))
        conn.execute(update(records).values(sequence=1))
    if way == "load":
        loaded(hub)
    else:
        matcher = hub.matcher()
        matcher.start()
        matcher.stop()
    assert snapshots(saved.folder) == []


def test_a_snapshot_with_other_records_than_the_database_is_not_believed(hub: Hub, saved: ResidentIndex) -> None:
    with hub.database.write() as conn:
        conn.execute(update(records).where(records.c.id == 1).values(state="withdrawn"))
    assert loaded(hub).gallery.record_count(Kind.FOUND) == 3


def test_an_erasure_leaves_the_disk_with_the_next_look(hub: Hub, saved: ResidentIndex) -> None:
    hub.erase(1)
    matcher = hub.settle()
    old = snapshots(saved.folder)
    matcher.save_due()
    [new] = snapshots(saved.folder)
    assert new not in old
    hub.withdraw(2)
    hub.settle(matcher)
    matcher.save_due()
    assert snapshots(saved.folder) == [new]


def test_an_erasure_is_remembered_over_a_restart(hub: Hub, saved: ResidentIndex) -> None:
    hub.erase(1)
    index = loaded(hub)
    assert index.holds_erased()
    # As if the hub had died after it wrote the new snapshot and before it removed the old one.
    index.last_erasure = 0
    index.save()
    assert len(snapshots(saved.folder)) == 2
    again = loaded(hub)
    assert again.holds_erased()
    again.save()
    assert len(snapshots(saved.folder)) == 1
    assert not again.holds_erased()


def test_codes_that_the_database_dropped_leave_the_segments(
    hub: Hub, saved: ResidentIndex, rng: np.random.Generator
) -> None:
    hub.withdraw(1)
    hub.change(2, one(Kind.FOUND, codes_of(rng, 1)))
    with hub.database.read() as conn:
        saved.catch_up(conn)
    saved.save()
    with hub.database.write() as conn:
        drop_codes(conn, [1], bytes(32))
        saved.catch_up(conn)
    hub.erase(2)
    index = loaded(hub)
    index.save()
    held = [np.fromfile(path / "record.bin", "<i4") for path in segments_in(index.folder)]
    assert held
    assert not np.isin(held[0], [1, 2]).any()
    assert answers(index, hub) == answers(loaded(hub), hub)


def test_a_save_that_fails_loses_nothing(hub: Hub, saved: ResidentIndex, rng: np.random.Generator) -> None:
    hub.put(1, batch(Kind.FOUND, codes_of(rng, 3)))
    hub.erase(2)
    with hub.database.read() as conn:
        saved.catch_up(conn)
    before = answers(saved, hub)
    full = patch("os.fsync", side_effect=OSError(28, "No space left on device"))
    with full, pytest.raises(OutputError, match="disk"):
        saved.save()
    assert saved.unsaved == 4
    assert answers(saved, hub) == before
    saved.save()
    assert saved.unsaved == 0
    assert answers(loaded(hub), hub) == before
    assert not any((np.fromfile(path / "record.bin", "<i4") == 2).any() for path in segments_in(saved.folder))


def test_changes_while_a_snapshot_is_written_come_with_the_next(
    hub: Hub, saved: ResidentIndex, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.put(1, batch(Kind.FOUND, codes_of(rng, 3)))
    with hub.database.read() as conn:
        saved.catch_up(conn)
    write = snapshots_module.write_segment

    def meanwhile(*arguments: Any) -> str:
        hub.put(1, batch(Kind.MISSING, codes_of(rng, 2)))
        hub.withdraw(7)
        with hub.database.read() as conn:
            saved.catch_up(conn)
        return write(*arguments)

    monkeypatch.setattr(snapshots_module, "write_segment", meanwhile)
    saved.save()
    assert saved.unsaved == 3
    assert answers(saved, hub) == answers(loaded(hub), hub)
    assert loaded(hub).unsaved == 3


def test_snapshots_are_due_by_changes_and_by_age(hub: Hub, saved: ResidentIndex, rng: np.random.Generator) -> None:
    matcher = hub.settle()
    taken = len(snapshots(saved.folder))
    hub.put(1, one(Kind.FOUND, codes_of(rng, 1)))
    hub.settle(matcher)
    matcher.save_due()
    assert len(snapshots(saved.folder)) == taken
    hub.days_later(1)
    matcher.save_due()
    assert len(snapshots(saved.folder)) == taken + 1


def test_a_closed_partition_leaves_memory_and_disk(hub: Hub, saved: ResidentIndex) -> None:
    matcher = hub.settle()
    with hub.database.write() as conn:
        close(conn, hub.partition.id)
    hub.settle(matcher)
    assert matcher.index_of(hub.partition.id) is None
    assert list(hub.options.folder.glob("*")) == []


def test_a_history_begins_with_the_first_start(hub: Hub) -> None:
    matcher = hub.matcher()
    assert matcher.ready() == ["The index is being loaded."]
    matcher.start()
    matcher.stop()
    with hub.database.read() as conn:
        first = history(conn)
    assert first > 0
    again = hub.matcher()
    again.start()
    again.stop()
    with hub.database.read() as conn:
        assert history(conn) == first


def test_a_partition_that_cannot_be_matched_leaves_the_others_alone(hub: Hub, rng: np.random.Generator) -> None:
    child, partner = codes_of(rng, 1), hub.partner("punjab")
    [bad] = hub.put(partner, one(Kind.FOUND, child))
    with hub.database.write() as conn:
        conn.execute(update(records).where(records.c.id == bad).values(codes=b"short"))
    hub.partition = hub.open_partition("south")
    hub.put(partner, one(Kind.FOUND, child))
    hub.put(partner, one(Kind.MISSING, noisy(rng, child, 0.05)))
    matcher = hub.settle()
    assert len(hub.candidates()) == 1
    assert matcher.ready()[0].startswith("Partition 1 cannot be matched")
