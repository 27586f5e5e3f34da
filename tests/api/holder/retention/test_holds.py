"""Legal holds at a gateway."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.holder.staff.roles import Role, scopes_of
from api.holder.storage.tables import audit, records
from tests.api.holder.desk import Desk, body, child
from tests.api.service.requests_to import problem_in

ORDER = {"authority": "High Court at Calcutta", "number": "WPA 1234 of 2026", "date": "2026-10-20"}


def place(desk: Desk, ref: str, secret: str | None = None, **changes: Any) -> httpx.Response:
    order = {"order": {**ORDER, **changes}}
    return desk.call("PUT", f"/v1/records/{ref}/hold", secret or desk.custodian, json=order)


def column(desk: Desk, ref: str, name: str) -> Any:
    with desk.database.read() as conn:
        return conn.execute(select(records.c[name]).where(records.c.ref == ref)).scalar_one()


def leaves(desk: Desk) -> str:
    with desk.database.read() as conn:
        return "\n".join(conn.execute(select(audit.leaves.c.content)).scalars())


def test_a_held_record_is_not_erased_until_the_hold_is_lifted(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    assert place(desk, ref).json() == {"ref": ref, "held_since": "2026-11-02T06:00:00+00:00", "order": ORDER}
    refused = desk.call("DELETE", f"/v1/records/{ref}", desk.admin)
    assert (refused.status_code, problem_in(refused)) == (409, "on-hold")
    assert column(desk, ref, "sealed") is not None
    assert desk.call("DELETE", f"/v1/records/{ref}/hold", desk.custodian).status_code == 204
    assert desk.call("DELETE", f"/v1/records/{ref}/hold", desk.custodian).status_code == 204
    assert desk.call("DELETE", f"/v1/records/{ref}", desk.admin).json()["state"] == "erased"
    assert problem_in(place(desk, ref)) == "record-withdrawn"


def test_the_order_is_sealed_and_shown_to_those_alone_who_may_read_orders(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    place(desk, ref)
    for secret in (desk.custodian, desk.token(scopes_of([Role.AUDITOR]))):
        assert desk.call("GET", f"/v1/records/{ref}/hold", secret).json()["order"] == ORDER
    for secret in (desk.intake, desk.admin):
        assert desk.call("GET", f"/v1/records/{ref}/hold", secret).status_code == 403
    sealed = column(desk, ref, "hold_sealed")
    assert b"1234" not in sealed
    assert "1234" not in leaves(desk)
    assert "Calcutta" not in leaves(desk)


def test_the_same_hold_again_changes_nothing_and_another_order_replaces_it(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    place(desk, ref)
    desk.clock.advance(days=2)
    assert place(desk, ref).json()["held_since"].startswith("2026-11-02")
    assert leaves(desk).count("hold-placed") == 1
    other = place(desk, ref, number="WPA 99 of 2026").json()
    assert (other["held_since"][:10], other["order"]["number"]) == ("2026-11-02", "WPA 99 of 2026")
    assert leaves(desk).count("hold-placed") == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "x" * 10_000}, {"number": ""}, {"authority": "a\u0000b"}, {"authority": "a\u0007b"},
        {"date": "yesterday"}, {"date": "2027-10-20"}, {"judge": "somebody"},
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_one_is_refused(desk: Desk, changes: dict[str, str]) -> None:
    ref = desk.create().json()["ref"]
    answer = place(desk, ref, **changes)
    assert problem_in(answer) == "invalid-body"
    assert all(value not in answer.text for value in changes.values() if value)
    assert column(desk, ref, "held_since") is None


def test_who_may_not_know_of_a_record_cannot_hold_it(desk: Desk) -> None:
    first = desk.call("POST", "/v1/records", json=body(child(), office="Amdanga")).json()["ref"]
    stranger = desk.member(Role.CUSTODIAN, office="Barasat")
    assert problem_in(place(desk, first, stranger)) == problem_in(place(desk, "A" * 22)) == "no-such-resource"
    assert place(desk, first, desk.member(Role.CUSTODIAN, office="Amdanga")).status_code == 200
    assert place(desk, first, desk.admin).status_code == 403


def test_a_held_record_is_withdrawn_from_sharing_on_its_day_and_stays_here(desk: Desk) -> None:
    ref = desk.create(expires_on="2026-11-10").json()["ref"]
    place(desk, ref)
    desk.call("POST", f"/v1/records/{ref}/withdraw", json={"reason": "found_by_us"})
    shown = desk.call("GET", f"/v1/records/{ref}", desk.custodian).json()
    assert (shown["state"], shown["record"]["name"]) == ("withdrawn", child()["name"])
    assert problem_in(desk.call("DELETE", f"/v1/records/{ref}", desk.admin)) == "on-hold"


def test_no_proof_before_an_erasure_and_none_to_be_expected_of_what_was_never_sent(desk: Desk) -> None:
    ref = desk.create().json()["ref"]
    path = f"/v1/records/{ref}/erasure"
    assert problem_in(desk.call("GET", path, desk.admin)) == "no-such-resource"
    assert problem_in(desk.call("GET", f"/v1/records/{'A' * 22}/erasure", desk.admin)) == "no-such-resource"
    desk.call("DELETE", f"/v1/records/{ref}", desk.admin)
    shown = desk.call("GET", path, desk.admin).json()
    assert (shown["state"], shown["proof"]) == ("not_at_hub", None)
    assert desk.call("GET", path, desk.token(scopes_of([Role.AUDITOR]))).status_code == 200
    assert desk.call("GET", path, desk.custodian).status_code == 403
