"""GET /v1/policy: what the hub takes, and with whom the caller is compared."""

from fastapi import APIRouter
from starlette.responses import Response

from api.hub.messages import answer
from api.hub.registry.policy import policy_for
from api.hub.wiring import TheHub, TheReader
from api.wire.partners import Policy

router = APIRouter()


@router.get("/v1/policy", response_model=Policy)
def policy(hub: TheHub, caller: TheReader) -> Response:
    """The linkage domains, epochs and profiles that are taken, and the caller's agreements."""
    settings = hub.settings
    with hub.database.read() as conn:
        return answer(policy_for(conn, settings.name, caller.partner, settings.max_body_bytes, hub.clock()))
