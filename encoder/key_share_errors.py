"""What can be wrong with shares of a linkage key; no message holds a word of a share."""

from matcher.errors import InputError


class KeyShareError(InputError):
    """A key cannot be split, or its shares cannot be joined (exit status 2)."""


class ForeignShareError(KeyShareError):
    """The file is no share of a linkage key, or nobody but its owner should have been able to read it."""


class DamagedShareError(KeyShareError):
    """A share was cut short, mistyped or changed since it was written."""


class MixedSharesError(KeyShareError):
    """The shares are of different keys, domains, epochs, or splittings of one key."""


class RepeatedShareError(KeyShareError):
    """The same share was given twice."""


class TooFewSharesError(KeyShareError):
    """Fewer shares were given than the key was split to need."""
