"""The gateway as an application: all its wiring."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.holder.gateway import Gateway, put_together
from api.holder.intake.older_records import index_offices
from api.holder.photos.reader import SharedReader, reader_of
from api.holder.ports import SyncPort
from api.holder.routes.audit import audit_router
from api.holder.routes.directory import directory_router
from api.holder.routes.exchange import KNOCK_PATH, exchange_router
from api.holder.routes.holds import holds_router
from api.holder.routes.imports import imports_router
from api.holder.routes.links import links_router
from api.holder.routes.messages import messages_router
from api.holder.routes.officers import officers_router
from api.holder.routes.peers import peers_router
from api.holder.routes.photos import PHOTOS_PATH, photos_router
from api.holder.routes.records import records_router
from api.holder.routes.refusals import install_refusals
from api.holder.routes.releases import releases_router
from api.holder.routes.reviews import reviews_router
from api.holder.routes.staff import staff_router
from api.holder.routes.worklist import worklist_router
from api.holder.settings import HolderSettings
from api.holder.vault.vault import Vault
from api.service.access import Access
from api.service.app import make_app
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.metrics import Metrics
from api.service.storage_errors import StorageError

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"
_FORM_BYTES = 2**16
_STOP_SECONDS = 10.0


class GatewayMetrics(Metrics):
    """Metrics without the hub's knocks: it knocks when there is a candidate, and a count of them would tell."""

    def observe(self, access: Access) -> None:
        """Count one request."""
        if access.route != KNOCK_PATH:
            super().observe(access)


def make_gateway(
    settings: HolderSettings, database: Database, vault: Vault, sync: SyncPort, *,
    clock: Clock = utc_now, metrics: Metrics | None = None, photo_reader: SharedReader | None = None,
) -> FastAPI:  # fmt: skip
    """The gateway over a database whose tables are there; its workers run while the application does.

    `photo_reader` is closed with it; None makes the one that the settings ask for.
    """
    gateway = put_together(settings, database, vault, sync, clock, photo_reader or reader_of(settings))

    @asynccontextmanager
    async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(index_offices, database, vault, clock)
        gateway.worker.start()
        sync.start()
        try:
            yield
        finally:
            sync.stop()
            gateway.worker.stop(_STOP_SECONDS)
            gateway.runner.close()
            gateway.photo_reader.close()

    app = make_app(
        "Milap holder gateway",
        version("milap"),
        metrics=metrics or GatewayMetrics(),
        ready=lambda: _reasons(gateway),
        lifespan=_lifespan,
        max_body_bytes=settings.max_body_bytes,
        metrics_token=settings.metrics_token,
        exempt={
            "/v1/imports": settings.max_import_bytes + _FORM_BYTES,
            PHOTOS_PATH: settings.max_photo_bytes + _FORM_BYTES,
        },
    )
    app.state.gateway = gateway
    install_refusals(app)
    for router in (
        records_router, imports_router, staff_router, exchange_router, directory_router, holds_router, messages_router,
        peers_router, photos_router,
    ):  # fmt: skip
        app.include_router(router(gateway))
    for router in (reviews_router, releases_router, officers_router, worklist_router, links_router, audit_router):
        app.include_router(router(gateway))
    return app


def _reasons(gateway: Gateway) -> list[str]:
    """Why the gateway cannot work now. An unreachable hub is none: it works without for days."""
    try:
        gateway.database.check()
    except StorageError:
        return ["the database does not answer"]
    stopped = [] if gateway.worker.is_alive() else ["imports are not worked on"]
    return stopped + gateway.sync.ready()
