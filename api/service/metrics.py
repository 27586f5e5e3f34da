"""Counts for a service's operator; whoever can read totals learns of matches, so reading them needs a token."""

import secrets
from collections.abc import Sequence

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from api.service.access import Access
from api.wire.problems import ProblemError

_PREFIX = "milap_"


class Metrics:
    """The metrics of one service, in a registry of their own. No label may come from a request's content."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = self.counter("requests", "Requests answered, by class of status.", labels)
        self._seconds = Histogram(
            f"{_PREFIX}request_seconds", "Seconds to answer a request.", labels[:2], registry=self._registry
        )

    def counter(self, name: str, help: str, labels: Sequence[str] = ()) -> Counter:
        """A new counter `milap_<name>_total`; ValueError when there is one of that name."""
        return Counter(_PREFIX + name, help, labels, registry=self._registry)

    def gauge(self, name: str, help: str, labels: Sequence[str] = ()) -> Gauge:
        """A new gauge `milap_<name>`; ValueError when there is one of that name."""
        return Gauge(_PREFIX + name, help, labels, registry=self._registry)

    def observe(self, access: Access) -> None:
        """Count one request."""
        self._requests.labels(access.method, access.route, f"{access.status // 100}xx").inc()
        self._seconds.labels(access.method, access.route).observe(access.seconds)

    def text(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry)

    def endpoint(self, app: FastAPI, token: SecretStr | None) -> None:
        """Serve GET /metrics to whoever has the token; without a token configured there is no such page."""

        @app.get("/metrics", include_in_schema=False)
        def metrics(request: Request) -> Response:
            _require(request, token)
            return Response(self.text(), media_type=CONTENT_TYPE_LATEST)


def _require(request: Request, token: SecretStr | None) -> None:
    if token is None or not token.get_secret_value():
        raise ProblemError("no-such-resource", "Metrics are off; set metrics_token in the service's settings.")
    expected = f"Bearer {token.get_secret_value()}"
    given = request.headers.get("authorization", "")
    # Bytes, since compare_digest refuses text beyond ASCII.
    if not secrets.compare_digest(given.encode(), expected.encode()):
        raise ProblemError("not-allowed", "Metrics need the header Authorization: Bearer, with the metrics token.")
