"""POST /v1/enrolments: a gateway brings its one-time code and its key."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.hub.answers import sign_the_answer
from api.hub.messages import answer, read_message
from api.hub.registry.enrolment import enrol
from api.hub.routes.documented import body_of
from api.hub.wiring import TheHub, TheMessage
from api.wire.partners import Enrolment, EnrolmentReply
from api.wire.problems import ProblemError

router = APIRouter()


@router.post("/v1/enrolments", response_model=EnrolmentReply, openapi_extra=body_of(Enrolment))
def enrolments(request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Enrol with a one-time code. Signed with the very key that is brought; keyid is the public key's text."""
    verified = hub.gatekeeper.identify_key(message)
    sign_the_answer(request.scope["state"], verified)
    enrolment = read_message(message.body, Enrolment)
    if enrolment.public_key != verified.key_id:
        raise ProblemError("invalid-body", "public_key has to be the key that the request is signed with.")
    partner = enrol(hub.database, enrolment, hub.clock())
    return answer(
        EnrolmentReply(
            hub=hub.settings.name, partner=partner.name, state="active" if partner.state == "active" else "pending"
        )
    )
