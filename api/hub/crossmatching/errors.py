"""What keeps a cross-match from running."""

from matcher.errors import MilapError


class CrossMatchError(MilapError):
    """The cross-match cannot begin or go on; the message says what to do. Nothing that it stored is lost."""


class ListsError(MilapError):
    """The lists of an earlier run cannot be trusted; a full run makes them anew."""
