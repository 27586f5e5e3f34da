"""Roles of staff and scopes of tokens: what each may do, and nothing beyond."""

from collections.abc import Iterable
from enum import StrEnum

from matcher.errors import InputError


class Scope(StrEnum):
    """One thing that a session or a token allows."""

    RECORDS_WRITE = "records:write"
    RECORDS_READ = "records:read"
    RECORDS_EXPORT = "records:export"
    RECORDS_ERASE = "records:erase"
    REPORTERS_READ = "reporters:read"
    CHANGES_READ = "changes:read"
    CANDIDATES_READ = "candidates:read"
    STAFF_MANAGE = "staff:manage"
    TOKENS_MANAGE = "tokens:manage"
    SYNC_READ = "sync:read"


class Role(StrEnum):
    """What a member of staff is here for."""

    INTAKE = "intake"
    CUSTODIAN = "custodian"
    ADMIN = "admin"
    AUDITOR = "auditor"


SCOPES: dict[Role, frozenset[Scope]] = {
    # Who takes reports from the public learns of no candidate: whoever files a false report would.
    Role.INTAKE: frozenset({Scope.RECORDS_WRITE, Scope.RECORDS_READ}),
    Role.CUSTODIAN: frozenset({
        Scope.RECORDS_WRITE, Scope.RECORDS_READ, Scope.RECORDS_EXPORT, Scope.REPORTERS_READ, Scope.CANDIDATES_READ,
        Scope.CHANGES_READ,
    }),
    # Runs the gateway, and needs no child's record for it.
    Role.ADMIN: frozenset({
        Scope.STAFF_MANAGE, Scope.TOKENS_MANAGE, Scope.RECORDS_ERASE, Scope.SYNC_READ, Scope.CHANGES_READ,
    }),
    Role.AUDITOR: frozenset({Scope.CHANGES_READ, Scope.SYNC_READ}),
}  # fmt: skip

SYSTEM_SCOPES = frozenset({
    Scope.RECORDS_WRITE, Scope.RECORDS_READ, Scope.RECORDS_EXPORT, Scope.REPORTERS_READ, Scope.CANDIDATES_READ,
    Scope.SYNC_READ,
})  # fmt: skip
"""What a system's token may be given: never the power over people, tokens or erasure."""

DEFAULT_SYSTEM_SCOPES = frozenset({Scope.RECORDS_WRITE, Scope.RECORDS_READ})
"""What it is given unless somebody says otherwise: enough for a police system, and no candidate."""


def scopes_of(roles: Iterable[Role]) -> frozenset[Scope]:
    """Everything that one of the roles allows."""
    return frozenset().union(*(SCOPES[role] for role in roles))


def parse_roles(names: Iterable[str]) -> frozenset[Role]:
    """Roles by name; InputError when there is none or one of them does not exist."""
    try:
        roles = frozenset(Role(name.strip()) for name in names)
    except ValueError:
        roles = frozenset()
    if not roles:
        raise InputError(f"A role is one of {', '.join(Role)}; name at least one.")
    return roles


def parse_system_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """Scopes of a system's token by name, the default ones for none; InputError when one may not be given."""
    try:
        scopes = frozenset(Scope(name.strip()) for name in names)
    except ValueError:
        scopes = None
    if scopes is None or not scopes <= SYSTEM_SCOPES:
        raise InputError(f"A token's scope is one of {', '.join(sorted(SYSTEM_SCOPES))}; name those it needs.")
    return scopes or DEFAULT_SYSTEM_SCOPES


def joined(words: Iterable[str]) -> str:
    """Roles or scopes as the database keeps them."""
    return ",".join(sorted(words))
