"""The next linkage key: of the same domain, and of another epoch."""

from encoder.keys import LinkageKey
from matcher.errors import InputError


class NextKeyError(InputError):
    """The next linkage key cannot follow the present one; nothing was sent under it."""


def require_next(present: LinkageKey | None, following: LinkageKey) -> None:
    """Make sure that a key can follow another; NextKeyError says what to do."""
    if present is None:
        raise NextKeyError("next_linkage_key is set and linkage_key is not; set that to the present epoch's key.")
    if present.domain != following.domain:
        raise NextKeyError(
            "next_linkage_key is of another linkage domain than linkage_key; take the file that the key steward handed"
            " out for the next epoch of the same domain."
        )
    if present.epoch == following.epoch:
        raise NextKeyError(
            "next_linkage_key is of the same epoch as linkage_key; take the next epoch's file, or remove the setting"
            " when the change is over."
        )
