"""/v1/releases: candidates that other organisations released for own missing records."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.holder.gateway import Gateway
from api.holder.reviewing.decisions import Choice
from api.holder.routes.access import permitted
from api.holder.routes.bodies import After, Page, RandomName
from api.holder.routes.review_bodies import Decided, ReporterDecisionBody
from api.holder.staff.sessions import Principal
from api.wire.life import CandidateState


def releases_router(gateway: Gateway) -> APIRouter:
    """The endpoints of the side that looks for a child."""
    router = APIRouter(prefix="/v1/releases", tags=["review"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.get("", response_model=Page)
    def listed(
        who: Caller, state: CandidateState | None = None, after: After = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:  # fmt: skip
        """Candidates that were released for own missing records, newest first."""
        found = gateway.inbox.page("reporter", state, after, limit, who)
        return {"items": found.items, "next": found.next}

    @router.get("/{candidate}")
    def read(candidate: RandomName, who: Caller) -> dict[str, Any]:
        """One of them beside the own record."""
        return gateway.inbox.read("reporter", candidate, who)

    @router.post("/{candidate}/decisions", status_code=202, response_model=Decided)
    def decide(candidate: RandomName, body: ReporterDecisionBody, who: Caller) -> dict[str, Any]:
        """Decide on it, on the revision that was read; the hub hears of it as soon as it can be reached."""
        choice = Choice(body.decision, body.revision, body.reason, body.text)
        return gateway.decisions.decide("reporter", candidate, choice, who)

    return router
