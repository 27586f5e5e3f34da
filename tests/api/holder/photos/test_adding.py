"""Photos in: stored once with what they show, refused without a trace, and the record's version with each change."""

from typing import Any

import pytest
from sqlalchemy import select

from api.holder.photos import service
from api.holder.storage.tables import changes, outbox, photo_parts, photos, records
from api.service.storage_errors import StorageFullError
from tests.api.holder.desk import Desk
from tests.api.holder.photos.fake_faces import BOXES, picture
from tests.api.service.requests_to import problem_in


def rows(desk: Desk, table: Any) -> list[Any]:
    with desk.database.read() as conn:
        return list(conn.execute(select(table)).mappings())


def version_of(desk: Desk, ref: str) -> int:
    return int(desk.call("GET", f"/v1/records/{ref}").json()["version"])


def listed(desk: Desk, ref: str) -> list[dict[str, Any]]:
    return desk.call("GET", f"/v1/records/{ref}/photos").json()["items"]


def test_a_photo_is_stored_with_what_it_shows_and_the_record_goes_out_again(desk: Desk, ref: str) -> None:
    answer = desk.add_photo(ref, picture("Salma"), taken="2025-06")
    assert answer.status_code == 201
    shown = answer.json()
    assert answer.headers["location"] == f"/v1/records/{ref}/photos/{shown['photo']}"
    assert (shown["usable"], shown["reason"], shown["taken"], shown["version"]) == (True, None, "2025-06", 2)
    assert shown["faces"] == [{"box": BOXES[0]._asdict(), "quality": 0.9, "good": True}]
    assert version_of(desk, ref) == 2
    assert [(row["version"], row["action"]) for row in rows(desk, outbox)] == [(2, "put")]
    assert [row["what"] for row in rows(desk, changes)] == ["created", "photo-added"]
    assert listed(desk, ref) == [{name: value for name, value in shown.items() if name != "version"}]
    assert sorted(row["part"] for row in rows(desk, photo_parts)) == ["embedding", "original", "thumbnail"]


def test_the_same_file_again_is_the_same_photo_and_no_new_version(desk: Desk, ref: str) -> None:
    first = desk.add_photo(ref, picture("Salma"), taken="7").json()
    again = desk.add_photo(ref, picture("Salma"))
    assert (again.status_code, again.json()) == (200, first)
    assert desk.faces.reads == 1
    dated = desk.add_photo(ref, picture("Salma"), taken="8").json()
    assert (dated["photo"], dated["taken"], dated["version"]) == (first["photo"], "8", 3)
    assert len(rows(desk, photos)) == 1


def test_a_picture_that_somebody_has_aged_says_so(desk: Desk, ref: str) -> None:
    first = desk.add_photo(ref, picture("Salma"), progressed="yes").json()
    assert (first["progressed"], first["version"]) == (True, 2)
    assert desk.add_photo(ref, picture("Salma")).json()["progressed"]
    corrected = desk.add_photo(ref, picture("Salma"), progressed="no").json()
    assert (corrected["photo"], corrected["progressed"], corrected["version"]) == (first["photo"], False, 3)
    assert corrected["taken"] == first["taken"]


def test_the_same_file_of_two_records_shows_nowhere_as_the_same(desk: Desk, ref: str) -> None:
    other = desk.create(2).json()["ref"]
    desk.add_photo(ref, picture("Salma"))
    desk.add_photo(other, picture("Salma"))
    assert len({row["content_index"] for row in rows(desk, photos)}) == 2


def test_a_picture_that_cannot_be_used_is_kept_with_its_reason(desk: Desk, ref: str) -> None:
    for reason in ("no-face", "poor", "face-too-small"):
        answer = desk.add_photo(ref, picture(reason))
        assert (answer.status_code, answer.json()["reason"], answer.json()["usable"]) == (201, reason, False)
        assert answer.json()["sentence"].endswith(".")
    assert sorted(row["part"] for row in rows(desk, photo_parts)) == ["original"] * 3 + ["thumbnail"] * 3


NO_PICTURES = {
    "not-a-picture": b"%PDF-1.7", "too-large": picture("Salma", exif="x" * 2000),
    **{word: picture(word) for word in ("too-many-pixels", "animated", "damaged", "unreadable")},
}  # fmt: skip


def test_what_is_no_picture_is_refused_and_leaves_nothing(
    desk: Desk, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.gateway.photos, "_limits", service.PhotoLimits(bytes=1000))
    for reason, content in NO_PICTURES.items():
        answer = desk.add_photo(ref, content)
        assert (answer.status_code, problem_in(answer), answer.json()["reason"]) == (422, "photo-refused", reason)
    assert problem_in(desk.add_photo(ref, b"")) == "photo-refused"
    assert rows(desk, photos) == rows(desk, photo_parts) == []
    assert version_of(desk, ref) == 1


def test_a_record_takes_ten_photos_and_the_first_again(desk: Desk, ref: str) -> None:
    for number in range(10):
        assert desk.add_photo(ref, picture(f"Salma {number}")).status_code == 201
    assert problem_in(desk.add_photo(ref, picture("one more"))) == "too-many-photos"
    assert desk.add_photo(ref, picture("Salma 3")).status_code == 200
    first = desk.call("GET", f"/v1/records/{ref}/photos", params={"limit": 4}).json()
    after = {"limit": 50, "after": first["next"]}
    rest = desk.call("GET", f"/v1/records/{ref}/photos", params=after).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 6, None)


def test_without_a_reader_photos_are_kept_unread_and_a_pdf_is_still_refused(desk: Desk, ref: str) -> None:
    desk.faces.is_installed = False
    shown = desk.add_photo(ref, picture("Salma")).json()
    assert (shown["reason"], shown["has_thumbnail"]) == ("unread", False)
    assert problem_in(desk.add_photo(ref, b"%PDF-1.7")) == "photo-refused"
    path = f"/v1/records/{ref}/photos/{shown['photo']}"
    assert problem_in(desk.call("GET", f"{path}/thumbnail")) == "no-such-resource"
    assert desk.call("GET", f"{path}/original").content == picture("Salma")


def test_a_part_that_nobody_knows_or_that_is_no_date_stores_nothing(desk: Desk, ref: str) -> None:
    for fields in ({"taken": "last summer"}, {"progressed": "perhaps"}, {"taken": "x" * 900}, {"place": "home"}):
        assert problem_in(desk.add_photo(ref, picture("Salma"), **fields)) == "invalid-body"
    assert problem_in(desk.call("POST", f"/v1/records/{ref}/photos", json={})) == "unsupported-media-type"
    assert rows(desk, photos) == []


def test_a_full_disk_leaves_no_half_of_a_photo(desk: Desk, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageFullError("full")

    with monkeypatch.context() as patched:
        patched.setattr("api.holder.photos.writing.outbox.queue", full)
        assert desk.add_photo(ref, picture("Salma")).status_code == 507
    assert rows(desk, photos) == rows(desk, photo_parts) == []
    assert (version_of(desk, ref), [row["version"] for row in rows(desk, outbox)]) == (1, [1])
    assert desk.add_photo(ref, picture("Salma")).json()["version"] == 2


def test_a_withdrawn_record_takes_no_photo_and_what_is_kept_here_is_not_sent(desk: Desk, ref: str) -> None:
    kept = desk.create(2, consent_sharing="no").json()["ref"]
    assert desk.add_photo(kept, picture("Salma")).json()["version"] == 2
    assert [row["action"] for row in rows(desk, outbox)] == ["put"]  # of the first record
    desk.call("POST", f"/v1/records/{ref}/withdraw", json={"reason": "other"})
    assert problem_in(desk.add_photo(ref, picture("Salma"))) == "record-withdrawn"


def test_a_record_can_still_be_read_and_changed_after_photos_came_and_went(desk: Desk, ref: str) -> None:
    photo = desk.add_photo(ref, picture("Salma")).json()["photo"]
    assert desk.call("DELETE", f"/v1/records/{ref}/photos/{photo}").status_code == 204
    assert problem_in(desk.call("DELETE", f"/v1/records/{ref}/photos/{photo}")) == "no-such-resource"
    assert rows(desk, photos) == rows(desk, photo_parts) == []
    known = desk.call("GET", f"/v1/records/{ref}").json()
    assert known["version"] == 3
    change = {"record": known["record"] | {"age": "9"}, "source": known["source"]}
    assert desk.call("PUT", f"/v1/records/{ref}", json=change, headers={"If-Match": '"3"'}).status_code == 200
    assert [row["what"] for row in rows(desk, changes)] == ["created", "photo-added", "photo-removed", "updated"]
    assert rows(desk, records)[0]["version"] == 4


def test_of_two_who_add_the_same_file_at_once_the_second_gets_the_photo_of_the_first(
    desk: Desk, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desk.add_photo(ref, picture("Salma")).json()
    find, calls = service.photos.by_content, list[int]()

    def blind(*arguments: Any) -> Any:
        """The rival is not seen before the insert is tried."""
        calls.append(1)
        return None if len(calls) <= 2 else find(*arguments)

    monkeypatch.setattr(service.photos, "by_content", blind)
    second = desk.add_photo(ref, picture("Salma"))
    assert (second.status_code, second.json(), len(calls)) == (200, first, 3)
    assert (len(rows(desk, photos)), version_of(desk, ref)) == (1, 2)
