"""Health: alive as soon as it answers, ready when nothing stands against it."""

from fastapi import FastAPI

from api.service.health import add_health
from api.service.problem_responses import install
from tests.api.service.requests_to import ask, problem_in


def test_a_service_lives_while_it_is_not_ready():
    reasons = ["the database does not answer"]
    app = FastAPI()
    install(app)
    add_health(app, lambda: reasons)
    assert ask(app, "GET", "/healthz").json() == {"status": "ok"}
    response = ask(app, "GET", "/readyz")
    assert (response.status_code, problem_in(response)) == (503, "not-ready")
    assert response.json()["reasons"] == reasons
    reasons.clear()
    assert ask(app, "GET", "/readyz").json() == {"status": "ready"}
