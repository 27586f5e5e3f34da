"""Who sees photos: whoever may see the record, the file with a line in the audit log, and no list any picture."""

from typing import Any

from sqlalchemy import update

from api.holder.staff.roles import Role
from api.holder.storage.records import SEALED_BY_COURT
from api.holder.storage.tables import audit, photo_parts, photos, records
from tests.api.holder.desk import Desk, body, child
from tests.api.holder.photos.fake_faces import THUMBNAIL, picture
from tests.api.holder.photos.test_adding import listed, rows
from tests.api.service.requests_to import problem_in


def stored(desk: Desk, ref: str, content: bytes = picture("Salma"), secret: str | None = None) -> str:
    photo = desk.add_photo(ref, content, secret).json()["photo"]
    return f"/v1/records/{ref}/photos/{photo}"


def found(desk: Desk, **fields: Any) -> str:
    report = body(child(2, "found", **fields), "shelter")
    return str(desk.call("POST", "/v1/records", desk.custodian, json=report).json()["ref"])


def test_thumbnail_and_file_are_for_no_cache_and_looking_at_the_file_is_noted(desk: Desk, ref: str) -> None:
    path = stored(desk, ref)
    clerk = desk.member(Role.CUSTODIAN)
    small = desk.call("GET", f"{path}/thumbnail", clerk)
    assert small.content.startswith(THUMBNAIL)
    assert (small.headers["content-type"], small.headers["cache-control"]) == ("image/jpeg", "no-store")
    assert rows(desk, audit.leaves) == []
    file = desk.call("GET", f"{path}/original", clerk)
    assert (file.content, file.headers["content-type"]) == (picture("Salma"), "image/jpeg")
    assert (file.headers["cache-control"], file.headers["x-content-type-options"]) == ("no-store", "nosniff")
    (leaf,) = rows(desk, audit.leaves)
    assert "photo-opened" in leaf["content"]
    assert ref in leaf["content"]


def test_a_photo_of_one_record_is_not_there_under_another(desk: Desk, ref: str) -> None:
    path, other = stored(desk, ref), desk.create(2).json()["ref"]
    elsewhere = path.replace(ref, other)
    for method, end in (("GET", ""), ("GET", "/thumbnail"), ("GET", "/original"), ("DELETE", "")):
        assert problem_in(desk.call(method, f"{elsewhere}{end}")) == "no-such-resource"
    assert listed(desk, other) == []


def test_the_file_of_a_protected_child_is_for_those_who_may_read_locations(desk: Desk) -> None:
    path = stored(desk, found(desk), secret=desk.custodian)
    assert desk.call("GET", f"{path}/thumbnail").status_code == 200
    assert problem_in(desk.call("GET", f"{path}/original")) == "not-allowed"
    assert desk.call("GET", f"{path}/original", desk.custodian).status_code == 200
    assert rows(desk, audit.leaves)[-1]["content"].count("photo-opened") == len(rows(desk, audit.leaves)) == 1
    open_to_all = stored(desk, desk.create(3).json()["ref"])
    assert desk.call("GET", f"{open_to_all}/original").status_code == 200


def test_what_a_court_sealed_has_no_photos_for_others(desk: Desk, ref: str) -> None:
    path = stored(desk, ref)
    with desk.database.write() as conn:
        conn.execute(update(records).values(kept_because=SEALED_BY_COURT))
    for end in ("", "/thumbnail", "/original"):
        assert problem_in(desk.call("GET", f"{path}{end}")) == "no-such-resource"
    assert problem_in(desk.add_photo(ref, picture("Rina"))) == "no-such-resource"
    assert desk.call("GET", path, desk.custodian).status_code == 200


def test_parts_do_not_open_in_each_others_place(desk: Desk, ref: str) -> None:
    path, other = stored(desk, ref), stored(desk, ref, picture("Rina"))
    parts = {(row["photo_id"], row["part"]): row["sealed"] for row in rows(desk, photo_parts)}
    first, second = (row["id"] for row in rows(desk, photos))
    with desk.database.write() as conn:
        for photo, part, foreign in (
            (first, "thumbnail", parts[second, "thumbnail"]), (second, "original", parts[second, "embedding"]),
        ):  # fmt: skip
            chosen = (photo_parts.c.photo_id == photo) & (photo_parts.c.part == part)
            conn.execute(update(photo_parts).where(chosen).values(sealed=foreign))
    assert problem_in(desk.call("GET", f"{path}/thumbnail")) == "failed"
    assert problem_in(desk.call("GET", f"{other}/original")) == "failed"
    assert desk.call("GET", f"{other}/thumbnail").status_code == 200


def test_a_damaged_photo_costs_no_other_in_a_list(desk: Desk, ref: str) -> None:
    stored(desk, ref)
    whole = stored(desk, ref, picture("Rina"))
    with desk.database.write() as conn:
        conn.execute(update(photos).where(photos.c.id == rows(desk, photos)[0]["id"]).values(sealed=b"x" * 60))
    damaged, shown = listed(desk, ref)
    assert damaged["damaged"] is True
    assert whole.endswith(shown["photo"])
