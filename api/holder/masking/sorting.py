"""Which requests can be answered now, and which wait for a person or a key."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.holder.masking.noted import FAILED, KEY
from api.holder.masking.scope import Scope, scope_of
from api.wire.cards import PartnerCard, masking_key_bytes
from api.wire.masked import MaskedRequest
from encoder.mask_keys import MaskingKey, MaskKeyError, PairKey
from encoder.xof import framed
from matcher.views import Kind

_PAIR_BYTES = 16
_NUMBER_BYTES = 4


@dataclass(frozen=True, eq=False)
class Due:
    """A request that can be answered: under which scope, and masked with which key."""

    request: MaskedRequest
    scope: Scope
    key: PairKey
    pair: bytes = field(repr=False)
    """Digest of all that the masks are made of, bytes (16,)."""

    @property
    def side(self) -> Kind:
        """Kind of the own record."""
        return Kind[self.request.side.upper()]


@dataclass(frozen=True)
class Sorted:
    """Requests of a page; those that wait are counted only, by partner to confirm or by reason."""

    due: list[Due] = field(default_factory=list)
    unconfirmed: Counter[str] = field(default_factory=Counter)
    held_up: Counter[str] = field(default_factory=Counter)


class Sorter:
    """Sorts requests of one turn; draws the key of each pair of gateways once.

    Args:
        own: the gateway's masking key.
        partner: the gateway's name at the hub.
        cards: confirmed cards of other partners.
        scopes: what can be answered under.
    """

    def __init__(
        self, own: MaskingKey, partner: str, cards: Mapping[str, PartnerCard], scopes: Sequence[Scope]
    ) -> None:
        self._own, self._scopes = own, scopes
        # Both records may be the gateway's own.
        confirmed = {name: masking_key_bytes(card.masking_key) for name, card in cards.items()}
        self._publics = {**confirmed, partner: own.public}
        self._keys: dict[tuple[bytes, Kind, bytes], PairKey | None] = {}

    def sort(self, requests: Sequence[MaskedRequest]) -> Sorted:
        """Sort a page."""
        found = Sorted()
        for request in requests:
            scope, public = scope_of(self._scopes, request), self._publics.get(request.partner)
            if public is None:
                found.unconfirmed[request.partner] += 1
            elif scope is None:
                found.held_up[KEY] += 1
            elif (key := self._key(scope, public, Kind[request.side.upper()])) is None:
                found.held_up[FAILED] += 1
            else:
                found.due.append(Due(request, scope, key, self._pair(scope, public, request)))
        return found

    def _key(self, scope: Scope, public: bytes, side: Kind) -> PairKey | None:
        """None when a confirmed card has a key that is none."""
        named = (public, side, scope.digest)
        if named not in self._keys:
            try:
                self._keys[named] = self._own.pair_key(
                    public, own_side=side, domain=scope.domain, epoch=scope.epoch, profile=scope.masked
                )
            except MaskKeyError:
                self._keys[named] = None
        return self._keys[named]

    def _pair(self, scope: Scope, public: bytes, request: MaskedRequest) -> bytes:
        own, other = (request.ref, request.version), (request.other_ref, request.other_version)
        parts = [scope.domain.encode(), scope.epoch.encode(), scope.masked.digest, self._own.public, public]
        parts.append(request.side.encode())
        for ref, version in (own, other):
            parts += [ref.encode(), version.to_bytes(_NUMBER_BYTES, "big")]
        return hashlib.blake2b(framed(*parts), digest_size=_PAIR_BYTES, person=b"milap mask pair").digest()
