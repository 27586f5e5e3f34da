"""/v1/audit: the gateway's audit log, for its administrators and auditors."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.holder.gateway import Gateway
from api.holder.routes.access import permitted
from api.holder.routes.bodies import After
from api.holder.staff.sessions import Principal
from api.holder.storage.tables import audit
from api.holder.sync import hub_facts
from api.service.audit import checkpoints
from api.service.audit.reading import entries
from api.service.audit.telling import page
from api.wire.audit import Checkpoint
from api.wire.problems import ProblemError


def audit_router(gateway: Gateway) -> APIRouter:
    """The endpoints of the audit log."""
    router = APIRouter(prefix="/v1/audit", tags=["audit"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.get("")
    def listed(who: Caller, after: After = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> dict[str, Any]:
        """Entries, oldest first: who did what, when, why and under which order mark. Pass `next` as `after`."""
        with gateway.database.read() as conn:
            return page(entries(conn, audit, after, limit + 1), limit)

    @router.get("/checkpoint", response_model=Checkpoint)
    def checkpoint(who: Caller) -> Checkpoint:
        """The latest signed checkpoint of the log, to be kept elsewhere."""
        with gateway.database.read() as conn:
            hub = hub_facts.load(conn)
            found = None if hub is None else checkpoints.latest(conn, audit, hub.partner)
        if found is None:
            raise ProblemError("no-such-resource", "There is no checkpoint yet; enrol the gateway and let it run.")
        return found

    return router
