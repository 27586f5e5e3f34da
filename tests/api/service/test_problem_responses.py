"""Every refusal is a problem document, and no failure shows its message, neither to the client nor to the log."""

import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from api.service.problem_responses import install
from api.service.storage_errors import StorageFullError, StorageUnavailableError
from api.wire.problems import ProblemError
from tests.api.service.requests_to import ask, lines_of, problem_in

SECRET = "Zubaida-Canary"


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")
    ref: str = Field(max_length=5)
    number: int = 0

    @field_validator("ref")
    @classmethod
    def never_a_name(cls, value: str) -> str:
        if value == SECRET[:5]:
            raise ValueError(f"{value} is a name")
        return value


class Batch(BaseModel):
    items: list[Item]


class Failures:
    """What the endpoint of the tests raises."""

    error: BaseException = RuntimeError()


@pytest.fixture
def failures() -> Failures:
    return Failures()


@pytest.fixture
def app(failures: Failures) -> FastAPI:
    app, router = FastAPI(), APIRouter(prefix="/v1")

    @router.post("/batches")
    def take(batch: Batch) -> int:
        return len(batch.items)

    @router.get("/things/{number}")
    def thing(number: int, limit: int = 1) -> int:
        return number

    @router.get("/fails")
    def fails() -> None:
        raise failures.error

    @router.get("/wrong-answer", response_model=Item)
    def wrong_answer() -> dict[str, str]:
        return {"number": SECRET}

    @router.get("/breaks-off")
    async def breaks_off() -> StreamingResponse:
        async def parts():
            yield b"first"
            raise RuntimeError(SECRET)

        return StreamingResponse(parts())

    app.include_router(router)
    install(app)
    return app


def test_a_problem_is_answered_as_it_is(app, failures):
    failures.error = ProblemError("epoch-closed", "The epoch is over; update the key.", epoch="2026")
    response = ask(app, "GET", "/v1/fails")
    assert (response.status_code, problem_in(response)) == (409, "epoch-closed")
    assert response.json()["epoch"] == "2026"


def test_storage_failures_say_whether_to_come_back(app, failures, log):
    failures.error = StorageUnavailableError(SECRET, retryable=True)
    response = ask(app, "GET", "/v1/fails")
    assert (response.status_code, problem_in(response)) == (503, "storage-unavailable")
    assert int(response.headers["retry-after"]) > 0
    failures.error = StorageFullError(SECRET)
    full = ask(app, "GET", "/v1/fails")
    assert (full.status_code, problem_in(full)) == (507, "storage-full")
    assert SECRET not in response.text + full.text + log.getvalue()
    assert [line["problem"] for line in lines_of(log.getvalue())] == ["storage-unavailable", "storage-full"]


@pytest.mark.parametrize("error", [RuntimeError(SECRET), KeyError(SECRET), OSError(2, SECRET, SECRET)])
def test_an_unforeseen_failure_shows_an_error_id_only(app, failures, log, error):
    failures.error = error
    response = ask(app, "GET", "/v1/fails")
    assert (response.status_code, problem_in(response)) == (500, "failed")
    [line] = lines_of(log.getvalue())
    assert line["error_id"] in response.json()["detail"]
    assert line["error"] == type(error).__name__
    assert line["frames"][-1].endswith(" fails")
    assert SECRET not in response.text + log.getvalue()


def test_a_refused_statement_shows_no_value(app, failures, log, database):
    try:
        with database.write() as connection:
            connection.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": SECRET})
    except Exception as error:
        failures.error = error
    response = ask(app, "GET", "/v1/fails")
    assert problem_in(response) == "failed"
    [line] = lines_of(log.getvalue())
    assert line["error"] == "api.service.storage_errors.StorageError"
    assert SECRET not in response.text + log.getvalue()


def test_an_answer_that_does_not_fit_its_own_schema_shows_no_value(app, log):
    response = ask(app, "GET", "/v1/wrong-answer")
    assert problem_in(response) == "failed"
    assert SECRET not in response.text + log.getvalue()


def test_an_answer_that_breaks_off_is_logged_and_left_to_the_server(app, log):
    with pytest.raises((RuntimeError, ExceptionGroup)):
        ask(app, "GET", "/v1/breaks-off")
    assert SECRET not in log.getvalue()
    assert "error_id" in lines_of(log.getvalue())[0]


def test_what_does_not_fit_is_named_without_its_value(app, log):
    wrong = [{"ref": SECRET}, {"ref": SECRET[:5]}, {"ref": "b", "number": SECRET}, {"ref": "c", SECRET: 1}]
    items = [{"ref": "a"}, *wrong]
    response = ask(app, "POST", "/v1/batches", json={"items": items})
    assert (response.status_code, problem_in(response)) == (422, "invalid-body")
    fields = [entry["field"] for entry in response.json()["errors"]]
    assert fields[:3] == ["items.1.ref", "items.2.ref", "items.3.number"]
    assert all(entry["message"] for entry in response.json()["errors"])
    values_gone = response.text.replace(f"items.4.{SECRET}", "")  # the unknown key itself is named to its sender
    assert SECRET not in values_gone
    assert SECRET[:5] not in values_gone
    assert SECRET not in log.getvalue()


def test_a_body_that_is_missing_is_named(app):
    response = ask(app, "POST", "/v1/batches")
    assert problem_in(response) == "invalid-body"
    assert [entry["field"] for entry in response.json()["errors"]] == ["body"]


@pytest.mark.parametrize("body", [b"{", b'{"items": [' + SECRET.encode()])
def test_a_body_that_is_not_json_is_refused(app, body):
    response = ask(app, "POST", "/v1/batches", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, problem_in(response)) == (400, "not-json")
    assert SECRET not in response.text


@pytest.mark.parametrize("body", [b'"\xff\xff"', b"[" * 10_000], ids=["not UTF-8", "too deep"])
def test_a_body_that_cannot_be_read_is_refused(app, body):
    response = ask(app, "POST", "/v1/batches", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert problem_in(response) in ("not-json", "refused")


def test_a_parameter_that_does_not_fit_is_named(app):
    response = ask(app, "GET", f"/v1/things/1?limit={SECRET}")
    assert (response.status_code, problem_in(response)) == (422, "invalid-query")
    assert [entry["field"] for entry in response.json()["errors"]] == ["limit"]
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/nothing", "no-such-resource"), ("/", "no-such-resource"), ("/v1", "no-such-resource"),
        ("/v2/batches", "wrong-version"), ("/v10/batches", "wrong-version"), ("/v2", "wrong-version"),
        ("/video/1", "no-such-resource"),
    ],
)  # fmt: skip
def test_an_address_with_nothing_under_it_is_refused(app, path, kind):
    response = ask(app, "GET", path)
    assert (response.status_code, problem_in(response)) == (404, kind)


def test_another_method_is_refused_with_those_that_fit(app):
    response = ask(app, "PUT", "/v1/batches")
    assert (response.status_code, problem_in(response)) == (405, "method-not-allowed")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("status", [402, 418, 499])
def test_a_status_that_is_none_of_ours_is_still_a_problem_document(app, failures, status):
    failures.error = HTTPException(status, SECRET)
    response = ask(app, "GET", "/v1/fails")
    assert response.status_code == response.json()["status"] == status
    assert response.json()["type"] == "about:blank"
    assert SECRET not in response.text
