"""GET /v1/candidates: what changed among the candidates of the caller's found records."""

from fastapi import APIRouter
from starlette.responses import Response

from api.hub.messages import answer
from api.hub.noticing import candidates_for
from api.hub.routes.feeds import After, Limit
from api.hub.wiring import TheHub, TheReader
from api.wire.candidates import CandidatePage

router = APIRouter()


@router.get("/v1/candidates", response_model=CandidatePage)
def candidates(hub: TheHub, caller: TheReader, after: After = 0, limit: Limit = 100) -> Response:
    """Candidates for records of children that the caller has; a reporter is told nothing here.

    `next` is a cursor: pass it as `after`, and read nothing else from it.
    """
    within_country = hub.settings.within_country
    with hub.database.read() as conn:
        return answer(candidates_for(conn, hub.cursors, caller.partner.id, after, limit, hub.clock(), within_country))
