"""Photos go with a withdrawal or an erasure, and stay as long as a legal hold stands."""

from datetime import date

from api.holder.intake.sight import EVERYTHING
from api.holder.reviewing.orders import Order
from api.holder.storage.tables import outbox, photo_parts, photos
from tests.api.holder.desk import Desk
from tests.api.holder.photos.fake_faces import picture
from tests.api.holder.photos.test_adding import rows

ORDER = Order("High Court", "1 of 2026", date(2026, 10, 1))


def kept(desk: Desk) -> tuple[int, int]:
    return len(rows(desk, photos)), len(rows(desk, photo_parts))


def withdraw(desk: Desk, ref: str) -> None:
    assert desk.call("POST", f"/v1/records/{ref}/withdraw", json={"reason": "other"}).status_code == 200


def test_a_withdrawal_takes_photos_with_it_and_leaves_those_of_others(desk: Desk, ref: str) -> None:
    other = desk.create(2).json()["ref"]
    for name in (ref, other):
        desk.add_photo(name, picture("Salma"))
    withdraw(desk, ref)
    assert kept(desk) == (1, 3)
    assert desk.call("GET", f"/v1/records/{ref}/photos").json()["items"] == []
    assert len(desk.call("GET", f"/v1/records/{other}/photos").json()["items"]) == 1


def test_a_hold_keeps_photos_of_a_withdrawn_record_until_it_ends(desk: Desk, ref: str) -> None:
    desk.add_photo(ref, picture("Salma"))
    desk.gateway.holds.place(ref, ORDER, "clerk", EVERYTHING)
    withdraw(desk, ref)
    assert kept(desk) == (1, 3)
    (shown,) = desk.call("GET", f"/v1/records/{ref}/photos").json()["items"]
    assert desk.call("GET", f"/v1/records/{ref}/photos/{shown['photo']}/original").status_code == 200
    desk.gateway.holds.lift(ref, "clerk", EVERYTHING)
    assert kept(desk) == (0, 0)


def test_a_lifted_hold_on_an_active_record_takes_no_photo(desk: Desk, ref: str) -> None:
    desk.add_photo(ref, picture("Salma"))
    desk.gateway.holds.place(ref, ORDER, "clerk", EVERYTHING)
    desk.gateway.holds.lift(ref, "clerk", EVERYTHING)
    assert kept(desk) == (1, 3)


def test_an_erasure_leaves_nothing_of_any_photo(desk: Desk, ref: str) -> None:
    desk.add_photo(ref, picture("Salma"))
    desk.add_photo(ref, picture("Rina"))
    assert desk.call("DELETE", f"/v1/records/{ref}", desk.admin).status_code == 200
    assert kept(desk) == (0, 0)
    assert rows(desk, outbox) == []  # never sent, so the hub has nothing to forget
