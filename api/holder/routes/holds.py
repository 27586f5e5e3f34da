"""/v1/records/{ref}/hold and /erasure: records that must be kept, and proofs of those that are gone."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.holder.gateway import Gateway
from api.holder.intake.sight import sight_of
from api.holder.retention.proofs import shown
from api.holder.reviewing.orders import order_of
from api.holder.routes.access import permitted
from api.holder.routes.bodies import Body, Line, RandomName
from api.holder.staff.sessions import Principal


class OrderBody(Body):
    """Which authority ordered it, under which number, and when."""

    authority: Line
    number: Line
    date: date


class HoldBody(Body):
    """PUT /v1/records/{ref}/hold."""

    order: OrderBody


def holds_router(gateway: Gateway) -> APIRouter:
    """The endpoints of legal holds and of proofs of erasure."""
    router = APIRouter(prefix="/v1/records", tags=["retention"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.put("/{ref}/hold")
    def place(ref: RandomName, body: HoldBody, who: Caller) -> dict[str, Any]:
        """Keep a record: nobody erases it, here or at the hub, until the hold is lifted."""
        order = order_of(body.order.authority, body.order.number, body.order.date, gateway.holds.now())
        return gateway.holds.place(ref, order, who.by, sight_of(who))

    @router.get("/{ref}/hold")
    def read(ref: RandomName, who: Caller) -> dict[str, Any]:
        """Since when a record is held, and under which order."""
        return gateway.holds.show(ref, sight_of(who))

    @router.delete("/{ref}/hold", status_code=204)
    def lift(ref: RandomName, who: Caller) -> Response:
        """End a hold."""
        gateway.holds.lift(ref, who.by, sight_of(who))
        return Response(status_code=204)

    @router.get("/{ref}/erasure")
    def erasure(ref: RandomName, who: Caller) -> dict[str, Any]:
        """The hub's proof that it erased a record, for those who erase or audit."""
        return shown(gateway.database, gateway.vault, ref, sight_of(who))

    return router
