"""Who may ask the hub what: every endpoint, what it needs, and which objects are the caller's own.

Tests try every line as every kind of caller, and docs/authorisation.md prints it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Needs(StrEnum):
    """Who may send a request."""

    NOTHING = "nothing"
    METRICS = "the metrics token"
    KEY = "the signature of the key that it brings, and a code"
    PARTNER = "the signature of an active partner"


class Caller(StrEnum):
    """Kinds of senders, as the hub tells them apart."""

    STRANGER = "unsigned or unknown"
    PENDING = "pending partner"
    ACTIVE = "active partner"
    SUSPENDED = "suspended partner"
    REVOKED = "revoked partner"


class Own(StrEnum):
    """Which objects an active partner reaches; everything else answers as if it did not exist."""

    NONE = "no object"
    SHARED = "what every partner may read"
    OWN = "one's own"
    CUSTODIAN = "candidates of one's found records"
    REPORTER = "candidates of one's missing reports, once released"
    PARTY = "candidates of one's found records, and those released to one"
    RECIPIENT = "messages to oneself"
    SENDER = "receipts for one's own messages"
    LINKED = "links of one's own found records"


@dataclass(frozen=True, slots=True)
class Permission:
    """What one endpoint needs."""

    needs: Needs = Needs.PARTNER
    own: Own = Own.NONE


_SHARED, _OWN = Permission(own=Own.SHARED), Permission(own=Own.OWN)

PERMISSIONS: Final[Mapping[tuple[str, str], Permission]] = {
    ("GET", "/healthz"): Permission(Needs.NOTHING),
    ("GET", "/readyz"): Permission(Needs.NOTHING),
    ("GET", "/metrics"): Permission(Needs.METRICS),
    ("GET", "/v1/openapi.json"): Permission(Needs.NOTHING),
    ("GET", "/v1/hub"): Permission(Needs.NOTHING),
    ("POST", "/v1/enrolments"): Permission(Needs.KEY),

    ("GET", "/v1/policy"): _OWN,
    ("POST", "/v1/submissions"): _OWN,
    ("GET", "/v1/holdings"): _OWN,
    ("PUT", "/v1/holds/{ref}"): _OWN,
    ("DELETE", "/v1/holds/{ref}"): _OWN,
    ("GET", "/v1/holds"): _OWN,
    ("GET", "/v1/erasures/{ref}"): _OWN,

    ("GET", "/v1/candidates"): Permission(own=Own.CUSTODIAN),
    ("GET", "/v1/releases"): Permission(own=Own.REPORTER),
    ("POST", "/v1/candidates/{candidate}/decisions"): Permission(own=Own.PARTY),
    ("GET", "/v1/officers"): _OWN,
    ("PUT", "/v1/officers/{officer}"): _OWN,
    ("DELETE", "/v1/officers/{officer}"): _OWN,

    ("GET", "/v1/links"): Permission(own=Own.LINKED),
    ("POST", "/v1/links/{link}/words"): Permission(own=Own.LINKED),
    ("GET", "/v1/timelines/{ref}"): _OWN,

    ("GET", "/v1/masked-requests"): _OWN,
    ("POST", "/v1/masked-answers"): _OWN,

    ("PUT", "/v1/cards/me"): _OWN,
    ("GET", "/v1/cards/{partner}"): _SHARED,
    ("POST", "/v1/messages"): Permission(own=Own.PARTY),
    ("GET", "/v1/messages"): Permission(own=Own.RECIPIENT),
    ("POST", "/v1/messages/{sender}/{name}/receipt"): Permission(own=Own.RECIPIENT),
    ("GET", "/v1/receipts"): Permission(own=Own.SENDER),

    ("PUT", "/v1/directory/me"): _OWN,
    ("DELETE", "/v1/directory/me"): _OWN,
    ("GET", "/v1/directory"): _SHARED,
    ("GET", "/v1/next-step"): _SHARED,

    ("GET", "/v1/audit/checkpoint"): _SHARED,
    ("GET", "/v1/audit/consistency"): _SHARED,
    ("POST", "/v1/audit/witnesses"): _OWN,
    ("GET", "/v1/audit/witnesses"): _SHARED,
}  # fmt: skip


def verdict(permission: Permission, caller: Caller) -> str:
    """What a kind of caller may do: yes, own (only with the objects of `own`) or no."""
    if permission.needs is Needs.NOTHING or (permission.needs is Needs.KEY and caller is Caller.STRANGER):
        return "yes"
    if permission.needs is not Needs.PARTNER or caller is not Caller.ACTIVE:
        return "no"
    return "yes" if permission.own in (Own.NONE, Own.SHARED) else "own"
