"""/v1/messages: what the two sides of a released candidate write to each other."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.holder.gateway import Gateway
from api.holder.intake.sight import sight_of
from api.holder.mailing.texts import MAX_CHARACTERS
from api.holder.routes.access import permitted
from api.holder.routes.bodies import After, Body, Page
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal
from api.holder.storage.messages import MessageFilter
from api.wire.names import Ref

_NO_STORE = {"Cache-Control": "no-store"}
_SIDES = {Scope.CANDIDATES_READ: "custodian", Scope.RELEASES_READ: "reporter"}


class MessageBody(Body):
    """A message to the other side of a candidate."""

    candidate: Ref
    text: Annotated[str, Field(min_length=1, max_length=MAX_CHARACTERS)]


def messages_router(gateway: Gateway) -> APIRouter:
    """The endpoints of messages."""
    router = APIRouter(prefix="/v1", tags=["messages"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    def visible(who: Principal) -> MessageFilter:
        """Of the sides that somebody works on, and within what they may know of records."""
        sides = [side for scope, side in _SIDES.items() if who.may(scope)]
        return MessageFilter(sides, sight_of(who).bounds(gateway.vault))

    @router.post("/messages", status_code=201)
    def write(body: MessageBody, who: Caller) -> JSONResponse:
        """Write to the other side of a candidate. It waits until the hub can be reached."""
        made = gateway.messages.write(visible(who), who.by, body.candidate, body.text)
        return JSONResponse(made, 201, headers=_NO_STORE)

    @router.get("/messages", response_model=Page)
    def messages(
        who: Caller, candidate: Ref | None = None, after: After = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> dict[str, Any]:  # fmt: skip
        """Messages in and out, newest first, with their texts."""
        found = gateway.messages.page(visible(who), candidate, after, limit)
        return {"items": found.items, "next": found.next}

    return router
