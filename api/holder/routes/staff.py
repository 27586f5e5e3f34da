"""/v1/sessions, /v1/staff and /v1/tokens: who may do what."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import JSONResponse

from api.holder.gateway import Gateway
from api.holder.routes.access import permitted
from api.holder.routes.bodies import (
    LARGEST_ID,
    LoginBody,
    LoginPath,
    PasswordBody,
    StaffBody,
    StaffChangeBody,
    TokenBody,
)
from api.holder.staff.sessions import Principal
from api.holder.storage.staff import StaffRow
from api.holder.storage.tokens import TokenRow
from api.wire.problems import ProblemError

_NO_STORE = {"Cache-Control": "no-store"}


def staff_router(gateway: Gateway) -> APIRouter:
    """The endpoints of sessions, staff and tokens."""
    router = APIRouter(prefix="/v1", tags=["staff"])
    Caller = Annotated[Principal, Depends(permitted(gateway.sessions))]  # noqa: N806

    @router.post("/sessions", status_code=201)
    def sign_in(body: LoginBody) -> JSONResponse:
        """Sign in; the token is shown this once."""
        session = gateway.sessions.begin(body.login, body.password.get_secret_value())
        shown = {
            "token": session.secret, "expires_at": session.expires_at.isoformat(), "scopes": sorted(session.scopes),
        }  # fmt: skip
        return JSONResponse(shown, 201, headers=_NO_STORE)

    @router.get("/sessions/current")
    def who_am_i(who: Caller) -> dict[str, Any]:
        """Who stands behind the token that was sent."""
        return {"by": who.by, "scopes": sorted(who.scopes), "office": who.office}

    @router.delete("/sessions/current", status_code=204)
    def sign_out(who: Caller) -> Response:
        """Sign out."""
        gateway.sessions.end(who)
        return Response(status_code=204)

    @router.put("/sessions/current/password", status_code=204)
    def change_password(body: PasswordBody, who: Caller) -> Response:
        """Change one's own password; all one's sessions end."""
        if who.staff_id is None:
            raise ProblemError("not-allowed", "A system's token has no password; make a new token instead.")
        old, new = body.old.get_secret_value(), body.new.get_secret_value()
        gateway.accounts.change_own_password(who.staff_id, old, new)
        return Response(status_code=204)

    @router.get("/staff")
    def everybody(who: Caller) -> dict[str, Any]:
        """All accounts."""
        return {"items": [_shown_account(row) for row in gateway.accounts.everybody()]}

    @router.post("/staff", status_code=201)
    def add(body: StaffBody, who: Caller) -> dict[str, Any]:
        """Make an account."""
        password = body.password.get_secret_value()
        gateway.accounts.add(body.login, body.title, body.roles, password, body.office, by=who.by)
        return {"login": body.login}

    @router.patch("/staff/{login}", status_code=204)
    def change(login: LoginPath, body: StaffChangeBody, who: Caller) -> Response:
        """Change an account; its sessions end."""
        password = None if body.password is None else body.password.get_secret_value()
        gateway.accounts.change(
            login, title=body.title, roles=body.roles, disabled=body.disabled, password=password, office=body.office,
            by=who.by,
        )  # fmt: skip
        return Response(status_code=204)

    @router.get("/tokens")
    def tokens(who: Caller) -> dict[str, Any]:
        """Tokens of systems; never their secrets."""
        return {"items": [_shown_token(row) for row in gateway.accounts.tokens()]}

    @router.post("/tokens", status_code=201)
    def new_token(body: TokenBody, who: Caller) -> JSONResponse:
        """Make a token for a system; it is shown this once."""
        token = gateway.accounts.new_token(body.name, body.scopes, body.days, by=who.by)
        ends = token.expires_at.isoformat() if token.expires_at else None
        shown = {
            "id": token.id, "name": token.name, "scopes": list(token.scopes), "expires_at": ends,
            "token": token.secret,
        }  # fmt: skip
        return JSONResponse(shown, 201, headers=_NO_STORE)

    @router.delete("/tokens/{token_id}", status_code=204)
    def revoke(token_id: Annotated[int, Path(ge=1, le=LARGEST_ID)], who: Caller) -> Response:
        """End a system's token."""
        gateway.accounts.revoke_token(token_id, by=who.by)
        return Response(status_code=204)

    return router


def _shown_account(row: StaffRow) -> dict[str, Any]:
    return {
        "login": row.login, "title": row.title, "roles": row.roles.split(","), "office": row.office,
        "disabled": row.disabled,
        "locked_until": row.locked_until.isoformat() if row.locked_until else None,
        "created_at": row.created_at.isoformat(),
    }  # fmt: skip


def _shown_token(row: TokenRow) -> dict[str, Any]:
    moments = {name: getattr(row, name) for name in ("created_at", "expires_at", "revoked_at", "last_used_at")}
    shown = {name: None if moment is None else moment.isoformat() for name, moment in moments.items()}
    return {"id": row.id, "name": row.name, "scopes": row.scopes.split(","), **shown}
