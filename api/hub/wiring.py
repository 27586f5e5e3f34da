"""The parts of a running hub, as the routes find them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.hub.answers import sign_the_answer
from api.hub.authentication import Caller, Gatekeeper, demand_active
from api.hub.cursors import Cursors
from api.hub.ports import Knocks, Matcher
from api.hub.settings import HubSettings
from api.service.clock import Clock
from api.service.database import Database
from api.wire.request_keys import RequestKey
from api.wire.signing import SignedMessage


@dataclass(frozen=True)
class Hub:
    """Everything that a route may need."""

    settings: HubSettings
    database: Database
    key: RequestKey
    clock: Clock
    gatekeeper: Gatekeeper
    cursors: Cursors
    matcher: Matcher
    knocks: Knocks


# Asynchronous, so that FastAPI runs them in place instead of in a thread.
async def hub_of(request: Request) -> Hub:
    """The hub that serves a request."""
    hub = request.app.state.hub
    assert isinstance(hub, Hub)
    return hub


async def signed_message(request: Request) -> SignedMessage:
    """A request as it stands on the wire."""
    query = request.scope["query_string"].decode("latin-1")
    target = request.scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
    return SignedMessage(request.method, target, request.headers, await request.body())


TheHub = Annotated[Hub, Depends(hub_of)]
TheMessage = Annotated[SignedMessage, Depends(signed_message)]


def identified(request: Request, hub: Hub, message: SignedMessage) -> Caller:
    """The active partner that sent a request; whoever writes admits it in the transaction of the write.

    A function and no dependency: each dependency that touches the database would cost an upload another thread.
    """
    caller = hub.gatekeeper.identify(message)
    sign_the_answer(request.scope["state"], caller.verified)
    demand_active(caller.partner, caller)
    return caller


def admitted(request: Request, hub: TheHub, message: TheMessage) -> Caller:
    """The partner that sent a request which only reads: it is taken once, too."""
    caller = identified(request, hub, message)
    hub.gatekeeper.admit_alone(caller)
    return caller


TheReader = Annotated[Caller, Depends(admitted)]
