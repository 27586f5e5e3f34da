"""POST /v1/submissions: encoded records in, receipts out."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.hub.intake.accept import accept
from api.hub.messages import answer, read_message
from api.hub.routes.documented import body_of
from api.hub.wiring import TheHub, TheMessage, identified
from api.wire.submissions import Submission, SubmissionReceipt

router = APIRouter()


@router.post("/v1/submissions", response_model=SubmissionReceipt, openapi_extra=body_of(Submission))
def submissions(request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Take a batch of items. Send the same again when no answer came: nothing is stored twice."""
    caller = identified(request, hub, message)
    receipts = accept(
        hub.database,
        read_message(caller.body, Submission),
        caller.partner.id,
        hub.clock(),
        admit=lambda conn: hub.gatekeeper.admit(conn, caller),
        changed=hub.matcher.changed,
    )
    refused = sum(receipt.outcome == "refused" for receipt in receipts)
    arrived = len(receipts) - refused
    return answer(
        SubmissionReceipt(
            hub=hub.settings.name, received=len(receipts), arrived=arrived, refused=refused, receipts=receipts
        )
    )
