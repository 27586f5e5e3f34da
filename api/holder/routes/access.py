"""Who may call an endpoint."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from api.holder.routes.permissions import PERMISSIONS
from api.holder.staff.sessions import Principal, Sessions
from api.wire.problems import ProblemError

_BEARER = HTTPBearer(auto_error=False, description="A session's secret, or a system's token.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


def permitted(sessions: Sessions) -> Callable[[Request, Credentials], Principal]:
    """A dependency that gives who is signed in, for any endpoint: what it needs stands in the table of permissions.

    It raises ProblemError `not-signed-in`, and `not-allowed` when the scope is lacking or the table lacks the endpoint.
    """

    def principal(request: Request, credentials: Credentials) -> Principal:
        header = None if credentials is None else f"{credentials.scheme} {credentials.credentials}"
        found = sessions.principal_of(header)
        permission = PERMISSIONS.get((request.method, request.scope["route"].path))
        if permission is None or not permission.met_by(found.scopes):
            needs = "more" if permission is None else permission.words()
            detail = f"This needs {needs}, which your role or token does not have; ask an administrator."
            raise ProblemError("not-allowed", detail)
        return found

    return principal
