"""Refusals of the gateway as problem documents, beyond those that every service has."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api.holder.vault.vault import DamagedSealError
from api.service.problem_responses import problem_response
from api.wire.problems import ProblemError
from matcher.errors import InputError


def install_refusals(app: FastAPI) -> None:
    """Answer InputError and DamagedSealError, and give the headers that some problems come with."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(InputError, _on_input)
    app.add_exception_handler(DamagedSealError, _on_damaged)


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    headers: dict[str, str] = {}
    if error.kind == "not-signed-in":
        headers["WWW-Authenticate"] = "Bearer"
    if error.kind == "version-changed":
        headers["ETag"] = f'"{error.extra["version"]}"'
    if "retry_after_seconds" in error.extra:
        headers["Retry-After"] = str(error.extra["retry_after_seconds"])
    return problem_response(error, headers)


async def _on_input(_request: Request, error: Exception) -> Response:
    """What a person at the keyboard would read as one sentence; InputError never holds a value of a record."""
    return problem_response(ProblemError("invalid-body", str(error)))


async def _on_damaged(_request: Request, error: Exception) -> Response:
    return problem_response(ProblemError("failed", str(error)))
