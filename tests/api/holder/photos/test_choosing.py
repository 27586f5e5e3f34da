"""Several faces: a person chooses, by where the face stands, and nobody else ever does."""

from api.holder.photos.choosing import face_at, read_chosen
from api.holder.storage.tables import photo_parts
from encoder.faces.interface import PhotoReason
from tests.api.holder.desk import Desk
from tests.api.holder.photos.fake_faces import BOXES, FakeFaces, embedding_of, picture
from tests.api.holder.photos.test_adding import rows, version_of
from tests.api.service.requests_to import problem_in

FAMILY = picture("mother", "Salma")


def test_no_face_of_several_is_taken_before_a_person_chooses(desk: Desk, ref: str) -> None:
    shown = desk.add_photo(ref, FAMILY).json()
    assert (shown["reason"], shown["chosen"], len(shown["faces"])) == ("several-faces", None, 2)
    assert "embedding" not in {row["part"] for row in rows(desk, photo_parts)}
    path = f"/v1/records/{ref}/photos/{shown['photo']}/face"
    chosen = desk.call("PUT", path, json={"face": 1}).json()
    assert (chosen["usable"], chosen["chosen"], chosen["version"]) == (True, 1, 3)
    again = desk.call("PUT", path, json={"face": 1}).json()
    assert (again, version_of(desk, ref)) == (chosen, 3)
    other = desk.call("PUT", path, json={"face": 0}).json()
    assert (other["chosen"], other["version"]) == (0, 4)


def test_a_face_that_is_not_there_changes_nothing(desk: Desk, ref: str) -> None:
    photo = desk.add_photo(ref, FAMILY).json()["photo"]
    for face in (2, -1, "1", 0.5, None, 10**9):
        answer = desk.call("PUT", f"/v1/records/{ref}/photos/{photo}/face", json={"face": face})
        assert (face, problem_in(answer)) == (face, "invalid-body")
    assert version_of(desk, ref) == 2


def test_a_choice_waits_for_a_reader_and_is_not_lost_with_a_crash(desk: Desk, ref: str) -> None:
    photo = desk.add_photo(ref, FAMILY).json()["photo"]
    path = f"/v1/records/{ref}/photos/{photo}"
    desk.faces.lost = 1
    assert problem_in(desk.call("PUT", f"{path}/face", json={"face": 1})) == "photo-refused"
    assert len(desk.call("GET", path).json()["faces"]) == 2
    desk.faces.is_installed = False
    assert problem_in(desk.call("PUT", f"{path}/face", json={"face": 1})) == "not-ready"
    assert version_of(desk, ref) == 2


def test_the_chosen_face_is_found_by_its_place_however_it_is_numbered() -> None:
    faces = FakeFaces()
    faces.order = lambda numbers: list(reversed(numbers))
    reading, place = read_chosen(faces.read, FAMILY, BOXES[1])
    assert place == 0
    assert reading.face is not None
    assert (reading.face.embedding == embedding_of("Salma")).all()


def test_where_no_face_stands_any_more_a_person_is_asked_again() -> None:
    reading, place = read_chosen(FakeFaces().read, picture("mother"), BOXES[2])
    assert (reading.reason, reading.face, place) == (PhotoReason.SEVERAL_FACES, None, None)


def test_a_photo_without_faces_keeps_its_own_reason() -> None:
    reading, place = read_chosen(FakeFaces().read, picture("no-face"), BOXES[0])
    assert (reading.reason, place) == (PhotoReason.NO_FACE, None)


def test_the_box_itself_is_always_found() -> None:
    seen = FakeFaces().read(picture("a", "b", "c")).faces
    assert [face_at(seen, box) for box in BOXES] == [0, 1, 2]
    assert face_at((), BOXES[0]) is None
