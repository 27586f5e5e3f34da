"""Who may call what: every endpoint of the gateway, what it needs, and which objects are the caller's own.

The endpoints take what they need from here, tests try every line as every role, and docs/authorisation.md prints it.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.holder.staff.roles import SCOPES, SYSTEM_SCOPES, Role, Scope


class Open(StrEnum):
    """What an endpoint needs that no scope stands for."""

    NOTHING = "nothing"
    SESSION = "anybody signed in"
    HUB = "the hub's signature"
    METRICS = "the metrics token"


class Own(StrEnum):
    """Which objects a caller reaches; everything else answers as if it did not exist."""

    NONE = "no object"
    ANY = "any"
    OFFICE = "own office, sealed too"
    """What shows no content of a sealed record, and has to reach it."""
    OFFICE_SEEN = "own office"
    """Records of one's office and what hangs on them; those that a court sealed with sealed:read only."""
    ACCOUNT = "own account"


@dataclass(frozen=True, slots=True)
class Permission:
    """What one endpoint needs."""

    needs: Scope | Open
    own: Own = Own.NONE
    either: Scope | None = None
    """Another scope that will do as well."""

    def met_by(self, scopes: Container[Scope]) -> bool:
        """Whether these scopes are enough for somebody who is signed in."""
        return self.needs is Open.SESSION or self.needs in scopes or (self.either is not None and self.either in scopes)

    def words(self) -> str:
        """What it needs, for people."""
        return self.needs.value if self.either is None else f"{self.needs.value} or {self.either.value}"


class Verdict(StrEnum):
    """What a role may do with an endpoint."""

    YES = "yes"
    OWN = "own"
    NO = "no"


_S, _OFFICE, _SEEN, _ANY, _MINE = Scope, Own.OFFICE, Own.OFFICE_SEEN, Own.ANY, Own.ACCOUNT


PERMISSIONS: Final[Mapping[tuple[str, str], Permission]] = {
    ("GET", "/healthz"): Permission(Open.NOTHING),
    ("GET", "/readyz"): Permission(Open.NOTHING),
    ("GET", "/metrics"): Permission(Open.METRICS),
    ("GET", "/v1/openapi.json"): Permission(Open.NOTHING),

    ("POST", "/v1/records"): Permission(_S.RECORDS_WRITE, _OFFICE),
    ("GET", "/v1/records"): Permission(_S.RECORDS_READ, _SEEN),
    ("POST", "/v1/records/search"): Permission(_S.RECORDS_READ, _SEEN),
    ("GET", "/v1/records/{ref}"): Permission(_S.RECORDS_READ, _SEEN),
    ("PUT", "/v1/records/{ref}"): Permission(_S.RECORDS_WRITE, _SEEN),
    ("POST", "/v1/records/{ref}/withdraw"): Permission(_S.RECORDS_WRITE, _SEEN),
    # Neither shows any content, and both have to reach sealed records.
    ("DELETE", "/v1/records/{ref}"): Permission(_S.RECORDS_ERASE, _OFFICE),
    ("GET", "/v1/records/{ref}/changes"): Permission(_S.CHANGES_READ, _OFFICE),

    ("POST", "/v1/records/{ref}/photos"): Permission(_S.RECORDS_WRITE, _SEEN),
    ("GET", "/v1/records/{ref}/photos"): Permission(_S.RECORDS_READ, _SEEN),
    ("GET", "/v1/records/{ref}/photos/{photo}"): Permission(_S.RECORDS_READ, _SEEN),
    ("GET", "/v1/records/{ref}/photos/{photo}/thumbnail"): Permission(_S.RECORDS_READ, _SEEN),
    ("GET", "/v1/records/{ref}/photos/{photo}/original"): Permission(_S.RECORDS_READ, _SEEN),
    ("PUT", "/v1/records/{ref}/photos/{photo}/face"): Permission(_S.RECORDS_WRITE, _SEEN),
    ("DELETE", "/v1/records/{ref}/photos/{photo}"): Permission(_S.RECORDS_WRITE, _SEEN),

    ("POST", "/v1/imports"): Permission(_S.RECORDS_WRITE, _SEEN),
    ("GET", "/v1/imports"): Permission(_S.RECORDS_READ, _OFFICE),
    ("GET", "/v1/imports/{name}"): Permission(_S.RECORDS_READ, _OFFICE),
    ("GET", "/v1/imports/{name}/rows"): Permission(_S.RECORDS_READ, _OFFICE),
    ("GET", "/v1/export"): Permission(_S.RECORDS_EXPORT, _SEEN),

    ("GET", "/v1/inbox"): Permission(_S.CANDIDATES_READ, _SEEN),
    ("GET", "/v1/inbox/{candidate}"): Permission(_S.CANDIDATES_READ, _SEEN),
    ("POST", "/v1/inbox/{candidate}/decisions"): Permission(_S.CANDIDATES_DECIDE, _SEEN),
    ("POST", "/v1/inbox/{candidate}/release"): Permission(_S.RELEASES_SIGN, _SEEN),
    ("POST", "/v1/inbox/{candidate}/release/approval"): Permission(_S.RELEASES_SIGN, _SEEN),
    ("DELETE", "/v1/inbox/{candidate}/release"): Permission(_S.RELEASES_SIGN, _SEEN),
    ("GET", "/v1/releases"): Permission(_S.RELEASES_READ, _SEEN),
    ("GET", "/v1/releases/{candidate}"): Permission(_S.RELEASES_READ, _SEEN),
    ("POST", "/v1/releases/{candidate}/decisions"): Permission(_S.RELEASES_DECIDE, _SEEN),
    ("GET", "/v1/worklist"): Permission(_S.CANDIDATES_READ, _SEEN, either=_S.RELEASES_READ),
    ("GET", "/v1/offices"): Permission(_S.OFFICES_MANAGE, _ANY),
    ("PUT", "/v1/offices"): Permission(_S.OFFICES_MANAGE, _ANY),
    ("GET", "/v1/officers"): Permission(_S.RELEASES_SIGN, _ANY, either=_S.STAFF_MANAGE),
    ("POST", "/v1/officers/me"): Permission(_S.RELEASES_SIGN, _MINE),
    # Anybody's with staff:manage.
    ("DELETE", "/v1/officers/{officer}"): Permission(_S.RELEASES_SIGN, _MINE, either=_S.STAFF_MANAGE),

    ("GET", "/v1/links"): Permission(_S.CANDIDATES_READ, _SEEN),
    ("POST", "/v1/links/{link}/words"): Permission(_S.CANDIDATES_DECIDE, _SEEN),
    ("GET", "/v1/records/{ref}/timeline"): Permission(_S.CANDIDATES_READ, _SEEN),

    ("PUT", "/v1/records/{ref}/hold"): Permission(_S.HOLDS_MANAGE, _SEEN),
    ("GET", "/v1/records/{ref}/hold"): Permission(_S.ORDERS_READ, _SEEN),
    ("DELETE", "/v1/records/{ref}/hold"): Permission(_S.HOLDS_MANAGE, _SEEN),
    ("GET", "/v1/records/{ref}/erasure"): Permission(_S.RECORDS_ERASE, _OFFICE, either=_S.AUDIT_READ),

    ("GET", "/v1/messages"): Permission(_S.MESSAGES, _SEEN),
    ("POST", "/v1/messages"): Permission(_S.MESSAGES, _SEEN),
    ("GET", "/v1/peers"): Permission(_S.PEERS_MANAGE, _ANY),
    ("POST", "/v1/peers/{partner}/trust"): Permission(_S.PEERS_MANAGE, _ANY),

    ("GET", "/v1/directory"): Permission(_S.DIRECTORY_READ),
    ("GET", "/v1/next-step"): Permission(_S.DIRECTORY_READ),
    ("GET", "/v1/directory/me"): Permission(_S.DIRECTORY_READ),
    ("PUT", "/v1/directory/me"): Permission(_S.DIRECTORY_WRITE),
    ("DELETE", "/v1/directory/me"): Permission(_S.DIRECTORY_WRITE),

    ("GET", "/v1/sync"): Permission(_S.SYNC_READ),
    ("GET", "/v1/audit"): Permission(_S.AUDIT_READ, _ANY),
    ("GET", "/v1/audit/checkpoint"): Permission(_S.AUDIT_READ),
    ("POST", "/v1/hub/knock"): Permission(Open.HUB),

    ("POST", "/v1/sessions"): Permission(Open.NOTHING),
    ("GET", "/v1/sessions/current"): Permission(Open.SESSION, _MINE),
    ("DELETE", "/v1/sessions/current"): Permission(Open.SESSION, _MINE),
    ("PUT", "/v1/sessions/current/password"): Permission(Open.SESSION, _MINE),
    ("GET", "/v1/staff"): Permission(_S.STAFF_MANAGE, _ANY),
    ("POST", "/v1/staff"): Permission(_S.STAFF_MANAGE, _ANY),
    ("PATCH", "/v1/staff/{login}"): Permission(_S.STAFF_MANAGE, _ANY),
    ("GET", "/v1/tokens"): Permission(_S.TOKENS_MANAGE, _ANY),
    ("POST", "/v1/tokens"): Permission(_S.TOKENS_MANAGE, _ANY),
    ("DELETE", "/v1/tokens/{token_id}"): Permission(_S.TOKENS_MANAGE, _ANY),
}  # fmt: skip


def verdict(permission: Permission, scopes: Iterable[Scope]) -> Verdict:
    """What somebody signed in may do who has these scopes; `own` where the table bounds the objects."""
    if permission.needs is not Open.NOTHING and not permission.met_by(frozenset(scopes)):
        return Verdict.NO
    return Verdict.YES if permission.own in (Own.NONE, Own.ANY) else Verdict.OWN


def verdict_of_role(permission: Permission, role: Role) -> Verdict:
    """What a role may do."""
    return verdict(permission, SCOPES[role])


def verdict_of_system(permission: Permission) -> Verdict:
    """What a system's token may do at most; it has of these scopes those that it was given."""
    return verdict(permission, SYSTEM_SCOPES)
