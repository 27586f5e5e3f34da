"""An application with everything that both services share; the routes are the service's own."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from api.service.access import AccessMiddleware, log_access
from api.service.bodies import BodyMiddleware
from api.service.health import add_health
from api.service.metrics import Metrics
from api.service.problem_responses import VERSION, install
from api.wire.problems import MEDIA_TYPE

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

# FastAPI itself sends spans, and records of exceptions with their messages, to any OpenTelemetry provider that the
# environment configures, with paths and queries.
_NO_TELEMETRY: Any = {
    "tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False,
}  # fmt: skip

_PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem document (RFC 9457)",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                    },
                }
            }
        },
    }
}


def make_app(
    title: str,
    version: str,
    *,
    metrics: Metrics,
    ready: Callable[[], list[str]],
    max_body_bytes: int,
    lifespan: Lifespan | None = None,
    metrics_token: SecretStr | None = None,
    exempt: Mapping[str, int] | None = None,
) -> FastAPI:
    """An application with problem documents, bounded bodies, access log, metrics and health; its routes come next.

    Args:
        title: of the API's description.
        version: of the API's description.
        metrics: counts the requests, and is served under /metrics.
        ready: the reasons why the service cannot work now (see `api.service.health`).
        max_body_bytes: most bytes of a JSON body.
        lifespan: what runs from start to end of the service.
        metrics_token: whoever has it may read the metrics; nobody when None.
        exempt: path prefixes that take other content types, each with its limit in bytes.
    """
    app = FastAPI(
        title=title,
        version=version,
        lifespan=lifespan,
        openapi_url=f"/{VERSION}/openapi.json",
        docs_url=None,  # both pages load their scripts from elsewhere
        redoc_url=None,
        responses=_PROBLEM,
        telemetry=_NO_TELEMETRY,
    )
    # The last one added is the outermost.
    app.add_middleware(BodyMiddleware, max_bytes=max_body_bytes, exempt=exempt)
    install(app)
    app.add_middleware(AccessMiddleware, observers=[log_access, metrics.observe])
    add_health(app, ready)
    metrics.endpoint(app, metrics_token)
    return app
