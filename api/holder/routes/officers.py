"""/v1/officers: personal keys for signing releases."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.holder.gateway import Gateway
from api.holder.routes.access import permitted
from api.holder.routes.bodies import RandomName
from api.holder.routes.review_bodies import OfficerBody
from api.holder.staff.sessions import Principal


def officers_router(gateway: Gateway) -> APIRouter:
    """The endpoints of officers' keys."""
    router = APIRouter(prefix="/v1/officers", tags=["staff"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.get("")
    def listed(who: Caller) -> dict[str, Any]:
        """All keys of this organisation, revoked ones too."""
        return {"items": gateway.officers.everything()}

    @router.post("/me", status_code=201)
    def enrol(body: OfficerBody, who: Caller) -> dict[str, Any]:
        """Make one's own key. It counts once the hub's operator has compared the fingerprint on the telephone."""
        return gateway.officers.enrol(body.passphrase.get_secret_value(), who)

    @router.delete("/{officer}", status_code=204)
    def revoke(officer: RandomName, who: Caller) -> Response:
        """Revoke one's own key, or as an administrator anybody's."""
        gateway.officers.revoke(officer, who)
        return Response(status_code=204)

    return router
