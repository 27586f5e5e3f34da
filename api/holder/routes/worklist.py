"""/v1/worklist and /v1/offices: what waits for whom."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.holder.gateway import Gateway
from api.holder.routes.access import permitted
from api.holder.routes.bodies import After
from api.holder.routes.review_bodies import OfficeBody
from api.holder.staff.sessions import Principal
from api.holder.storage.offices import OfficeRow


def worklist_router(gateway: Gateway) -> APIRouter:
    """The endpoints of worklist and offices."""
    router = APIRouter(prefix="/v1", tags=["review"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.get("/worklist")
    def worklist(
        who: Caller, all_: Annotated[bool, Query(alias="all")] = False, after: After = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:  # fmt: skip
        """What waits for the caller's office: a day's work, or with `all` everything, a page at a time."""
        found = gateway.worklist.page(who, after or 0, limit) if all_ else gateway.worklist.day(who)
        return {"items": found.items, "capacity": found.capacity, "next": found.next}

    @router.get("/offices")
    def offices(who: Caller) -> dict[str, Any]:
        """All offices."""
        return {"items": [_shown(row) for row in gateway.offices.everything()]}

    @router.put("/offices")
    def put(body: OfficeBody, who: Caller) -> dict[str, Any]:
        """Add an office, or change the one of this name."""
        return {"name": gateway.offices.put(body.name, body.capacity, body.email or None)}

    return router


def _shown(row: OfficeRow) -> dict[str, Any]:
    return {"name": row.name, "capacity": row.capacity, "email": row.email, "changed_at": row.changed_at.isoformat()}
