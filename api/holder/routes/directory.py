"""/v1/directory and /v1/next-step: organisations, and whom to call for a found child."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.holder.gateway import Gateway
from api.holder.routes.access import permitted
from api.holder.staff.sessions import Principal
from api.service.organisations import OrganisationFilter
from api.wire.directory import DirectoryEntry, District, OrganisationKind, Service
from api.wire.names import NAME_PATTERN

Place = Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Country = Annotated[str, Query(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


def directory_router(gateway: Gateway) -> APIRouter:
    """The endpoints of the directory. Places in questions are districts; nothing of a child belongs into them."""
    router = APIRouter(prefix="/v1", tags=["directory"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.get("/directory")
    def listed(
        who: Caller, wanted: Annotated[OrganisationFilter, Depends(_filter)],
        after: Annotated[str | None, Query(pattern=NAME_PATTERN)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:  # fmt: skip
        """Organisations by name, from this gateway's copy of the directory, made at `as_of`."""
        return gateway.directory.search(wanted, after, limit)

    @router.get("/next-step")
    def next_step(
        who: Caller, found_country: Country, home_country: Country, found_state: Place = None,
        found_district: Place = None, home_state: Place = None, home_district: Place = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Whom to call for a child found in one district from another, in order, and under which agreement."""
        found = District(country=found_country, state=found_state, district=found_district)
        home = District(country=home_country, state=home_state, district=home_district)
        return gateway.directory.next_step(found, home)

    @router.get("/directory/me")
    def own(who: Caller) -> dict[str, Any]:
        """What this organisation says of itself, and whether the hub has it."""
        return gateway.directory.own()

    @router.put("/directory/me")
    def publish(body: DirectoryEntry, who: Caller) -> dict[str, Any]:
        """Say what this organisation is; the hub is told with the next exchange."""
        return gateway.directory.publish(body)

    @router.delete("/directory/me", status_code=204)
    def withdraw(who: Caller) -> Response:
        """Take this organisation out of the directory, with the next exchange."""
        gateway.directory.publish(None)
        return Response(status_code=204)

    return router


def _filter(
    kind: OrganisationKind | None = None, country: Place = None, state: Place = None, district: Place = None,
    service: Service | None = None, language: Place = None, q: Place = None,
) -> OrganisationFilter:  # fmt: skip
    return OrganisationFilter(kind, country, state, district, service, language, q)
