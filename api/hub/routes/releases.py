"""GET /v1/releases: what changed among the candidates that were released to the caller."""

from fastapi import APIRouter
from starlette.responses import Response

from api.hub.messages import answer
from api.hub.noticing import releases_for
from api.hub.routes.feeds import After, Limit
from api.hub.wiring import TheHub, TheReader
from api.wire.decisions import ReleasePage

router = APIRouter()


@router.get("/v1/releases", response_model=ReleasePage)
def releases(hub: TheHub, caller: TheReader, after: After = 0, limit: Limit = 100) -> Response:
    """Candidates for the caller's missing reports, from the moment that their custodian releases them.

    `next` is a cursor: pass it as `after`, and read nothing else from it.
    """
    within_country = hub.settings.within_country
    with hub.database.read() as conn:
        return answer(releases_for(conn, hub.cursors, caller.partner.id, after, limit, hub.clock(), within_country))
