"""Metrics: counted by route template, and shown to whoever has the token only."""

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from api.service.access import Access
from api.service.metrics import Metrics
from api.service.problem_responses import install
from tests.api.service.requests_to import ask, problem_in


def app_with(metrics: Metrics, token: SecretStr | None) -> FastAPI:
    app = FastAPI()
    install(app)
    metrics.endpoint(app, token)
    return app


def test_requests_are_counted_by_class_of_status():
    metrics = Metrics()
    for status in (200, 204, 404):
        metrics.observe(Access("GET", "/v1/{ref}", status, 0.1))
    samples = {
        (sample.name, sample.labels.get("status")): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }
    assert samples["milap_requests_total", "2xx"] == 2
    assert samples["milap_requests_total", "4xx"] == 1
    assert samples["milap_request_seconds_count", None] == 3


def test_two_services_in_one_process_do_not_share_metrics():
    one, two = Metrics(), Metrics()
    one.counter("items", "Items.", ["kind"]).labels("missing").inc()
    one.gauge("waiting", "Waiting.").set(3)
    assert b'milap_items_total{kind="missing"} 1.0' in one.text()
    assert b"milap_waiting 3.0" in one.text()
    assert b"milap_items" not in two.text()


def test_the_right_token_reads_them():
    headers = [(b"authorization", b"Bearer gehe\xefm")]
    response = ask(app_with(Metrics(), SecretStr("gehe\xefm")), "GET", "/metrics", headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")


WRONG = ["", "Bearer", "Bearer ", "Bearer wrong", "token", "Basic token", "Bearer tokens", "ü"]


@pytest.mark.parametrize("given", WRONG)
def test_another_token_does_not(given):
    headers = [(b"authorization", given.encode("latin-1"))]
    response = ask(app_with(Metrics(), SecretStr("token")), "GET", "/metrics", headers=headers)
    assert (response.status_code, problem_in(response)) == (403, "not-allowed")


@pytest.mark.parametrize("token", [None, SecretStr("")])
def test_without_a_token_there_are_none(token):
    response = ask(app_with(Metrics(), token), "GET", "/metrics", headers={"Authorization": "Bearer "})
    assert (response.status_code, problem_in(response)) == (404, "no-such-resource")
    assert "metrics_token" in response.json()["detail"]
