"""What verifying an audit log finds: the first fault of each kind, since one damaged row may spoil all that follows."""

from typing import Literal

Kind = Literal["state", "leaves", "nodes", "checkpoints", "witnesses"]


class Faults:
    """A sentence for each kind of fault, in the order in which they were found."""

    def __init__(self) -> None:
        self._first: dict[Kind, str] = {}

    def add(self, kind: Kind, sentence: str) -> None:
        """Keep the sentence when it is the first of its kind. It quotes numbers, never content."""
        self._first.setdefault(kind, sentence)

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is kept."""
        return tuple(self._first.values())
