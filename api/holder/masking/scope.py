"""What this gateway can answer under: one linkage key and masked profile, with the codes of own records."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from api.holder.masking.own_codes import OwnCodes
from api.holder.storage import facts
from api.wire.masked import MaskedRequest
from encoder.xof import framed
from matcher.profile import EncodingProfile

_SCOPE_BYTES = 8


@dataclass(frozen=True, eq=False)
class Scope:
    """One domain and epoch.

    domain   of the linkage key
    epoch    of the linkage key
    coarse   profile of what lies at the hub
    masked   profile of what goes under masks
    codes    own records in the masked profile
    under    what the outbox calls the partition of the coarse codes (see ItemMaker.partition)
    ahead    whether that is the next key's, under which records are sent while the present one is in use
    """

    domain: str
    epoch: str
    coarse: EncodingProfile
    masked: EncodingProfile
    codes: OwnCodes
    under: str
    ahead: bool = False

    @property
    def digest(self) -> bytes:
        """What tells it from others in the database, bytes (8,)."""
        parts = framed(self.domain.encode(), self.epoch.encode(), self.masked.digest)
        return hashlib.blake2b(parts, digest_size=_SCOPE_BYTES, person=b"milap scope").digest()

    def is_of(self, request: MaskedRequest) -> bool:
        """Whether a request is about codes of this scope."""
        return (request.domain, request.epoch, request.profile) == (self.domain, self.epoch, self.coarse.name)


def standing_scopes(conn: Connection, scopes: Sequence[Scope]) -> list[Scope]:
    """Those under which the outbox sends just now: of others it is not known what has arrived."""
    present, following = facts.get(conn, facts.SENT_UNDER), facts.get(conn, facts.NEXT_UNDER)
    known = [replace(scope, ahead=scope.under != present) for scope in scopes]
    return [scope for scope in known if scope.under in (present, following)]


def scope_of(scopes: Sequence[Scope], request: MaskedRequest) -> Scope | None:
    """The scope to answer a request under, None without a key of its epoch."""
    return next((scope for scope in scopes if scope.is_of(request)), None)
