"""/v1/inbox/{candidate}/…: what the side that has the child decides, and its releases."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.holder.gateway import Gateway
from api.holder.reviewing.decisions import Choice
from api.holder.reviewing.orders import order_of
from api.holder.routes.access import permitted
from api.holder.routes.bodies import RandomName
from api.holder.routes.review_bodies import ApprovalBody, CustodianDecisionBody, Decided, ReleaseBody
from api.holder.staff.sessions import Principal


def reviews_router(gateway: Gateway) -> APIRouter:
    """The endpoints of a custodian's decisions."""
    router = APIRouter(prefix="/v1/inbox/{candidate}", tags=["review"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.post("/decisions", status_code=202, response_model=Decided)
    def decide(candidate: RandomName, body: CustodianDecisionBody, who: Caller) -> dict[str, Any]:
        """Decide on a candidate, on the revision that was read; the hub hears of it as soon as it can be reached."""
        choice = Choice(body.decision, body.revision, body.reason, body.text)
        return gateway.decisions.decide("custodian", candidate, choice, who)

    @router.post("/release", status_code=202, response_model=Decided)
    def release(candidate: RandomName, body: ReleaseBody, who: Caller) -> dict[str, Any]:
        """Sign a release under an order. It waits for another officer."""
        order = order_of(body.order.authority, body.order.number, body.order.date, gateway.clock())
        passphrase = body.passphrase.get_secret_value()
        return gateway.release.begin(candidate, order, body.revision, passphrase, who)

    @router.post("/release/approval", status_code=202, response_model=Decided)
    def approve(candidate: RandomName, body: ApprovalBody, who: Caller) -> dict[str, Any]:
        """Sign, as another officer, the release that waits; the hub hears of it now."""
        return gateway.release.approve(candidate, body.revision, body.passphrase.get_secret_value(), who)

    @router.delete("/release", status_code=204)
    def drop(candidate: RandomName, who: Caller) -> Response:
        """Give up a release that waits for a second officer."""
        gateway.release.drop(candidate, who)
        return Response(status_code=204)

    return router
