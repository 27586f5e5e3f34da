"""The shared reader: made when it is needed, one photo at a time, absent without harm; and the real one, once."""

import threading
from pathlib import Path

import pytest

from api.holder.photos.reader import AGAIN_AFTER_SECONDS, SharedReader, identity_digest, reader_of
from api.holder.settings import HolderSettings
from encoder.faces.interface import FaceBox, PhotoReason
from matcher.errors import InputError
from tests.api.holder.photos.fake_faces import DLIB, SFACE, FakeFaces, picture


def test_a_reader_is_made_when_the_first_photo_comes_and_closed_once() -> None:
    made: list[FakeFaces] = []

    def make() -> FakeFaces:
        made.append(FakeFaces())
        return made[-1]

    with SharedReader(make) as reader:
        assert made == []
        assert reader.read(picture("a")) is not None
        assert reader.identity() == DLIB
    assert [faces.closed for faces in made] == [True]


def test_a_missing_extra_is_looked_for_again_but_not_all_the_time() -> None:
    now, faces = [0.0], FakeFaces()
    faces.is_installed = False
    reader = SharedReader(lambda: faces, clock=lambda: now[0])
    assert reader.read(picture("a")) is None
    assert reader.problem is not None
    faces.is_installed = True
    assert reader.identity() is None
    now[0] += AGAIN_AFTER_SECONDS
    assert (reader.identity(), reader.problem) == (DLIB, None)


def test_where_photos_are_not_read_nothing_is_wrong() -> None:
    reader = SharedReader(None)
    assert (reader.is_on, reader.identity(), reader.read(picture("a")), reader.problem) == (False, None, None, None)


def test_whoever_waits_too_long_for_a_turn_goes_without() -> None:
    begun, end = threading.Event(), threading.Event()

    class Slow(FakeFaces):
        def read(self, data: bytes, face: int | None = None):
            begun.set()
            end.wait(10)
            return super().read(data, face)

    slow = Slow()
    reader = SharedReader(lambda: slow, wait_seconds=0.01)
    thread = threading.Thread(target=reader.read, args=(picture("a"),))
    thread.start()
    begun.wait(10)
    assert reader.read(picture("b")) is None
    end.set()
    thread.join(10)
    assert (slow.reads, reader.problem) == (1, None)


def test_embedders_are_told_apart() -> None:
    assert identity_digest(DLIB) != identity_digest(SFACE)
    assert len(identity_digest(DLIB)) == 32


def test_settings_say_whether_photos_are_read_and_by_whom() -> None:
    assert not reader_of(HolderSettings()).is_on
    assert reader_of(HolderSettings(profile="network-photo-2026-11-22")).is_on
    with pytest.raises(InputError):
        reader_of(HolderSettings(profile="network-photo-2026-11-22", photo_embedder="opencv"))


def test_the_real_reader_reads_a_real_face(repository: Path) -> None:
    data = (repository / "tests" / "pictures" / "grace_hopper.jpg").read_bytes()
    with reader_of(HolderSettings(profile="local-photo-2026-11-22")) as reader:
        read = reader.read(data)
        assert reader.problem is None
        assert read is not None
        face = read.reading.face
        assert face is not None
        assert (read.by.name, face.embedding.shape, len(read.reading.faces)) == ("dlib", (128,), 1)
        chosen = reader.read(data, read.reading.faces[0].box)
        assert chosen is not None
        assert chosen.chosen == 0
        elsewhere = reader.read(data, FaceBox(0.0, 0.8, 0.1, 0.9))
        assert elsewhere is not None
        assert (elsewhere.reading.reason, elsewhere.reading.face) == (PhotoReason.SEVERAL_FACES, None)
        broken = reader.read(data[: len(data) // 2])
        assert broken is not None
        assert broken.reading.reason is PhotoReason.DAMAGED
