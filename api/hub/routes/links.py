"""/v1/links and /v1/timelines: other organisations' records of a child that the caller has."""

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.clusters.listing import links_for
from api.hub.clusters.saying import Said, say
from api.hub.clusters.timeline import timeline
from api.hub.messages import answer, read_message
from api.hub.routes.documented import body_of
from api.hub.routes.feeds import After, Limit
from api.hub.wiring import TheHub, TheMessage, TheReader, identified
from api.wire.links import LinkPage, Timeline, Word, WordReceipt

router = APIRouter()


@router.get("/v1/links", response_model=LinkPage)
def links(hub: TheHub, caller: TheReader, after: After = 0, limit: Limit = 100) -> Response:
    """Links of found records that the caller has; nothing of missing reports is told here.

    `next` is a cursor: pass it as `after`, and read nothing else from it.
    """
    now, within_country = hub.clock(), hub.settings.within_country
    with hub.database.read() as conn:
        return answer(links_for(conn, hub.cursors, caller.partner.id, after, limit, now, within_country))


@router.post("/v1/links/{link}/words", response_model=WordReceipt, openapi_extra=body_of(Word))
def words(link: str, request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Say of a link whether it is the same child. Send the same again when no answer came: it counts once."""
    caller = identified(request, hub, message)
    word = read_message(caller.body, Word)
    now = hub.clock()

    def work(conn: Connection) -> Said:
        hub.gatekeeper.admit(conn, caller)
        return say(conn, link, word, caller.partner, now, hub.settings.within_country)

    said = hub.database.together(work)
    hub.knocks.candidates_changed(said.news)
    return answer(said.receipt)


@router.get("/v1/timelines/{ref}", response_model=Timeline)
def stays(ref: str, hub: TheHub, caller: TheReader) -> Response:
    """The stays of the child of one of the caller's found records."""
    with hub.database.read() as conn:
        return answer(timeline(conn, ref, caller.partner.id, hub.clock(), hub.settings.within_country))
