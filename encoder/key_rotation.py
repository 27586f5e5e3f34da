"""The linkage key of the next epoch: random like the first, so that a stolen key opens one epoch and no other."""

import re

from encoder.keys import LinkageKey
from matcher.errors import InputError

_DIGITS = re.compile(r"\d+")


class EpochOrderError(InputError):
    """The epoch of a new key does not come after that of the old one (exit status 2)."""


def key_of_next_epoch(old: LinkageKey, epoch: str) -> LinkageKey:
    """A fresh key of the same domain; nothing of the old one goes into it.

    Args:
        old: the key of the epoch before.
        epoch: the new epoch's name.

    Raises:
        EpochOrderError: it is the old epoch, or one before it, as far as the names tell.
        InputError: the name does not fit.
    """
    if epoch == old.epoch:
        raise EpochOrderError("That is the epoch of the old key; name the next one, such as 2026-12 after 2026-11.")
    if _comes_before(epoch, old.epoch):
        raise EpochOrderError(
            "By its name that epoch is not after the old key's; name the next one, such as 2026-12 after 2026-11."
        )
    return LinkageKey.generate(old.domain, epoch)


def _comes_before(epoch: str, old: str) -> bool:
    """Whether two names differ in their numbers alone, and those do not rise; of other names nobody can tell."""
    if _DIGITS.split(epoch) != _DIGITS.split(old):
        return False
    return [int(part) for part in _DIGITS.findall(epoch)] <= [int(part) for part in _DIGITS.findall(old)]
