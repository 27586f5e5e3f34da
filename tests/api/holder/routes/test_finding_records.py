"""/v1/records: searching, and requests that cannot be answered."""

from typing import Any

import pytest

from api.holder.storage.tables import changes, idempotency, records, search_terms
from api.service.storage_errors import StorageFullError, StorageUnavailableError
from tests.api.holder.desk import Desk, body, child
from tests.api.holder.routes.asked import counted, put
from tests.api.service.requests_to import problem_in

# --- searching ------------------------------------------------------------------------------------------------------


def found(desk: Desk, **query: Any) -> list[str]:
    answer = desk.call("POST", "/v1/records/search", json=query)
    assert answer.status_code == 200, answer.text
    return [each["record"]["record_id"] for each in answer.json()["items"]]


def test_a_record_is_found_by_its_case_number_exactly(desk: Desk) -> None:
    desk.create(1, record_id="Cas-\u00e91")
    desk.create(2)
    assert found(desk, case_number=" Cas-e\u03011 ") == ["Cas-\u00e91"]  # composed or not is one number
    assert found(desk, case_number="Cas") == []
    assert found(desk, case_number="C-2", kind="missing") == ["C-2"]
    assert found(desk, case_number="C-2", kind="found") == []


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("সালমা খাতুন", ["C-1"]), ("salma", ["C-1"]), ("Khatun", ["C-1"]), ("Karim", ["C-2", "C-1"]),
        ("meena", []), ("Salma Karim", ["C-1"]), ("Salma Murmu", []), ("unknown", []), ("🙂", []),
    ],
)  # fmt: skip
def test_a_record_is_found_by_a_name_in_any_script(desk: Desk, name: str, cases: list[str]) -> None:
    desk.create(1)
    desk.create(2)
    assert found(desk, name=name) == cases


def test_a_changed_name_is_found_and_the_old_one_no_more(desk: Desk) -> None:
    ref = desk.create(1).json()["ref"]
    put(desk, ref, child(1, name="Gopal Soren"))
    assert (found(desk, name="Salma"), found(desk, name="Gopal")) == ([], ["C-1"])


def test_a_list_goes_on_where_its_page_ended(desk: Desk) -> None:
    for number in range(5):
        desk.create(number)
    seen, after = [], None
    while True:
        query = {"limit": 2} | ({} if after is None else {"after": after})
        page = desk.call("GET", "/v1/records", params=query).json()
        seen += [each["record"]["record_id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == ["C-4", "C-3", "C-2", "C-1", "C-0"]


def test_a_list_is_filtered(desk: Desk) -> None:
    desk.create(1)
    desk.call("POST", "/v1/records", json=body(child(2, kind="found"), "shelter"))
    assert found(desk, kind="found") == found(desk, source="shelter") == ["C-2"]
    assert found(desk, state="withdrawn") == []


# --- requests that cannot be answered -------------------------------------------------------------------------------


def test_who_may_not_and_who_is_not_there(desk: Desk) -> None:
    answer = desk.call("GET", "/v1/records", "")
    assert (answer.status_code, problem_in(answer), answer.headers["www-authenticate"]) == (
        401, "not-signed-in", "Bearer",
    )  # fmt: skip
    assert problem_in(desk.call("GET", "/v1/records", "milap_zqxw")) == "not-signed-in"
    answer = desk.call("GET", "/v1/records", desk.admin)
    assert (answer.status_code, problem_in(answer)) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("content", "kind", "problem"),
    [
        (b"{", "application/json", "not-json"),
        (b"[" * 100_000, "application/json", None),
        (b"\xff", "application/json", None),
        (b"[]", "application/json", "invalid-body"),
        (b'{"record": {}, "source": "zqxw"}', "application/json", "invalid-body"),
        (b'{"record": {}, "source": "police", "x": 1}', "application/json", "invalid-body"),
        (b'{"record": {}, "source": "police", "office": "\\ud800"}', "application/json", "invalid-body"),
        (b"record_id=1", "text/csv", "unsupported-media-type"),
        (b'{"a": "' + b"x" * 2**20 + b'"}', "application/json", "too-large"),
    ],
)
def test_a_body_that_is_none(desk: Desk, content: bytes, kind: str, problem: str | None) -> None:
    answer = desk.call("POST", "/v1/records", content=content, headers={"Content-Type": kind})
    assert 400 <= answer.status_code < 500
    assert problem_in(answer) == (problem or problem_in(answer))
    assert "zqxw" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "sends"),
    [
        ("GET", "/v1/records/%00", None),
        ("GET", "/v1/records/%ff", None),
        ("GET", "/v1/records?after=99999999999999999999", None),
        ("GET", "/v1/records?after=-1", None),
        ("GET", "/v1/records?limit=0", None),
        ("GET", "/v1/imports/%00/rows", None),
        ("POST", "/v1/records/search", {"name": "zqxw", "after": 10**30}),
        ("POST", "/v1/records/search", {"name": "A\0"}),
        ("POST", "/v1/sessions", {"login": "a\0b", "password": "zqxw"}),
        ("DELETE", "/v1/tokens/99999999999999999999", None),
        ("PATCH", "/v1/staff/%00", {"title": "A"}),
    ],
)
def test_parameters_that_no_database_takes(desk: Desk, method: str, path: str, sends: dict[str, Any] | None) -> None:
    secret = desk.admin if path.startswith(("/v1/tokens", "/v1/staff")) else desk.intake
    answer = desk.call(method, path, secret, json=sends)
    assert answer.status_code == 422
    assert problem_in(answer) in ("invalid-query", "invalid-body")
    assert "zqxw" not in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [(StorageFullError("full"), 507), (StorageUnavailableError("locked", retryable=False), 503)],
)
def test_a_database_that_fails_half_way_leaves_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("api.holder.storage.outbox.queue", fail)
        assert desk.create(headers={"Idempotency-Key": "k"}).status_code == status
    for table in (records, search_terms, changes, idempotency):
        assert counted(desk, table) == 0
    assert desk.create(headers={"Idempotency-Key": "k"}).status_code == 201
