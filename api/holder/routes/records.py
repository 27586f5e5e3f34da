"""/v1/records: intake, reading and searching."""

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import JSONResponse

from api.holder.gateway import Gateway
from api.holder.intake.content import ReporterDetails
from api.holder.intake.entry import Entry, Source, entry_of
from api.holder.intake.looking import RecordQuery
from api.holder.intake.retries import RetryKey, retry_key
from api.holder.intake.sight import sight_of
from api.holder.routes.access import permitted
from api.holder.routes.bodies import (
    After,
    Body,
    Kind,
    Page,
    RandomName,
    Receipt,
    RecordBody,
    RecordState,
    SearchBody,
    WithdrawalBody,
)
from api.holder.routes.conditions import answered, etag, known_versions, version_required
from api.holder.staff.sessions import Principal

IdempotencyKey = Annotated[str | None, Header(description="Sent again with the same request, the same answer.")]
IfMatch = Annotated[str | None, Header(description="The version that the change is made to, such as \"3\".")]


def records_router(gateway: Gateway) -> APIRouter:
    """The endpoints of records."""
    router = APIRouter(prefix="/v1/records", tags=["records"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    def retry(who: Principal, key: str | None, *request: str, body: Body) -> RetryKey | None:
        text = json.dumps(body.model_dump(), sort_keys=True)
        return retry_key(gateway.vault, who.token_id, key, *request, text)

    @router.post("", status_code=201, response_model=Receipt, responses={200: {"model": Receipt}})
    def create(body: RecordBody, who: Caller, idempotency_key: IdempotencyKey = None) -> JSONResponse:
        """Store a new record; the same case number with the same content gives the record that is there."""
        again = retry(who, idempotency_key, "POST", body=body)
        return answered(gateway.records.create(_entry(body, gateway.clock().date()), who.by, sight_of(who), again))

    @router.get("", response_model=Page)
    def listed(
        who: Caller, kind: Kind | None = None, state: RecordState | None = None, source: Source | None = None,
        after: After = None, limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:  # fmt: skip
        """Records, newest first."""
        query = RecordQuery(kind=kind, state=state, source=source)
        found = gateway.reader.search(query, after, limit, sight_of(who))
        return {"items": found.items, "next": found.next}

    @router.post("/search", response_model=Page)
    def search(body: SearchBody, who: Caller) -> dict[str, Any]:
        """Records by case number, exactly, or by a name in any script; newest first."""
        query = RecordQuery(body.case_number or None, body.name or None, body.kind, body.state, body.source)
        found = gateway.reader.search(query, body.after, body.limit, sight_of(who))
        return {"items": found.items, "next": found.next}

    @router.get("/{ref}")
    def read(ref: RandomName, who: Caller, response: Response) -> dict[str, Any]:
        """One record with its content; the reporter, and where a protected child is, for those who may know."""
        found = gateway.reader.read(ref, sight_of(who))
        response.headers["ETag"] = etag(found["version"])
        return found

    @router.put("/{ref}", response_model=Receipt)
    def update(
        ref: RandomName, body: RecordBody, who: Caller, if_match: IfMatch = None, idempotency_key: IdempotencyKey = None
    ) -> JSONResponse:
        """Replace a whole record, at the version that If-Match names."""
        versions = known_versions(if_match)
        if versions is None:
            raise version_required()
        again = retry(who, idempotency_key, "PUT", ref, body=body)
        entry = _entry(body, gateway.clock().date(), "reporter" not in body.model_fields_set)
        return answered(gateway.records.update(ref, entry, versions, who.by, sight_of(who), again))

    @router.post("/{ref}/withdraw", response_model=Receipt)
    def withdraw(
        ref: RandomName, body: WithdrawalBody, who: Caller, if_match: IfMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> JSONResponse:  # fmt: skip
        """Take a record out of matching, here and at the hub."""
        again = retry(who, idempotency_key, "WITHDRAW", ref, body=body)
        versions = known_versions(if_match)
        return answered(gateway.records.withdraw(ref, body.reason, versions, who.by, sight_of(who), again))

    @router.delete("/{ref}", response_model=Receipt)
    def erase(ref: RandomName, who: Caller) -> JSONResponse:
        """Leave nothing of a record but that it was; the hub is told to do the same."""
        return answered(gateway.records.erase(ref, who.by, sight_of(who)))

    @router.get("/{ref}/changes")
    def changes(ref: RandomName, who: Caller) -> dict[str, Any]:
        """Who changed a record, and when; never what it said."""
        found = gateway.reader.changes(ref, sight_of(who))
        return {
            "items": [
                {"version": each.version, "what": each.what, "by": each.by, "at": each.at.isoformat()}
                for each in found
            ]
        }

    return router


def _entry(body: RecordBody, today: date, keeps_reporter: bool = False) -> Entry:
    given = body.reporter
    reporter = None if given is None else ReporterDetails(given.name, given.phone, given.relation, given.undisclosed)
    return entry_of(body.record, body.source, body.office or None, reporter, keeps_reporter, today=today)
