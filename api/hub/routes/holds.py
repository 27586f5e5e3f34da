"""/v1/holds: records that have to be kept, such as evidence."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.messages import answer, read_message
from api.hub.retention import holding
from api.hub.routes.documented import body_of
from api.hub.storage import holds
from api.hub.wiring import TheHub, TheMessage, TheReader, identified
from api.wire.names import REF_PATTERN
from api.wire.retention import Hold, HoldList, HoldReceipt, HoldRequest

router = APIRouter()

RefPath = Annotated[str, Path(pattern=REF_PATTERN)]


@router.put("/v1/holds/{ref}", response_model=HoldReceipt, openapi_extra=body_of(HoldRequest))
def place(ref: RefPath, request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Keep what the hub has of one of the caller's records: it is neither purged nor erased until the hold is lifted.

    It may be placed before the record arrives. The same hold again changes nothing; another order replaces it.
    """
    caller = identified(request, hub, message)
    order = read_message(caller.body, HoldRequest).order

    def work(conn: Connection) -> None:
        hub.gatekeeper.admit(conn, caller)
        holding.place(conn, caller.partner, ref, order, hub.clock())

    hub.database.retrying(work)
    return answer(HoldReceipt(ref=ref, held=True))


@router.delete("/v1/holds/{ref}", response_model=HoldReceipt)
def lift(ref: RefPath, request: Request, hub: TheHub, message: TheMessage) -> Response:
    """End a hold; done already, or never placed, nothing changes."""
    caller = identified(request, hub, message)

    def work(conn: Connection) -> None:
        hub.gatekeeper.admit(conn, caller)
        holding.lift(conn, caller.partner, ref, hub.clock())

    hub.database.retrying(work)
    return answer(HoldReceipt(ref=ref, held=False))


@router.get("/v1/holds", response_model=HoldList)
def own(hub: TheHub, caller: TheReader) -> Response:
    """The caller's holds that stand, by ref."""
    with hub.database.read() as conn:
        found = holds.of_partner(conn, caller.partner.id)
    return answer(
        HoldList(items=[Hold(ref=hold.ref, order=hold.order_mark, placed_at=hold.placed_at) for hold in found])
    )
