"""The one error tree of Milap: every error says what is wrong, where, and what to do next.

A message never holds a name, an address, a number of a person, a key or a code.
"""


class MilapError(Exception):
    """Something went wrong that the person at the keyboard can act on."""


class InputError(MilapError):
    """A file, a column or an argument is not what the command takes (exit status 2)."""


class ProfileMismatchError(MilapError):
    """Two parties use different encoding profiles: their codes must not be compared."""


class KeyMismatchError(MilapError):
    """Two batches were encoded under different linkage keys: their codes must not be compared."""


class SpaceMismatchError(MilapError):
    """Two photo codes come of different embedding spaces: they must not be compared."""


class BatchError(MilapError):
    """An encoded batch contradicts its profile (shapes, presence or open attributes)."""


class ModelError(MilapError):
    """A linkage model cannot be used: wrong version, wrong profile, or a table that is not monotone."""


class OutputError(MilapError):
    """A result could not be written; nothing half-written is left behind (exit status 3)."""


class MissingExtraError(MilapError):
    """What was asked for needs packages that are not installed."""
