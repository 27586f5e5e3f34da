"""/v1/peers: the partners that this gateway writes to, and whether a person has confirmed their cards."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import StringConstraints

from api.holder.gateway import Gateway
from api.holder.routes.access import permitted
from api.holder.routes.bodies import Body
from api.holder.staff.sessions import Principal
from api.wire.names import NAME_PATTERN

PartnerPath = Annotated[str, Path(pattern=NAME_PATTERN)]


class TrustBody(Body):
    """The fingerprint of a partner's card, as the partner read it out."""

    fingerprint: Annotated[str, StringConstraints(max_length=100)]


def peers_router(gateway: Gateway) -> APIRouter:
    """The endpoints of partners' cards."""
    router = APIRouter(prefix="/v1", tags=["peers"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.get("/peers")
    def peers(_who: Caller) -> dict[str, Any]:
        """All partners with the fingerprints of their cards."""
        return {"items": gateway.peers.everyone()}

    @router.post("/peers/{partner}/trust")
    def trust(partner: PartnerPath, body: TrustBody, who: Caller) -> dict[str, Any]:
        """Confirm a partner's card, once its fingerprint was compared on the telephone."""
        made = gateway.peers.trust(partner, body.fingerprint, who.by)
        gateway.sync.changed()
        return made

    return router
