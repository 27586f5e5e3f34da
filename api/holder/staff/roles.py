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
    CANDIDATES_DECIDE = "candidates:decide"
    RELEASES_READ = "releases:read"
    RELEASES_DECIDE = "releases:decide"
    RELEASES_SIGN = "releases:sign"
    ORDERS_READ = "orders:read"
    LOCATIONS_READ = "locations:read"
    SEALED_READ = "sealed:read"
    HOLDS_MANAGE = "holds:manage"
    MESSAGES = "messages"
    DIRECTORY_READ = "directory:read"
    DIRECTORY_WRITE = "directory:write"
    PEERS_MANAGE = "peers:manage"
    OFFICES_MANAGE = "offices:manage"
    AUDIT_READ = "audit:read"
    STAFF_MANAGE = "staff:manage"
    TOKENS_MANAGE = "tokens:manage"
    SYNC_READ = "sync:read"


class Role(StrEnum):
    """What a member of staff is here for."""

    INTAKE = "intake"
    CUSTODIAN = "custodian"
    OFFICER = "officer"
    REPORTER = "reporter"
    ADMIN = "admin"
    AUDITOR = "auditor"


SCOPES: dict[Role, frozenset[Scope]] = {
    # Who takes reports from the public learns of no candidate: whoever files a false report would.
    Role.INTAKE: frozenset({Scope.RECORDS_WRITE, Scope.RECORDS_READ, Scope.DIRECTORY_READ}),
    # The desk that has the child: reviews candidates, and is told who reported.
    Role.CUSTODIAN: frozenset({
        Scope.RECORDS_WRITE, Scope.RECORDS_READ, Scope.RECORDS_EXPORT, Scope.REPORTERS_READ, Scope.CANDIDATES_READ,
        Scope.CANDIDATES_DECIDE, Scope.LOCATIONS_READ, Scope.SEALED_READ, Scope.HOLDS_MANAGE, Scope.MESSAGES,
        Scope.ORDERS_READ, Scope.DIRECTORY_READ, Scope.CHANGES_READ,
    }),
    # Signs releases with a personal key: a second pair of eyes, which enters no records.
    Role.OFFICER: frozenset({
        Scope.RECORDS_READ, Scope.CANDIDATES_READ, Scope.RELEASES_SIGN, Scope.ORDERS_READ, Scope.LOCATIONS_READ,
        Scope.DIRECTORY_READ,
    }),
    # The desk that looks for the child: sees what was released to it, and nothing before.
    Role.REPORTER: frozenset({
        Scope.RECORDS_READ, Scope.RELEASES_READ, Scope.RELEASES_DECIDE, Scope.MESSAGES, Scope.DIRECTORY_READ,
    }),
    # Runs the gateway, and needs no child's record for it.
    Role.ADMIN: frozenset({
        Scope.STAFF_MANAGE, Scope.TOKENS_MANAGE, Scope.RECORDS_ERASE, Scope.SYNC_READ, Scope.CHANGES_READ,
        Scope.PEERS_MANAGE, Scope.OFFICES_MANAGE, Scope.DIRECTORY_READ, Scope.DIRECTORY_WRITE, Scope.AUDIT_READ,
    }),
    Role.AUDITOR: frozenset({Scope.CHANGES_READ, Scope.SYNC_READ, Scope.AUDIT_READ, Scope.ORDERS_READ}),
}  # fmt: skip

APART = (frozenset({Role.ADMIN, Role.OFFICER}),)
"""Roles that no one account may have together: who makes accounts must not be able to sign with them."""

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
    for pair in APART:
        if pair <= roles:
            raise InputError(f"Nobody may be {' and '.join(sorted(pair))} at once; use two accounts for two people.")
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
