"""Photos in the resident index, and what they weigh: as the partition's space says, whenever that is known."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from api.hub.matching import loading
from api.hub.matching.loading import load
from api.hub.matching.models import Shelf, model_for, with_curve
from api.hub.matching.resident import ResidentIndex
from api.hub.matching.worker import BROKEN_PAUSE_SECONDS
from api.hub.registry.photo_spaces import reset_space
from api.hub.storage.matching import records_by_id
from api.hub.storage.models import activate
from api.hub.storage.partitions import set_photo_space
from api.service.database import Database
from indexer.pairs import read_rows
from indexer.snapshots import snapshots
from matcher.batch import EncodedBatch
from matcher.defaults import default_model
from matcher.errors import SpaceMismatchError
from matcher.photo_curve_file import shipped_curve
from matcher.photos import PhotoSpace
from matcher.profile import LOCAL_2026_11_22, LOCAL_PHOTO_2026_11_22
from matcher.views import Kind, View
from tests.api.hub.matching.exchange import Hub, batch, codes_of

PROFILE = LOCAL_PHOTO_2026_11_22
POSITION = PROFILE.position(View.PHOTO)
CENTRED = PhotoSpace("dlib", True, b"invented spaces!")
UNCENTRED, FOREIGN = PhotoSpace("dlib", False, bytes(16)), PhotoSpace("nobodys", True, bytes(16))


@pytest.fixture
def hub(database: Database, tmp_path: Path) -> Hub:
    """A hub whose partition takes photos, on each database."""
    return Hub(database, tmp_path, PROFILE)


def pictured(rng: np.random.Generator, records: int, age: int = 3) -> EncodedBatch:
    return batch(Kind.FOUND, codes_of(rng, records, PROFILE), profile=PROFILE, age=age)


def plain(rng: np.random.Generator, records: int) -> EncodedBatch:
    made = pictured(rng, records, age=0)
    made.codes[:, PROFILE.offsets[POSITION] :] = 0
    return replace(made, presence=made.presence & ~np.uint16(1 << POSITION), photo_space=None)


def loaded(hub: Hub) -> ResidentIndex:
    return load(hub.database, hub.options.folder, hub.partition, 1)


def caught_up(index: ResidentIndex, hub: Hub) -> ResidentIndex:
    with hub.database.read() as conn:
        index.catch_up(conn)
    return index


def bands(index: ResidentIndex) -> list[int]:
    return sorted(read_rows(index.gallery, index.gallery.rows_of(Kind.FOUND)).photo_age.tolist())


def test_an_index_of_before_the_first_photo_learns_its_space(hub: Hub, rng: np.random.Generator) -> None:
    hub.pin(None)
    partner = hub.partner("punjab")
    hub.put(partner, plain(rng, 2))
    index = loaded(hub)
    index.save()
    hub.pin(CENTRED)
    numbers = hub.put(partner, pictured(rng, 2))
    for each in (caught_up(index, hub), loaded(hub)):
        assert each.gallery.photo_space == CENTRED
        assert bands(each) == [0, 0, 3, 3]
    with hub.database.read() as conn:
        held = index.held(records_by_id(conn, numbers), Kind.FOUND)
    assert (held.batch.photo_space, held.batch.photo_age.tolist()) == (CENTRED, [3, 3])


def test_snapshots_of_another_space_are_not_believed(hub: Hub, rng: np.random.Generator) -> None:
    number = hub.put(hub.partner("punjab"), pictured(rng, 1))[0]
    index = loaded(hub)
    index.save()
    hub.withdraw(number)
    hub.pin(None)
    with pytest.raises(SpaceMismatchError, match="loaded anew"):
        caught_up(index, hub)
    again = loaded(hub)
    assert again.gallery.photo_space is None
    assert snapshots(again.folder) == []


def test_an_index_is_rebuilt_in_parts_under_the_space_of_the_partition(
    hub: Hub, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "REBUILD_CHUNK", 2)
    hub.put(hub.partner("punjab"), plain(rng, 3))
    hub.put(hub.partner("bengal"), pictured(rng, 3))
    # Who loads it may have read the partition before the first photo came.
    hub.partition = replace(hub.partition, photo_space=None)
    index = loaded(hub)
    assert (index.gallery.photo_space, bands(index)) == (CENTRED, [0, 0, 0, 3, 3, 3])


def test_a_running_matcher_goes_along_with_the_first_photo_and_with_a_reset(
    hub: Hub, rng: np.random.Generator
) -> None:
    def pair(space: PhotoSpace) -> tuple[int, int]:
        codes = codes_of(rng, 1, PROFILE)
        sides = [replace(batch(kind, codes, profile=PROFILE, age=3), photo_space=space) for kind in Kind]
        [missing], [found] = (hub.put(partner, side) for side in sides)
        return missing, found

    hub.pin(None)
    partner = hub.partner("punjab")
    hub.put(partner, plain(rng, 2))
    matcher = hub.settle()
    hub.pin(CENTRED)
    first = pair(CENTRED)
    hub.settle(matcher)
    assert '["photo","agrees"]' in hub.candidates()[first].levels
    for number in first:
        hub.withdraw(number)
    with hub.database.write() as conn:
        assert reset_space(conn, hub.partition.id, hub.now) == 2
        set_photo_space(conn, hub.partition.id, UNCENTRED.text)
    second = pair(UNCENTRED)
    hub.settle(matcher)
    assert f"Partition {hub.partition.id} cannot be matched (SpaceMismatchError)." in matcher.ready()
    hub.now += timedelta(seconds=BROKEN_PAUSE_SECONDS + 1)
    hub.settle(matcher)
    assert not any("Partition" in reason for reason in matcher.ready())
    assert '["photo","agrees"]' in hub.candidates()[second].levels


def test_only_indexes_with_photos_have_a_lane(hub: Hub, tmp_path: Path) -> None:
    index = loaded(hub)
    assert index.followers == [index.lane]
    other = load(hub.database, tmp_path / "other", hub.open_partition("south", LOCAL_2026_11_22), 1)
    assert (other.lane, other.followers) == (None, [])


def test_a_shelf_gives_each_space_its_own_curve(hub: Hub, log: io.StringIO) -> None:
    shelf, found = Shelf(), {}
    for space in (None, CENTRED, UNCENTRED, FOREIGN):
        hub.pin(space)
        for _ in range(2):
            found[space] = model_for(hub.database, hub.partition, hub.now, shelf)
        assert model_for(hub.database, hub.partition, hub.now, shelf) is found[space]
    assert len({numbered.id for numbered in found.values()}) == 1
    assert [found[space].model.photo for space in found] == [
        None, shipped_curve(CENTRED), shipped_curve(UNCENTRED), None,
    ]  # fmt: skip
    assert [bool(found[space].tables.photo.any()) for space in found] == [False, True, True, False]
    assert log.getvalue().count("photos weigh nothing") == 1


def test_a_curve_of_ones_own_counts_only_for_its_space(hub: Hub, log: io.StringIO) -> None:
    own = replace(shipped_curve(CENTRED), cap_nats=1.5)
    with hub.database.write() as conn:
        activate(conn, hub.partition.id, replace(default_model(PROFILE), photo=own), hub.now)
    shelf = Shelf()
    assert model_for(hub.database, hub.partition, hub.now, shelf).model.photo == own
    hub.pin(UNCENTRED)
    assert [model_for(hub.database, hub.partition, hub.now, shelf).model.photo for _ in range(2)] == [None, None]
    assert log.getvalue().count("photos weigh nothing") == 1


def test_a_model_of_a_profile_without_photos_stays_as_it_is() -> None:
    model = default_model(LOCAL_2026_11_22)
    assert with_curve(model, CENTRED) is model
