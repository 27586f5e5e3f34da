"""/v1/officers: the caller's people who may sign releases."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.disclosure.signing_officers import bring, retire
from api.hub.messages import answer, read_message
from api.hub.routes.documented import body_of
from api.hub.storage import officers as officer_rows
from api.hub.storage.officers import Officer
from api.hub.wiring import TheHub, TheMessage, TheReader, identified
from api.wire.decisions import OfficerKey, OfficerList, OfficerState
from api.wire.names import REF_PATTERN

router = APIRouter()
Named = Annotated[str, Path(pattern=REF_PATTERN)]


@router.get("/v1/officers", response_model=OfficerList)
def officers(hub: TheHub, caller: TheReader) -> Response:
    """The caller's officers, revoked ones included."""
    with hub.database.read() as conn:
        found = officer_rows.of_partner(conn, caller.partner.id)
    return answer(OfficerList(items=[_state(officer) for officer in found]))


@router.put("/v1/officers/{officer}", response_model=OfficerState, openapi_extra=body_of(OfficerKey))
def put_officer(request: Request, hub: TheHub, message: TheMessage, officer: Named) -> Response:
    """Bring an officer's public key. Pending until the hub's operator has compared its fingerprint."""
    caller = identified(request, hub, message)
    key = read_message(caller.body, OfficerKey)

    def keep(conn: Connection) -> Officer:
        hub.gatekeeper.admit(conn, caller)
        return bring(conn, caller.partner, officer, key.public_key, hub.clock())

    return answer(_state(hub.database.together(keep)))


@router.delete("/v1/officers/{officer}", response_model=OfficerState)
def delete_officer(request: Request, hub: TheHub, message: TheMessage, officer: Named) -> Response:
    """Take no signature of this officer any more, for good."""
    caller = identified(request, hub, message)

    def end(conn: Connection) -> Officer:
        hub.gatekeeper.admit(conn, caller)
        return retire(conn, caller.partner, officer, hub.clock())

    return answer(_state(hub.database.together(end)))


def _state(officer: Officer) -> OfficerState:
    return OfficerState(officer=officer.name, public_key=officer.public_key, state=officer.state)
