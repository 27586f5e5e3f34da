"""/v1/masked-requests and /v1/masked-answers: comparisons under one-time masks."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.messages import answer, read_message
from api.hub.refining.answering import take_answers
from api.hub.refining.asking import requests_for
from api.hub.routes.documented import body_of
from api.hub.routes.feeds import After
from api.hub.wiring import TheHub, TheMessage, TheReader, identified
from api.wire.masked import MAX_MASKED, MaskedAnswers, MaskedRequestPage, MaskedTaken

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=MAX_MASKED)]


@router.get("/v1/masked-requests", response_model=MaskedRequestPage)
def requests(hub: TheHub, caller: TheReader, after: After = 0, limit: Limit = MAX_MASKED) -> Response:
    """Pairs of which the caller's masked codes have not come. `next` is a cursor: pass it as `after`.

    Every record is asked for as often, decoys included: a request tells nothing about a match.
    """
    within_country = hub.settings.within_country
    with hub.database.read() as conn:
        return answer(requests_for(conn, hub.cursors, caller.partner.id, after, limit, hub.clock(), within_country))


@router.post("/v1/masked-answers", response_model=MaskedTaken, openapi_extra=body_of(MaskedAnswers))
def answers(request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Take masked codes, or why there are none. Send the same again when no answer came."""
    caller = identified(request, hub, message)
    given = read_message(caller.body, MaskedAnswers)

    def keep(conn: Connection) -> MaskedTaken:
        hub.gatekeeper.admit(conn, caller)
        return take_answers(conn, hub.cursors, caller.partner.id, given.answers)

    taken = hub.database.together(keep)
    if taken.taken:
        hub.matcher.changed()
    return answer(taken)
