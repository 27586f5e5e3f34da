"""Bodies of requests and answers. None of them shows what it holds when it is printed."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from api.holder.intake.entry import Source

# PostgreSQL stores no NUL.
_NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=_NO_NUL)]
Login = Annotated[str, StringConstraints(max_length=80, pattern=_NO_NUL)]
LoginPath = Annotated[str, Path(max_length=80, pattern=_NO_NUL)]
RandomName = Annotated[str, Path(max_length=64, pattern="^[A-Za-z0-9_-]+$")]
"""A ref, or the name of an import or a candidate."""
LARGEST_ID = 2**31 - 1
After = Annotated[int | None, Query(ge=0, le=LARGEST_ID, description="`next` of the page before.")]
Kind = Literal["missing", "found"]
RecordState = Literal["active", "withdrawn", "erased"]


class Body(BaseModel):
    """What every body has in common: no unknown member, and no content in its repr."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __repr__(self) -> str:
        """The type and nothing else."""
        return f"{type(self).__name__}(...)"

    __str__ = __repr__


class ReporterBody(Body):
    """The person who reported. `undisclosed`: never to be named beyond this holder."""

    name: Line | None = None
    phone: Line | None = None
    relation: Line | None = None
    undisclosed: bool = False


class RecordBody(Body):
    """A record as a clerk or a system hands it in."""

    record: dict[str, Any]
    """Fields of the record schema; lists as JSON lists."""
    source: Source
    office: Line | None = None
    reporter: ReporterBody | None = None
    """Left out in a PUT, the reporter that is known stays."""


class WithdrawalBody(Body):
    """Why a record is withdrawn."""

    reason: Literal["found_by_us", "duplicate", "entered_in_error", "family_request", "other"]


class SearchBody(Body):
    """What to look for. A body and no query string: addresses end up in logs."""

    case_number: Line | None = None
    name: Line | None = None
    kind: Kind | None = None
    state: RecordState | None = None
    source: Source | None = None
    after: Annotated[int | None, Field(ge=0, le=LARGEST_ID)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ProblemItem(BaseModel):
    """One thing wrong with a record."""

    field: str | None
    severity: str
    message: str


class Receipt(BaseModel):
    """What a write is answered with. It says nothing about matches, whether there are any or none."""

    ref: str
    version: int
    state: RecordState
    kind: Kind
    sharing: str
    """waiting, arrived, refused, erased, or "kept here: " and why."""
    problems: list[ProblemItem]


class Page(BaseModel):
    """One page of a list; `next` is what to pass as `after`, null on the last page."""

    items: list[dict[str, Any]]
    next: int | None


class LoginBody(Body):
    """Login and password of a member of staff."""

    login: Login
    password: Annotated[SecretStr, Field(max_length=1000)]


class PasswordBody(Body):
    """The old password and the new one."""

    old: Annotated[SecretStr, Field(max_length=1000)]
    new: Annotated[SecretStr, Field(max_length=1000)]


class TokenBody(Body):
    """A new token for a system: records:write and records:read unless scopes are named."""

    name: Line
    scopes: list[str] = []
    days: int | None = None


class StaffBody(Body):
    """A new account."""

    login: Login
    title: Line = ""
    roles: list[str]
    office: Line | None = None
    """The one office whose records the account is for; left out, the whole organisation."""
    password: Annotated[SecretStr, Field(max_length=1000)]


class StaffChangeBody(Body):
    """What to change of an account; what is left out stays."""

    title: Line | None = None
    roles: list[str] | None = None
    disabled: bool | None = None
    office: Line | None = None
    """Empty for the whole organisation."""
    password: Annotated[SecretStr | None, Field(max_length=1000)] = None
