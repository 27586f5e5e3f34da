"""Who may call an endpoint."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal, Sessions
from api.wire.problems import ProblemError

_BEARER = HTTPBearer(auto_error=False, description="A session's secret, or a system's token.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


def require(sessions: Sessions, *scopes: Scope) -> Callable[[Credentials], Principal]:
    """A dependency that gives who is signed in; `not-signed-in`, or `not-allowed` when a scope is lacking."""

    def principal(credentials: Credentials) -> Principal:
        header = None if credentials is None else f"{credentials.scheme} {credentials.credentials}"
        found = sessions.principal_of(header)
        lacking = [scope for scope in scopes if not found.may(scope)]
        if lacking:
            detail = f"This needs {lacking[0]}, which your role or token does not have; ask an administrator."
            raise ProblemError("not-allowed", detail)
        return found

    return principal
