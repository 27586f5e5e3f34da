"""/v1/messages and /v1/receipts: sealed messages that the hub passes on between the two sides of a candidate."""

from datetime import UTC
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.mailing.delivering import TakenReceipt, receipts_of, take_receipt, waiting_messages
from api.hub.mailing.posting import post
from api.hub.messages import answer, read_message
from api.hub.routes.documented import body_of
from api.hub.routes.feeds import After
from api.hub.wiring import TheHub, TheMessage, TheReader, identified
from api.wire.messages import (
    MAX_SEALED_CHARACTERS,
    DeliveryReceipt,
    Envelope,
    MessagePage,
    MessageReceived,
    ReceiptPage,
    digest_of,
)
from api.wire.names import NAME_PATTERN, REF_PATTERN
from api.wire.problems import ProblemError

router = APIRouter()

_BESIDE_THE_SEALED_PART = 1024
Limit = Annotated[int, Query(ge=1, le=100)]


@router.post("/v1/messages", response_model=MessageReceived, openapi_extra=body_of(Envelope))
def send(request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Take a sealed message to the other side of a candidate. Send the same again when no answer came."""
    caller = identified(request, hub, message)
    if len(caller.body) > MAX_SEALED_CHARACTERS + _BESIDE_THE_SEALED_PART:
        raise ProblemError("too-large", "A sealed message has at most 64 KiB; shorten it.")
    envelope = read_message(caller.body, Envelope)

    def keep(conn: Connection) -> int | None:
        hub.gatekeeper.admit(conn, caller)
        now = hub.clock()
        return post(conn, envelope, caller.partner, now, now.astimezone(UTC).date(), hub.settings.within_country)

    recipient = hub.database.together(keep)
    if recipient is not None:
        hub.knocks.candidates_changed([recipient])
    return answer(MessageReceived(id=envelope.id, digest=digest_of(envelope.sealed)))


@router.get("/v1/messages", response_model=MessagePage)
def waiting(hub: TheHub, caller: TheReader, after: After = 0, limit: Limit = 50) -> Response:
    """Sealed messages to the caller that it has given no receipt for. `next` is a cursor: pass it as `after`."""
    with hub.database.read() as conn:
        return answer(waiting_messages(conn, hub.cursors, caller.partner.id, after, limit))


@router.post(
    "/v1/messages/{sender}/{name}/receipt", response_model=DeliveryReceipt, openapi_extra=body_of(DeliveryReceipt)
)
def receipt(
    request: Request, hub: TheHub, message: TheMessage,
    sender: Annotated[str, Path(pattern=NAME_PATTERN)], name: Annotated[str, Path(pattern=REF_PATTERN)],
) -> Response:  # fmt: skip
    """Keep the caller's receipt for a message, and drop the message."""
    caller = identified(request, hub, message)
    given = read_message(caller.body, DeliveryReceipt)

    def keep(conn: Connection) -> TakenReceipt:
        hub.gatekeeper.admit(conn, caller)
        return take_receipt(conn, sender, name, given, caller.partner, hub.clock(), hub.settings)

    taken = hub.database.together(keep)
    hub.knocks.candidates_changed(taken.news)
    return answer(taken.receipt)


@router.get("/v1/receipts", response_model=ReceiptPage)
def receipts(hub: TheHub, caller: TheReader, after: After = 0, limit: Limit = 50) -> Response:
    """Receipts for the caller's own messages. `next` is a cursor: pass it as `after`."""
    with hub.database.read() as conn:
        return answer(receipts_of(conn, hub.cursors, caller.partner.id, after, limit))
