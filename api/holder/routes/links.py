"""/v1/links and /v1/records/{ref}/timeline: the stays of a child in other shelters, and in the own ones."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.holder.gateway import Gateway
from api.holder.intake.sight import sight_of
from api.holder.routes.access import permitted
from api.holder.routes.bodies import After, Body, Page, RandomName
from api.holder.staff.sessions import Principal
from api.wire.links import LinkState, LinkWord


class WordBody(Body):
    """Whether it is the same child, on the revision that was read."""

    word: LinkWord
    revision: Annotated[int, Field(ge=1, lt=2**31)]


def links_router(gateway: Gateway) -> APIRouter:
    """The endpoints of links and timelines."""
    router = APIRouter(prefix="/v1", tags=["links"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.get("/links", response_model=Page)
    def links(
        who: Caller, state: LinkState | None = None, after: After = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:  # fmt: skip
        """Records, here or elsewhere, that may be of the child of an own found record; newest first."""
        found = gateway.links.page(state, after, limit, who)
        return {"items": found.items, "next": found.next}

    @router.post("/links/{link}/words")
    def say(link: RandomName, body: WordBody, who: Caller) -> dict[str, Any]:
        """Say whether it is the same child; a word that was said can be unsaid by the other one."""
        gateway.link_words.say(link, body.word, body.revision, who)
        return gateway.links.read(link, who)

    @router.get("/records/{ref}/timeline")
    def timeline(ref: RandomName, who: Caller) -> dict[str, Any]:
        """The stays of the child of an own found record, as of the last word of the hub."""
        return gateway.timelines.read(ref, sight_of(who))

    return router
