"""Backups of the exchange: whole, and never mistaken for the database that was lost."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from api.hub.archive import LEAP, restore, snapshot
from api.hub.matching.loading import load
from api.hub.storage import tables
from api.hub.storage.matching import history, last_sequence
from api.service.database import open_database
from indexer.pairs import read_rows
from indexer.snapshots import snapshots
from matcher.profile import LOCAL_PHOTO_2026_11_22
from matcher.views import Kind
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy, one


@pytest.fixture
def filled(hub: Hub, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub with candidates; the tables were made without migrations, so say which version they are."""
    monkeypatch.setattr("api.service.archives.revision", lambda _database: "0001")
    partner, children = hub.partner("punjab"), codes_of(rng, 5)
    hub.put(partner, batch(Kind.FOUND, children))
    hub.put(partner, batch(Kind.MISSING, noisy(rng, children, 0.05)))
    hub.settle()
    return hub


def restored(hub: Hub, tmp_path: Path) -> Hub:
    """Another milap hub on another database with the same data folder."""
    path = tmp_path / "restored.sqlite"
    database = open_database(f"sqlite:///{path}")
    with database.write() as conn:
        tables.metadata.create_all(conn)
    restore(database, tmp_path / "backup")
    again = object.__new__(Hub)
    again.__dict__ = {**vars(hub), "database": database}
    return again


def test_it_goes_on_where_the_backup_was_taken(filled: Hub, tmp_path: Path, rng: np.random.Generator) -> None:
    manifest = snapshot(filled.database, tmp_path / "backup")
    assert manifest.rows["records"] == 10
    again = restored(filled, tmp_path)
    assert again.candidates() == filled.candidates()
    child = codes_of(rng, 1)
    [found] = again.put(1, one(Kind.FOUND, child))
    [missing] = again.put(1, one(Kind.MISSING, child))
    again.settle()
    assert (missing, found) in again.candidates()
    again.database.close()


def test_photos_come_back_from_a_backup(hub: Hub, tmp_path: Path, rng: np.random.Generator, monkeypatch: Any) -> None:
    monkeypatch.setattr("api.service.archives.revision", lambda _database: "0001")
    hub.partition = hub.open_partition("photos", LOCAL_PHOTO_2026_11_22)
    children = codes_of(rng, 2, LOCAL_PHOTO_2026_11_22)
    hub.put(hub.partner("punjab"), batch(Kind.FOUND, children, profile=LOCAL_PHOTO_2026_11_22, age=4))
    snapshot(hub.database, tmp_path / "backup")
    again = restored(hub, tmp_path)
    gallery = load(again.database, tmp_path / "elsewhere", again.partition).gallery
    assert gallery.photo_space == again.partition.space is not None
    assert set(read_rows(gallery, gallery.rows_of(Kind.FOUND)).photo_age.tolist()) == {4}
    again.database.close()


def test_gateways_read_past_no_news(filled: Hub, tmp_path: Path, rng: np.random.Generator) -> None:
    snapshot(filled.database, tmp_path / "backup")
    filled.put(1, one(Kind.FOUND, codes_of(rng, 1)))
    again = restored(filled, tmp_path)
    with again.database.read() as conn:
        counts = dict(conn.execute(select(tables.counters.c.name, tables.counters.c.value)).all())
    assert counts["candidates"] > LEAP
    assert counts["records"] > LEAP
    again.database.close()


def test_index_snapshots_of_the_lost_database_are_not_believed(
    filled: Hub, tmp_path: Path, rng: np.random.Generator
) -> None:
    snapshot(filled.database, tmp_path / "backup")
    filled.put(1, batch(Kind.FOUND, codes_of(rng, 3)))
    load(filled.database, filled.options.folder, filled.partition).save()
    again = restored(filled, tmp_path)
    with again.database.read() as conn:
        assert history(conn) != 0
        assert last_sequence(conn) > LEAP
    index = load(again.database, again.options.folder, again.partition)
    assert snapshots(index.folder) == []
    assert index.gallery.record_count(Kind.FOUND) == 5
    again.database.close()
