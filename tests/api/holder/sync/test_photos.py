"""Photo codes on their way: made of usable photos, in the space that the hub takes, and never in a record's way."""

from collections import Counter

import numpy as np
import pytest

from api.holder.intake.sight import EVERYTHING
from api.holder.photos.reader import identity_digest
from api.holder.storage.tables import photo_parts, photos
from api.holder.sync.photo_following import PhotoFollower
from api.holder.sync.status import exchange_status
from api.service.database import Database
from api.wire.batches import check_item
from api.wire.items import PutItem
from api.wire.partners import PartitionPolicy
from encoder.faces.interface import EmbedderIdentity
from encoder.faces.space import FaceSpace, uncentred
from encoder.faces.template import TemplateEncoder
from matcher.photos import photo_age_band
from matcher.profile import LOCAL_2026_11_22, LOCAL_PHOTO_2026_11_22
from matcher.views import View
from tests.api.holder.photos.fake_faces import DLIB, SFACE, FakeFaces, embedding_of, picture
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import LINKAGE_KEY, FakeClock, Gateway

PROFILE = LOCAL_PHOTO_2026_11_22
OTHER = uncentred(SFACE).photo_space("2026-11").text
OWN = uncentred(DLIB).photo_space("2026-11").text


@pytest.fixture
def gateway(database: Database, clock: FakeClock, hub: FakeHub) -> Gateway:
    return Gateway(database, clock, hub, PROFILE)


def says(hub: FakeHub, space: str | None) -> None:
    """Let the hub's policy name a space."""
    hub.partitions = [
        PartitionPolicy(
            domain="in", epoch="2026-11", profile=PROFILE.name, profile_digest=PROFILE.digest.hex(), key_check=None,
            state="open", photo_space=space,
        )
    ]  # fmt: skip


def held(hub: FakeHub, ref: str) -> PutItem:
    item = hub.held[ref].item
    assert item is not None
    return item


def photo_code(item: PutItem) -> np.ndarray | None:
    """Words of the photo view, None when it is absent."""
    codes, presence = check_item(item, PROFILE)
    position = PROFILE.position(View.PHOTO)
    if not (presence >> position & 1).any():
        return None
    return codes[0, PROFILE.offsets[position] : PROFILE.offsets[position + 1]]


def code_of(embedding: np.ndarray, identity: EmbedderIdentity = DLIB) -> np.ndarray:
    return TemplateEncoder(LINKAGE_KEY, PROFILE, uncentred(identity)).encode(embedding[np.newaxis])[0]


def test_the_code_is_of_the_mean_of_all_usable_photos(gateway: Gateway, hub: FakeHub) -> None:
    ref, other = gateway.report(1), gateway.report(2)
    for content in (picture("Amina"), picture("Amina later"), picture("no-face"), picture("a", "b")):
        gateway.add_photo(ref, content, taken="8")
    gateway.send_all()
    item = held(hub, ref)
    code = photo_code(item)
    assert code is not None
    assert (code == code_of((embedding_of("Amina") + embedding_of("Amina later")) / 2)).all()
    assert (item.photo_space, item.photo_age) == (OWN, photo_age_band(8))
    assert (photo_code(held(hub, other)), held(hub, other).photo_space) == (None, None)
    assert gateway.counts().arrived == 2


def test_ages_of_photos_are_their_own_before_they_are_the_records(gateway: Gateway, hub: FakeHub) -> None:
    by_record = gateway.report(1, photo_date="4")
    gateway.add_photo(by_record, picture("Sunil"))
    by_photo = gateway.report(2, photo_date="4")
    gateway.add_photo(by_photo, picture("Amina"), taken="13")
    apart = gateway.report(3)
    gateway.add_photo(apart, picture("Bimal"), taken="3")
    gateway.add_photo(apart, picture("Bimal later"), taken="11")
    gateway.send_all()
    bands = [held(hub, ref).photo_age for ref in (by_record, by_photo, apart)]
    assert bands == [photo_age_band(4), photo_age_band(13), photo_age_band(None)]


def test_a_picture_that_somebody_has_aged_counts_where_there_is_no_photo_and_has_no_age(
    gateway: Gateway, hub: FakeHub
) -> None:
    ref = gateway.report(1, photo_date="8")
    gateway.add_photo(ref, picture("Amina aged"), progressed="yes")
    gateway.send_all()
    code = photo_code(held(hub, ref))
    assert code is not None
    assert (code == code_of(embedding_of("Amina aged"))).all()
    assert held(hub, ref).photo_age == photo_age_band(None)
    gateway.add_photo(ref, picture("Amina"))
    gateway.send_all()
    code = photo_code(held(hub, ref))
    assert code is not None
    assert (code == code_of(embedding_of("Amina"))).all()
    assert held(hub, ref).photo_age == photo_age_band(8)


def test_every_change_of_photos_reaches_the_hub(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    photo = gateway.add_photo(ref, picture("mother", "Sunil"))["photo"]
    gateway.send_all()
    assert photo_code(held(hub, ref)) is None
    gateway.photos.choose_face(ref, photo, 1, "clerk", EVERYTHING)
    gateway.send_all()
    code = photo_code(held(hub, ref))
    assert code is not None
    assert (code == code_of(embedding_of("Sunil"))).all()
    gateway.photos.remove(ref, photo, "clerk", EVERYTHING)
    gateway.send_all()
    assert photo_code(held(hub, ref)) is None
    assert gateway.counts().refused == 0
    gateway.intake.withdraw(ref, "other", [gateway.version_of(ref)], "clerk")
    gateway.send_all()
    assert hub.held[ref].state == "withdrawn"


def test_a_profile_without_photos_sends_none_and_keeps_them(database: Database, clock: FakeClock, hub: FakeHub) -> None:
    gateway = Gateway(database, clock, hub, LOCAL_2026_11_22)
    ref = gateway.report(1)
    gateway.add_photo(ref, picture("Sunil"))
    gateway.send_all()
    assert held(hub, ref).photo_space is None
    check_item(held(hub, ref), LOCAL_2026_11_22)
    assert len(gateway.rows(photos)) == 1


def test_a_hub_of_another_space_gets_records_without_photos_until_it_says_otherwise(
    gateway: Gateway, hub: FakeHub, clock: FakeClock
) -> None:
    says(hub, OTHER)
    ref = gateway.report(1)
    gateway.add_photo(ref, picture("Sunil"))
    gateway.send_all()
    assert photo_code(held(hub, ref)) is None
    status = exchange_status(gateway.database)["photos"]
    assert (status["codes_sent"], status["space"], status["hub_space"]) == (False, OWN, OTHER)
    assert "photo_space" in status["problem"]
    says(hub, None)
    clock.advance(minutes=10)
    gateway.photo_space.run(gateway.line.client())
    gateway.send_all()
    assert photo_code(held(hub, ref)) is not None
    assert (gateway.counts().arrived, exchange_status(gateway.database)["photos"]["problem"]) == (1, None)
    says(hub, OTHER)
    clock.advance(minutes=10)
    gateway.photo_space.run(gateway.line.client())
    gateway.send_all()
    assert photo_code(held(hub, ref)) is None


def test_a_record_refused_for_its_space_goes_again_without_the_photo(gateway: Gateway, hub: FakeHub) -> None:
    """The policy is some minutes old: another holder has fixed the hub's space in between."""
    says(hub, None)
    ref, other = gateway.report(1), gateway.report(2)
    gateway.add_photo(ref, picture("Sunil"))
    gateway.line.policy(gateway.line.client())
    hub.takes_space = OTHER
    gateway.send_all()
    assert (photo_code(held(hub, ref)), gateway.counts().arrived, gateway.counts().refused) == (None, 2, 0)
    assert hub.held[other].state == "active"
    says(hub, OTHER)
    gateway.line.forget_policy()
    gateway.photo_space.run(gateway.line.client())
    gateway.send_all()
    assert (photo_code(held(hub, ref)), gateway.counts().arrived) == (None, 2)


def test_a_space_file_gives_centred_codes_to_all_records_with_photos(
    gateway: Gateway, hub: FakeHub
) -> None:
    refs = [gateway.report(number) for number in range(3)]
    for ref in refs[:2]:
        gateway.add_photo(ref, picture(ref))
    gateway.send_all()
    before = [gateway.version_of(ref) for ref in refs]
    gateway.space = FaceSpace(DLIB, mean=np.ones(128))
    gateway.restart()
    gateway.photo_space.run(gateway.line.client())
    gateway.send_all()
    assert [gateway.version_of(ref) - old for ref, old in zip(refs, before, strict=True)] == [1, 1, 0]
    assert {held(hub, ref).photo_space for ref in refs[:2]} == {gateway.space.photo_space("2026-11").text}
    assert gateway.counts().arrived == 3
    gateway.restart()
    gateway.photo_space.run(gateway.line.client())
    gateway.send_all()
    assert [gateway.version_of(ref) - old for ref, old in zip(refs, before, strict=True)] == [1, 1, 0]


def test_following_goes_on_where_it_was_killed(
    gateway: Gateway, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.holder.sync.photo_following.BLOCK", 2)
    refs = [gateway.report(number) for number in range(5)]
    for ref in refs:
        gateway.add_photo(ref, picture(ref))
    gateway.send_all()
    before = [gateway.version_of(ref) for ref in refs]
    gateway.space = FaceSpace(DLIB, mean=np.ones(128))
    some, calls = PhotoFollower._some, []

    def killed(*arguments: object) -> bool:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return some(*arguments)  # type: ignore[arg-type]

    gateway.restart()
    with monkeypatch.context() as patched:
        patched.setattr(PhotoFollower, "_some", killed)
        with pytest.raises(KeyboardInterrupt):
            gateway.photo_space.run(gateway.line.client())
    gateway.restart()
    gateway.photo_space.run(gateway.line.client())
    gateway.send_all()
    assert [gateway.version_of(ref) - old for ref, old in zip(refs, before, strict=True)] == [1] * 5
    assert len({held(hub, ref).photo_space for ref in refs}) == 1


def test_a_photo_that_does_not_open_costs_itself_and_no_record(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.add_photo(ref, picture("Sunil"))
    gateway.add_photo(ref, picture("Sunil later"))
    with gateway.database.write() as conn:
        first = min(row["id"] for row in gateway.rows(photos))
        broken = (photo_parts.c.photo_id == first) & (photo_parts.c.part == "embedding")
        conn.execute(photo_parts.update().where(broken).values(sealed=b"x" * 60))
    gateway.send_all()
    code = photo_code(held(hub, ref))
    assert code is not None
    assert (code == code_of(embedding_of("Sunil later"))).all()


def test_a_face_that_cannot_be_encoded_leaves_the_record(
    gateway: Gateway, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = gateway.report(1)
    gateway.add_photo(ref, picture("Sunil"))

    def failing(*_: object) -> None:
        raise ValueError("a number of the embedding")

    monkeypatch.setattr(TemplateEncoder, "encode", failing)
    gateway.send_all()
    assert (photo_code(held(hub, ref)), gateway.counts().arrived) == (None, 1)


def test_another_embedder_reads_everything_again_a_few_at_a_time(
    gateway: Gateway, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.holder.photos.reading_errand.A_TURN", 2)
    refs = [gateway.report(number) for number in range(4)]
    for ref in refs:
        gateway.add_photo(ref, picture(ref))
    photo = gateway.add_photo(refs[0], picture("mother", refs[0]))["photo"]
    gateway.photos.choose_face(refs[0], photo, 1, "clerk", EVERYTHING)
    gateway.send_all()
    gateway.faces = FakeFaces(SFACE)
    gateway.restart()
    assert gateway.reading.run(gateway.line.client()) is True
    assert Counter(row["read_by"] for row in gateway.rows(photos)) == {
        identity_digest(DLIB): 3, identity_digest(SFACE): 2,
    }  # fmt: skip
    gateway.read_photos()
    gateway.photo_space.run(gateway.line.client())
    gateway.send_all()
    for ref in refs:
        assert held(hub, ref).photo_space == OTHER
    code = photo_code(held(hub, refs[0]))
    assert code is not None
    assert (code == code_of(embedding_of(refs[0], SFACE), SFACE)).all()
    assert gateway.counts().refused == 0
    assert {row["changed_by"] for row in gateway.rows(photos.metadata.tables["records"])} == {"clerk"}
    reads = gateway.faces.reads
    gateway.read_photos()
    assert gateway.faces.reads == reads


def test_what_was_unread_is_read_once_there_is_a_reader_and_the_status_says_why_not(
    gateway: Gateway, hub: FakeHub
) -> None:
    gateway.faces.is_installed = False
    ref = gateway.report(1)
    gateway.add_photo(ref, picture("Sunil"))
    gateway.read_photos()
    gateway.send_all()
    assert photo_code(held(hub, ref)) is None
    status = exchange_status(gateway.database)["photos"]
    assert (status["unread"], status["codes_sent"]) == (1, False)
    assert "not installed" in status["problem"]
    gateway.faces.is_installed = True
    gateway.restart()
    gateway.read_photos()
    gateway.send_all()
    assert photo_code(held(hub, ref)) is not None
    status = exchange_status(gateway.database)["photos"]
    assert (status["unread"], status["codes_sent"], status["problem"]) == (0, True, None)


def test_a_photo_that_a_later_reading_loses_keeps_what_was_seen(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.add_photo(ref, picture("Sunil"))
    gateway.send_all()
    gateway.faces = FakeFaces(SFACE)
    gateway.faces.lost = 1
    gateway.restart()
    gateway.read_photos()
    gateway.send_all()
    (row,) = gateway.rows(photos)
    assert (row["reason"], photo_code(held(hub, ref))) == ("unreadable", None)
    assert len(gateway.rows(photo_parts)) == 3


def test_a_space_file_of_another_embedder_gives_no_codes_and_says_so(gateway: Gateway, hub: FakeHub) -> None:
    gateway.space = uncentred(SFACE)
    gateway.restart()
    ref = gateway.report(1)
    gateway.add_photo(ref, picture("Sunil"))
    gateway.read_photos()
    gateway.send_all()
    assert photo_code(held(hub, ref)) is None
    assert "another embedder" in exchange_status(gateway.database)["photos"]["problem"]
