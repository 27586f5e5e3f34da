"""What can be wrong when a linkage key is handed over."""

from matcher.errors import InputError


class HandoverError(InputError):
    """A linkage key cannot be sealed for a holder, or what was sealed cannot be taken (exit status 2)."""


class UnconfirmedCardError(HandoverError):
    """No person here has compared the fingerprint of the other side's card, or the own card is not ready."""


class ForeignSealedKeyError(HandoverError):
    """The file is no sealed linkage key, or was cut short."""


class OtherRecipientError(HandoverError):
    """The key was sealed for another holder, or between other cards than those in use."""


class ForgedSealedKeyError(HandoverError):
    """The file is not what the owner of the confirmed card signed and sealed."""
