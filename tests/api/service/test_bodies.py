"""No body beyond its limit, of another type, or half there reaches an endpoint."""

import pytest
from fastapi import Request
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.service.bodies import BodyMiddleware
from tests.api.service.requests_to import ask, in_parts, messages_of, problem_in

JSON = {"content-type": "application/json"}


@pytest.fixture
def reached() -> list[str]:
    """Paths whose endpoint got a whole body."""
    return []


@pytest.fixture
def app(reached: list[str]) -> BodyMiddleware:
    async def take(request: Request) -> JSONResponse:
        body = await request.body()
        reached.append(request.url.path)
        return JSONResponse(len(body))

    async def swallow(request: Request) -> JSONResponse:
        """Makes an answer of its own out of whatever interrupts it, as FastAPI does."""
        try:
            return JSONResponse(len(await request.body()))
        except Exception:
            return JSONResponse("swallowed", 400)

    methods = ["GET", "POST", "DELETE"]
    routes = [Route("/swallow", swallow, methods=methods), Route("/{path:path}", take, methods=methods)]
    return BodyMiddleware(Starlette(routes=routes), 10, {"/files": 20, "/files/large": 100, "/a/*/b": 20})


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/", 10, 200), ("/", 11, 413), ("/files/a", 20, 200), ("/files/a", 21, 413), ("/files/large", 100, 200),
        ("/files/large", 101, 413), ("/swallow", 10, 200), ("/swallow", 11, 413), ("/other/files", 11, 413),
        ("/a/x/b", 20, 200), ("/a/x/b", 21, 413), ("/a/x/b/c", 11, 413), ("/a/x/y/b", 11, 413), ("/a/x", 11, 413),
    ],
)  # fmt: skip
@pytest.mark.parametrize("in_one", [True, False], ids=["with its length", "in parts"])
def test_a_body_may_be_as_large_as_its_limit(app, path, size, status, in_one):
    content = b"x" * size if in_one else in_parts(b"x" * (size - 1), b"x")
    response = ask(app, "POST", path, content=content, headers=JSON)
    assert response.status_code == status
    if status == 413:
        assert problem_in(response) == "too-large"
    else:
        assert response.json() == size


def test_what_is_too_large_does_not_reach_the_endpoint(app, reached):
    for content in (b"x" * 11, in_parts(b"x" * 11)):
        ask(app, "POST", "/", content=content, headers=JSON)
    assert reached == []


@pytest.mark.parametrize("type_", ["text/plain", "", "application/x-www-form-urlencoded", "application/jsonx"])
def test_another_type_is_refused_where_there_is_a_body(app, reached, type_):
    for content in (b"x", in_parts(b"x")):
        response = ask(app, "POST", "/", content=content, headers={"content-type": type_})
        assert (response.status_code, problem_in(response)) == (415, "unsupported-media-type")
    assert reached == []


@pytest.mark.parametrize("type_", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_passes(app, type_):
    assert ask(app, "POST", "/", content=b"{}", headers={"content-type": type_}).status_code == 200


def test_a_file_may_be_of_any_type(app):
    assert ask(app, "POST", "/files/a", content=b"x", headers={"content-type": "image/png"}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_without_a_body_no_type_is_asked_for(app, method):
    assert ask(app, method, "/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/swallow"])
def test_a_body_that_breaks_off_ends_quietly(app, reached, path):
    received = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
    assert messages_of(app, path, received, {**JSON, "content-length": "5"}) == []
    assert reached == []


def test_a_length_that_lies_is_found_out(app):
    received = [{"type": "http.request", "body": b"x" * 11, "more_body": False}]
    sent = messages_of(app, "/", received, {**JSON, "content-length": "5"})
    assert sent[0]["status"] == 413


def test_an_absurd_length_is_refused(app):
    sent = messages_of(app, "/", [], {**JSON, "content-length": "9" * 5000})
    assert sent[0]["status"] == 413
