"""The hub's application: all its wiring."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import metadata

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.hub.answers import SigningMiddleware
from api.hub.authentication import Gatekeeper
from api.hub.checkpointing import Checkpoints
from api.hub.cursors import Cursors
from api.hub.ports import Knocks, Matcher, RememberingKnocks
from api.hub.readiness import ready
from api.hub.retention.worker import Retention
from api.hub.routes import (
    audit,
    candidates,
    cards,
    decisions,
    directory,
    enrolments,
    erasures,
    holdings,
    holds,
    identity,
    links,
    masked,
    messages,
    officers,
    policy,
    releases,
    submissions,
)
from api.hub.routes.documented import document
from api.hub.settings import HubSettings
from api.hub.wiring import Hub
from api.service.app import Lifespan, make_app
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.metrics import Metrics
from api.wire.request_keys import RequestKey, reveal_seed_bytes_of_request_key

REQUEST_THREADS = 16
"""Requests that are worked on at once: enough that writes which wait for the disk share its next sync, and few enough
that the threads do not spend their time handing the interpreter to each other."""

_ROUTES = (
    identity, enrolments, policy, submissions, holdings, candidates, decisions, releases, officers,
    links, masked, cards, messages, directory, holds, erasures, audit,
)  # fmt: skip


def make_hub(
    settings: HubSettings,
    database: Database,
    hub_key: RequestKey,
    matcher: Matcher,
    *,
    clock: Clock = utc_now,
    metrics: Metrics | None = None,
    knocks: Knocks | None = None,
) -> FastAPI:
    """The application that serves a hub; the matcher, and who knocks, start and stop with it.

    Args:
        settings: the hub's settings.
        database: at the newest version.
        hub_key: what answers are signed with.
        matcher: told when records were committed.
        clock: the present moment.
        metrics: where requests are counted; a new one when None.
        knocks: knocks at gateways with news from requests; nobody does when None.
    """
    knocks = knocks or RememberingKnocks()
    checkpoints = Checkpoints(database, hub_key, settings.name, timedelta(hours=settings.checkpoint_hours), clock)
    app = make_app(
        "Milap hub",
        _version(),
        metrics=metrics or Metrics(),
        ready=lambda: ready(database, matcher),
        max_body_bytes=settings.max_body_bytes,
        lifespan=_lifespan(matcher, knocks, Retention(database, settings, clock), checkpoints),
        metrics_token=settings.metrics_token,
    )
    # A secret of its own from the seed: cursors stay good over restarts.
    cursors = Cursors(reveal_seed_bytes_of_request_key(hub_key))
    gatekeeper = Gatekeeper(database, settings.name, clock)
    app.state.hub = Hub(settings, database, hub_key, clock, gatekeeper, cursors, matcher, knocks)
    for module in _ROUTES:
        app.include_router(module.router)
    document(app)
    # Added last, so outermost: it signs what the other middleware answers too.
    app.add_middleware(SigningMiddleware, key=hub_key, hub=settings.name, clock=clock)
    return app


def _lifespan(matcher: Matcher, knocks: Knocks, retention: Retention, checkpoints: Checkpoints) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = REQUEST_THREADS
        matcher.start()
        knocks.start()
        retention.start()
        checkpoints.start()
        try:
            yield
        finally:
            await run_in_threadpool(checkpoints.stop)
            await run_in_threadpool(retention.stop)
            await run_in_threadpool(knocks.stop)
            await run_in_threadpool(matcher.stop)

    return lifespan


def _version() -> str:
    for distribution in ("milap-hub", "milap"):
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return "0"
