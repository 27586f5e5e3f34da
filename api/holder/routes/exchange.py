"""/v1/inbox, /v1/sync and /v1/hub/knock: what comes of the exchange with the hub."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from starlette.requests import Request

from api.holder.gateway import Gateway
from api.holder.routes.access import permitted
from api.holder.routes.bodies import After, Page, RandomName
from api.holder.staff.sessions import Principal
from api.wire.life import CandidateState
from api.wire.signing import SignedMessage

KNOCK_PATH = "/v1/hub/knock"


def exchange_router(gateway: Gateway) -> APIRouter:
    """The endpoints of inbox, status and the hub's knock."""
    router = APIRouter(prefix="/v1", tags=["exchange"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.get("/inbox", response_model=Page)
    def inbox(
        who: Caller, state: CandidateState | None = None, after: After = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:  # fmt: skip
        """Candidates for own found records, newest first."""
        found = gateway.inbox.page("custodian", state, after, limit, who)
        return {"items": found.items, "next": found.next}

    @router.get("/inbox/{candidate}")
    def candidate(candidate: RandomName, who: Caller) -> dict[str, Any]:
        """One candidate beside the own record."""
        return gateway.inbox.read("custodian", candidate, who)

    @router.get("/sync")
    def status(who: Caller) -> dict[str, Any]:
        """How the exchange with the hub stands; nothing of candidates."""
        return gateway.sync.status()

    @router.post("/hub/knock", status_code=204)
    def knock(message: Annotated[SignedMessage, Depends(_message)]) -> Response:
        """The hub says that something waits; only its signature counts."""
        gateway.sync.knocked(message)
        return Response(status_code=204)

    return router


async def _message(request: Request) -> SignedMessage:
    """The request as it came in, for its signature to be checked."""
    raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    target = raw_path.partition(b"?")[0] + (b"?" + query if query else b"")
    return SignedMessage(request.method, target.decode("latin-1"), request.headers, await request.body())
