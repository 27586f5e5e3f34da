"""The parts work together in the order that `make_app` gives them."""

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, SecretStr

from api.service.app import make_app
from api.service.metrics import Metrics
from tests.api.service.requests_to import ask, in_parts, lines_of, problem_in

SECRET = "Zubaida-Canary"


class Body(BaseModel):
    number: int


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def app(metrics: Metrics) -> FastAPI:
    made = make_app(
        "Test",
        "1.0",
        metrics=metrics,
        ready=list,
        max_body_bytes=50,
        metrics_token=SecretStr("token"),
        exempt={"/v1/files": 100},
    )

    @made.post("/v1/items/{ref}")
    def take(ref: str, body: Body) -> int:
        return 1 // body.number

    return made


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b'{"number": 1}', 200, ""),
        (b'{"number": 0}', 500, "failed"),
        (b'{"number": "Zubaida-Canary"}', 422, "invalid-body"),
        (b'{"number', 400, "not-json"),
        (b" " * 51, 413, "too-large"),
    ],
)
def test_every_outcome_is_a_document_a_log_line_and_a_count(app, metrics, log, body, status, kind):
    headers = {"content-type": "application/json"}
    for content in (body, in_parts(body[:5], body[5:])):
        response = ask(app, "POST", f"/v1/items/{SECRET}?{SECRET}", content=content, headers=headers)
        assert response.status_code == status
        assert status == 200 or problem_in(response) == kind
        assert SECRET not in response.text
    noted = [line["status"] for line in lines_of(log.getvalue()) if line["event"] == "request"]
    assert noted == [status, status]
    counted = [line.split()[-1] for line in metrics.text().decode().splitlines() if line.startswith("milap_requests_t")]
    assert sum(float(count) for count in counted) == 2
    assert SECRET not in log.getvalue() + metrics.text().decode()


def test_the_shared_addresses_are_there_and_no_page_from_elsewhere(app):
    asked = {"/healthz": 200, "/readyz": 200, "/metrics": 403, "/v1/openapi.json": 200, "/docs": 404, "/redoc": 404}
    assert {path: ask(app, "GET", path).status_code for path in asked} == asked


def test_the_description_documents_problems_and_no_answer_of_fastapi_itself(app):
    description = ask(app, "GET", "/v1/openapi.json").json()
    responses = description["paths"]["/v1/items/{ref}"]["post"]["responses"]
    assert set(responses) == {"200", "default"}
    assert list(responses["default"]["content"]) == ["application/problem+json"]


def test_telemetry_is_off_whatever_the_environment_configures(app):
    assert not app._native_telemetry.enabled()
    assert not any(value for value in app._telemetry.values())
