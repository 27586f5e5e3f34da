"""A photo's whole life on both databases: in, to the hub, by another embedder, restored from a backup, and gone."""

from pathlib import Path

from api.holder.app import MIGRATIONS
from api.holder.intake.sight import EVERYTHING
from api.holder.storage.tables import metadata, photo_parts, photos
from api.service.archives import restore_archive, write_archive
from api.service.database import Database, open_database
from api.service.migrations import create_or_require
from matcher.profile import LOCAL_PHOTO_2026_11_22
from tests.api.holder.photos.fake_faces import SFACE, FakeFaces, picture
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import FakeClock, Gateway
from tests.api.holder.sync.test_photos import held, photo_code


def test_a_photo_reaches_the_hub_as_a_code_and_leaves_it_with_the_record(
    database: Database, tmp_path: Path
) -> None:
    create_or_require(database, MIGRATIONS, "milap holder upgrade")
    clock = FakeClock()
    hub = FakeHub(clock)
    gateway = Gateway(database, clock, hub, LOCAL_PHOTO_2026_11_22)
    ref = gateway.report(1)
    photo = gateway.add_photo(ref, picture("Sunil", exif="x" * 100_000), taken="7")["photo"]
    gateway.send_all()
    first = photo_code(held(hub, ref))
    assert first is not None
    gateway.faces = FakeFaces(SFACE)
    gateway.restart()
    gateway.read_photos()
    gateway.photo_space.run(gateway.line.client())
    gateway.send_all()
    second = photo_code(held(hub, ref))
    assert second is not None
    assert (first != second).any()
    write_archive(database, metadata, tmp_path / "backup.tar")
    other = open_database(f"sqlite:///{tmp_path / 'restored.db'}")
    create_or_require(other, MIGRATIONS, "milap holder upgrade")
    restored = Gateway.__new__(Gateway)
    restored.database = other
    restore_archive(other, metadata, tmp_path / "backup.tar")
    for table in (photos, photo_parts):
        assert sorted(map(str, restored.rows(table))) == sorted(map(str, gateway.rows(table)))
    other.close()
    gateway.photos.remove(ref, photo, "clerk", EVERYTHING)
    gateway.send_all()
    assert photo_code(held(hub, ref)) is None
    gateway.add_photo(ref, picture("Sunil"))
    gateway.intake.erase(ref, "clerk")
    gateway.send_all()
    assert (hub.held[ref].state, gateway.rows(photos), gateway.rows(photo_parts)) == ("erased", [], [])
