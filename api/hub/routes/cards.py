"""/v1/cards: who partners are to each other."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.mailing import cards as mailing
from api.hub.messages import answer, read_message
from api.hub.routes.documented import body_of
from api.hub.wiring import TheHub, TheMessage, TheReader, identified
from api.wire.cards import PartnerCard
from api.wire.names import NAME_PATTERN

router = APIRouter()


@router.put("/v1/cards/me", response_model=PartnerCard, openapi_extra=body_of(PartnerCard))
def bring(request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Keep the caller's card, signed with the key that signs its requests."""
    caller = identified(request, hub, message)
    card = read_message(caller.body, PartnerCard)

    def keep(conn: Connection) -> PartnerCard:
        hub.gatekeeper.admit(conn, caller)
        return mailing.bring(conn, card, caller.partner, hub.clock())

    return answer(hub.database.together(keep))


@router.get("/v1/cards/{partner}", response_model=PartnerCard)
def card(partner: Annotated[str, Path(pattern=NAME_PATTERN)], hub: TheHub, caller: TheReader) -> Response:
    """The card of an active partner. Compare its fingerprint with the partner itself before using it."""
    with hub.database.read() as conn:
        return answer(mailing.card_of(conn, partner))
