"""What somebody may know of the gateway's records: whose, which, and what of them."""

from dataclasses import dataclass, field, replace
from typing import Final

from api.holder.staff.offices import canonical_office, office_index
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal
from api.holder.storage.records import Bounds
from api.holder.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may know. Whoever writes needs it too: nobody changes what they may not see."""

    reporters: bool = False
    """Whether they may know who reported."""
    locations: bool = False
    """Whether they may know where a child is whose location is protected."""
    sealed: bool = False
    """Whether they may know of records that a court sealed."""
    office: str | None = field(default=None, repr=False)
    """The one office whose records they may know of; None for the whole organisation."""

    def bounds(self, vault: Vault) -> Bounds:
        """The records that they may know of."""
        return Bounds(None if self.office is None else office_index(vault, self.office), self.sealed)

    def is_own(self, office: str) -> bool:
        """Whether an office, however it is written, is the one of this sight, or there is no such bound."""
        return self.office is None or _same(office) == _same(self.office)

    @property
    def rights(self) -> frozenset[Scope]:
        """Those of its scopes that say which records may be changed, and what of them."""
        held = ((self.locations, Scope.LOCATIONS_READ), (self.sealed, Scope.SEALED_READ))
        return frozenset(scope for holds, scope in held if holds)

    def with_sealed(self) -> "Sight":
        """The same for what shows no content, such as erasing: sealed records are within."""
        return replace(self, sealed=True)


EVERYTHING: Final = Sight(reporters=True, locations=True, sealed=True)
"""For the operator at the keyboard, who has the vault key, and for the gateway's own work."""


def sight_of(who: Principal) -> Sight:
    """What the one who sent a request may know."""
    return Sight(
        who.may(Scope.REPORTERS_READ), who.may(Scope.LOCATIONS_READ), who.may(Scope.SEALED_READ), who.office
    )


def sight_of_rights(rights: str | None, office: str | None) -> Sight:
    """The sight that `rights`, joined by commas, were kept of; who reported is not in it."""
    held = (rights or "").split(",")
    return Sight(locations=Scope.LOCATIONS_READ in held, sealed=Scope.SEALED_READ in held, office=office)


def _same(office: str) -> str:
    return canonical_office(office).casefold()
