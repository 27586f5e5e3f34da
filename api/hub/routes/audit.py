"""/v1/audit: checkpoints of the hub's log, proofs that it only grew, and what partners' logs were seen at."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.messages import answer, read_message
from api.hub.routes.documented import body_of
from api.hub.storage import witnessed
from api.hub.storage.partner_tables import audit
from api.hub.wiring import TheHub, TheMessage, TheReader, identified
from api.hub.witnessing import witness
from api.service.audit import checkpoints
from api.service.audit.proofs import prove_consistency
from api.wire.audit import Checkpoint, ConsistencyProof
from api.wire.names import NAME_PATTERN
from api.wire.problems import ProblemError
from api.wire.witnesses import MOST_ON_A_PAGE, WitnessPage, WitnessReceipt

router = APIRouter()

_Size = Annotated[int, Query(ge=0, lt=2**63)]


@router.get("/v1/audit/checkpoint", response_model=Checkpoint)
def checkpoint(hub: TheHub, caller: TheReader) -> Response:
    """The latest published checkpoint of the hub's audit log. Its size is rounded, and says little of the entries."""
    with hub.database.read() as conn:
        found = checkpoints.latest(conn, audit, hub.settings.name)
    if found is None:
        raise ProblemError("no-such-resource", "The hub has published no checkpoint yet; ask again later.")
    return answer(found)


@router.get("/v1/audit/consistency", response_model=ConsistencyProof)
def consistency(hub: TheHub, caller: TheReader, first: _Size, second: _Size) -> Response:
    """That the log of one published size begins with that of an earlier one; of other sizes nothing is told."""
    if first > second:
        raise ProblemError("invalid-query", "The second size is less than the first; exchange them.")
    with hub.database.read() as conn:
        sizes = [checkpoints.of_size(conn, audit, hub.settings.name, size) for size in (first, second)]
        if None in sizes:
            raise ProblemError("no-such-resource", "The hub has published no checkpoint of one of these sizes.")
        return answer(prove_consistency(conn, audit, first, second))


@router.post("/v1/audit/witnesses", response_model=WitnessReceipt, openapi_extra=body_of(Checkpoint))
def show(request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Show a checkpoint of the caller's own log, for the hub and other partners to keep."""
    caller = identified(request, hub, message)
    shown = read_message(caller.body, Checkpoint)

    def work(conn: Connection) -> WitnessReceipt:
        hub.gatekeeper.admit(conn, caller)
        return witness(conn, shown, caller.partner, hub.clock())

    return answer(hub.database.retrying(work))


@router.get("/v1/audit/witnesses", response_model=WitnessPage)
def witnesses(
    hub: TheHub, caller: TheReader, partner: Annotated[str | None, Query(pattern=NAME_PATTERN)] = None, after: _Size = 0
) -> Response:
    """Checkpoints that partners showed: the largest of each, or those of one partner after a size."""
    with hub.database.read() as conn:
        if partner is None:
            return answer(WitnessPage(items=witnessed.last_of_everyone(conn)))
        found = witnessed.of_partner(conn, partner, after, MOST_ON_A_PAGE + 1)
    items = found[:MOST_ON_A_PAGE]
    further = len(found) > MOST_ON_A_PAGE
    return answer(WitnessPage(items=items, next=items[-1].checkpoint.size if further else None))
