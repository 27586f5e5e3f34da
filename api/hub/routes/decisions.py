"""POST /v1/candidates/{candidate}/decisions: one side decides on a candidate."""

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.disclosure.deciding import Decided, decide
from api.hub.messages import answer, read_message
from api.hub.routes.documented import body_of
from api.hub.wiring import TheHub, TheMessage, identified
from api.wire.decisions import Decision, DecisionReceipt

router = APIRouter()


@router.post(
    "/v1/candidates/{candidate}/decisions", response_model=DecisionReceipt, openapi_extra=body_of(Decision)
)
def decisions(request: Request, hub: TheHub, message: TheMessage, candidate: str) -> Response:
    """Decide on a candidate as it stands. Send the same again when no answer came: it is taken once."""
    caller = identified(request, hub, message)
    decision = read_message(caller.body, Decision)

    def take(conn: Connection) -> Decided:
        hub.gatekeeper.admit(conn, caller)
        return decide(conn, candidate, decision, caller.partner, hub.settings, hub.clock())

    outcome = hub.database.together(take)
    hub.knocks.candidates_changed(outcome.told)
    return answer(outcome.receipt)
