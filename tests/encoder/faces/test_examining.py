"""Which face of a photo is embedded, and why none is."""

import pytest

from encoder.faces.examining import NoSuchFaceError, examine
from encoder.faces.interface import Detection, Effort, PhotoReading
from encoder.faces.reasons import PhotoReason
from encoder.faces.resizing import turned
from tests.encoder.faces.fake_embedder import ScriptedEmbedder, face, marked

SMALL = face(250, side=20)


def read(*faces: Detection, chosen: int | None = None) -> PhotoReading:
    return examine(ScriptedEmbedder({(0, Effort.USUAL): list(faces)}), marked(), chosen)


def lefts(reading: PhotoReading) -> list[int]:
    return [round(seen.box.left * 300) for seen in reading.faces]


def embedded_left(reading: PhotoReading) -> float:
    assert reading.reason is None
    assert reading.face is not None
    return float(reading.face.embedding[0])


def test_the_only_face_is_embedded() -> None:
    reading = read(face(20))
    assert embedded_left(reading) == 20
    assert len(reading.faces) == 1
    assert reading.thumbnail.startswith(b"\xff\xd8")


def test_of_several_faces_none_is_taken_until_someone_chooses() -> None:
    faces = face(20, score=0.6, eyes=60), face(100, side=90, score=1.5, eyes=60), face(230, score=0.8, eyes=60)
    reading = read(*faces)
    assert (reading.reason, reading.face) == (PhotoReason.SEVERAL_FACES, None)
    assert lefts(reading) == [100, 230, 20]
    assert [embedded_left(read(*faces, chosen=number)) for number in range(3)] == [100, 230, 20]
    assert lefts(read(*reversed(faces))) == [100, 230, 20]


def test_equally_good_faces_go_from_left_to_right() -> None:
    assert lefts(read(face(200), face(20), face(110))) == [20, 110, 200]


@pytest.mark.parametrize("chosen", [-1, 2, 100])
def test_a_face_that_is_not_there_cannot_be_chosen(chosen: int) -> None:
    with pytest.raises(NoSuchFaceError, match="no face of that number"):
        read(face(20), face(100), chosen=chosen)


def test_tiny_faces_behind_the_child_do_not_count() -> None:
    reading = read(SMALL, face(20), face(200, side=25))
    assert embedded_left(reading) == 20
    assert lefts(reading) == [20]


@pytest.mark.parametrize("chosen", [None, 0])
def test_faces_that_are_all_tiny_are_listed_and_too_small(chosen: int | None) -> None:
    reading = read(SMALL, face(200, side=25), chosen=chosen)
    assert (reading.reason, reading.face) == (PhotoReason.FACE_TOO_SMALL, None)
    assert len(reading.faces) == 2


@pytest.mark.parametrize("chosen", [None, 0])
def test_without_a_face_there_is_a_reason_and_a_thumbnail(chosen: int | None) -> None:
    reading = read(chosen=chosen)
    assert (reading.reason, reading.face, reading.faces) == (PhotoReason.NO_FACE, None, ())
    assert reading.thumbnail


def test_a_poor_face_is_not_embedded_even_when_chosen() -> None:
    for faces, chosen in (((face(20, score=0.1),), None), ((face(20), face(120, score=0.1)), 1)):
        reading = read(*faces, chosen=chosen)
        assert (reading.reason, reading.face) == (PhotoReason.POOR, None)
        assert not reading.faces[-1].good


def test_a_middling_face_is_embedded_but_not_good() -> None:
    reading = read(face(20, score=0.3))
    assert reading.face is not None
    assert not reading.face.good
    assert not reading.faces[0].good


def test_the_thumbnail_stands_upright() -> None:
    upright = examine(ScriptedEmbedder({(1, Effort.QUICK): [face(20)]}), marked(), None)
    assert upright.turns == 1
    # The mark stands where it does after one turn, so that is what the script calls it.
    straight = examine(ScriptedEmbedder({(1, Effort.USUAL): [face(20)]}), turned(marked(), 1), None)
    assert upright.thumbnail == straight.thumbnail
