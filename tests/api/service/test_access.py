"""What is noted of a request: the template of its route, never what the caller wrote."""

import pytest
from fastapi import APIRouter, FastAPI

from api.service.access import Access, AccessMiddleware, log_access
from tests.api.service.requests_to import ask, lines_of

SECRET = "Zubaida-Canary"


@pytest.fixture
def seen() -> list[Access]:
    return []


@pytest.fixture
def app(seen: list[Access]) -> FastAPI:
    app, outer, inner = FastAPI(), APIRouter(prefix="/v1"), APIRouter(prefix="/parts")

    @inner.get("/{ref}")
    def part(ref: str) -> str:
        return ref

    @app.get("/direct/{ref}")
    def direct(ref: str) -> str:
        raise RuntimeError(SECRET)

    outer.include_router(inner)
    app.include_router(outer)
    ticks = iter([10.0, 10.25])
    app.add_middleware(AccessMiddleware, observers=[seen.append, log_access], clock=lambda: next(ticks))
    return app


@pytest.mark.parametrize(
    ("method", "path", "noted"),
    [
        ("GET", f"/v1/parts/{SECRET}?{SECRET}={SECRET}", ("GET", "/v1/parts/{ref}", 200)),
        ("DELETE", f"/v1/parts/{SECRET}", ("DELETE", "/v1/parts/{ref}", 405)),
        ("GET", f"/{SECRET}", ("GET", "unmatched", 404)),
        (SECRET, f"/{SECRET}", ("other", "unmatched", 404)),
    ],
)
def test_the_template_is_noted(app, seen, log, method, path, noted):
    ask(app, method, path, headers={"user-agent": SECRET})
    [access] = seen
    assert (access.method, access.route, access.status, access.seconds) == (*noted, 0.25)
    [line] = lines_of(log.getvalue())
    assert (line["method"], line["route"], line["status"], line["milliseconds"]) == (*noted, 250.0)
    assert set(line) == {"event", "level", "time", "service", "method", "route", "status", "milliseconds"}
    assert SECRET not in log.getvalue()


def test_a_request_that_fails_is_noted_too(app, seen):
    with pytest.raises(RuntimeError):
        ask(app, "GET", f"/direct/{SECRET}")
    assert [(access.route, access.status) for access in seen] == [("/direct/{ref}", 499)]
