"""Every refusal and failure of a service as a problem document (RFC 9457)."""

import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service.storage_errors import StorageError, StorageFullError, StorageUnavailableError
from api.service.validation import message_of, place_of
from api.wire.problems import MEDIA_TYPE, ProblemError

RETRY_AFTER_SECONDS = 5

VERSION = "v1"
_VERSIONED = re.compile(r"/(v\d+)(?:/|$)")

_OF_STATUS = {
    405: ("method-not-allowed", "This address takes other methods; the Allow header names them."),
    413: ("too-large", "The body is larger than this address takes; send less at once."),
    415: ("unsupported-media-type", "The body has to be sent as application/json."),
    400: ("refused", "The request cannot be read; check how it is put together."),
}


def install(app: FastAPI) -> None:
    """Answer every error of an application with a problem document; the unforeseen ones with an error id only."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(StorageError, _on_storage)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    # A handler for Exception would run in Starlette's outermost layer, which raises the error again for the server.
    app.add_middleware(FailureMiddleware)


def problem_response(problem: ProblemError, headers: Mapping[str, str] | None = None) -> Response:
    """The response that carries a problem."""
    return JSONResponse(problem.document(), problem.status, headers, media_type=MEDIA_TYPE)


def storage_problem(error: StorageError) -> ProblemError:
    """The problem that a client is told of when the database fails."""
    if isinstance(error, StorageFullError):
        return ProblemError("storage-full", "The service has no room left; its operator has to make some. Try later.")
    if isinstance(error, StorageUnavailableError):
        return ProblemError("storage-unavailable", "The service's database does not answer; try again in a moment.")
    return failure(error)


def failure(error: BaseException) -> ProblemError:
    """Log an unforeseen exception by type and places, and give the problem that names its error id."""
    error_id = secrets.token_hex(6)
    structlog.get_logger().error("request failed", error_id=error_id, exc_info=error)
    detail = f"The service failed; give its operator the error id {error_id}, which stands in the log."
    return ProblemError("failed", detail, error_id=error_id)


class FailureMiddleware:
    """Answers what no handler took: problems raised by other middleware, and unforeseen exceptions."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            response = _response_to(error)
            if begun:
                raise  # half an answer is out: the server has to break the connection
            await response(scope, receive, send)


def _response_to(error: Exception) -> Response:
    if isinstance(error, StorageError):
        return _storage_response(error)
    return problem_response(error if isinstance(error, ProblemError) else failure(error))


def _storage_response(error: StorageError) -> Response:
    problem = storage_problem(error)
    if problem.status != HTTPStatus.INTERNAL_SERVER_ERROR:
        structlog.get_logger().error("storage failed", problem=problem.kind, exc_info=error)
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)} if problem.kind == "storage-unavailable" else {}
    return problem_response(problem, retry)


# Handlers are asynchronous for Starlette to call them in place: a thread for each refusal would cost more than it.
async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(error)


async def _on_storage(_request: Request, error: Exception) -> Response:
    assert isinstance(error, StorageError)
    return _storage_response(error)


async def _on_validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(entry["type"] == "json_invalid" for entry in found):
        return problem_response(ProblemError("not-json", "The body is not JSON; send one JSON document in UTF-8."))
    entries = [{"field": place_of(tuple(e["loc"][1:])) or str(e["loc"][0]), "message": message_of(e)} for e in found]
    in_body = any(entry["loc"][0] == "body" for entry in found)
    kind, what = ("invalid-body", "body") if in_body else ("invalid-query", "parameters")
    detail = f"{len(entries)} place(s) in the {what} do not fit the schema; `errors` names them."
    return problem_response(ProblemError(kind, detail, errors=entries))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return problem_response(_not_found(request.url.path))
    if error.status_code in _OF_STATUS:
        return problem_response(ProblemError(*_OF_STATUS[error.status_code]), error.headers)
    # A status that no problem of ours stands for: RFC 9457, section 4.2.1.
    document = {"type": "about:blank", "title": _phrase(error.status_code), "status": error.status_code}
    return JSONResponse(document, error.status_code, error.headers, media_type=MEDIA_TYPE)


def _not_found(path: str) -> ProblemError:
    found = _VERSIONED.match(path)
    if found and found.group(1) != VERSION:
        detail = f"This service speaks {VERSION} of the protocol only; update the older side."
        return ProblemError("wrong-version", detail)
    return ProblemError("no-such-resource", "There is nothing under this address; check it.")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Refused"
