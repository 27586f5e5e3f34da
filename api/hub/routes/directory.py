"""/v1/directory and /v1/next-step: organisations, and whom to call."""

from datetime import UTC
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from api.hub.directory.listing import organisations, page
from api.hub.messages import answer, read_message
from api.hub.routes.documented import body_of
from api.hub.storage import directory
from api.hub.wiring import TheHub, TheMessage, TheReader, identified
from api.service.organisations import OrganisationFilter, next_step
from api.wire.directory import (
    DirectoryEntry,
    DirectoryPage,
    DirectoryReceipt,
    District,
    NextStep,
    OrganisationKind,
    Service,
)
from api.wire.names import NAME_PATTERN

router = APIRouter()

# PostgreSQL stores no NUL, and none is asked for.
Place = Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Country = Annotated[str, Query(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


@router.put("/v1/directory/me", response_model=DirectoryReceipt, openapi_extra=body_of(DirectoryEntry))
def publish(request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Say what the caller's organisation is, in place of what it said before. Other partners read it."""
    caller = identified(request, hub, message)
    content = read_message(caller.body, DirectoryEntry).model_dump_json()

    def work(conn: Connection) -> None:
        hub.gatekeeper.admit(conn, caller)
        directory.put(conn, caller.partner.id, content, hub.clock())

    hub.database.retrying(work)
    return answer(DirectoryReceipt(listed=True))


@router.delete("/v1/directory/me", response_model=DirectoryReceipt)
def withdraw(request: Request, hub: TheHub, message: TheMessage) -> Response:
    """Take the caller's organisation out of the directory."""
    caller = identified(request, hub, message)

    def work(conn: Connection) -> None:
        hub.gatekeeper.admit(conn, caller)
        directory.remove(conn, caller.partner.id)

    hub.database.retrying(work)
    return answer(DirectoryReceipt(listed=False))


def _filter(
    kind: OrganisationKind | None = None, country: Place = None, state: Place = None, district: Place = None,
    service: Service | None = None, language: Place = None, q: Place = None,
) -> OrganisationFilter:  # fmt: skip
    return OrganisationFilter(kind, country, state, district, service, language, q)


@router.get("/v1/directory", response_model=DirectoryPage)
def listed(
    hub: TheHub, caller: TheReader, wanted: Annotated[OrganisationFilter, Depends(_filter)],
    after: Annotated[str | None, Query(pattern=NAME_PATTERN)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:  # fmt: skip
    """Active partners with an entry, by name. Places are of organisations: no child's data belongs into a question."""
    with hub.database.read() as conn:
        return answer(page(conn, caller.partner.id, wanted, after or "", limit, hub.clock().astimezone(UTC).date()))


@router.get("/v1/next-step", response_model=NextStep)
def step(
    hub: TheHub, caller: TheReader, found_country: Country, home_country: Country, found_state: Place = None,
    found_district: Place = None, home_state: Place = None, home_district: Place = None,
) -> Response:  # fmt: skip
    """Whom to call for a child found in one district from another, in order, and under which agreement.

    Districts and nothing finer: no child's data belongs into a question. A gateway asks its own copy of the directory,
    so that the hub does not even learn the districts.
    """
    found = District(country=found_country, state=found_state, district=found_district)
    home = District(country=home_country, state=home_state, district=home_district)
    with hub.database.read() as conn:
        everyone = organisations(conn, caller.partner.id, hub.clock().astimezone(UTC).date())
        return answer(next_step(everyone, found, home))
