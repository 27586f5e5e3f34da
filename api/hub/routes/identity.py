"""GET /v1/hub: who answers here; the one route that is not signed."""

from fastapi import APIRouter

from api.hub.wiring import TheHub
from api.wire.partners import HubIdentity

router = APIRouter()


@router.get("/v1/hub", response_model=HubIdentity)
async def identity(hub: TheHub) -> HubIdentity:
    """Name and public key of this hub. Compare the key's fingerprint on the telephone before trusting it."""
    return HubIdentity(hub=hub.settings.name, public_key=hub.key.public.text, time=hub.clock())
