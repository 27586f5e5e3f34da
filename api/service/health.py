"""Whether a service lives, and whether it can do its work."""

from collections.abc import Callable

from fastapi import FastAPI

from api.wire.problems import ProblemError


def add_health(app: FastAPI, ready: Callable[[], list[str]]) -> None:
    """Serve GET /healthz and GET /readyz.

    Args:
        app: the application.
        ready: gives the reasons why the service cannot work now; none when it can. The answer is open to everybody
            who reaches the service, so a reason names a part of it ("the database does not answer") and nothing else.
    """

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    def readyz() -> dict[str, str]:
        reasons = ready()
        if reasons:
            raise ProblemError("not-ready", "The service cannot do its work yet; `reasons` says why.", reasons=reasons)
        return {"status": "ready"}
