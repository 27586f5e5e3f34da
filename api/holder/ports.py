"""What the gateway needs of the side that talks to the hub."""

from typing import Any, Protocol

from api.wire.signing import SignedMessage


class SyncPort(Protocol):
    """Outbox, inbox and notification, as the rest of the gateway sees them. No method waits for the hub."""

    def changed(self) -> None:
        """Something may wait in the outbox: look now rather than at the next turn."""
        ...

    def ready(self) -> list[str]:
        """Why nothing can be exchanged at all; none when it can. An unreachable hub is no reason."""
        ...

    def start(self) -> None:
        """Begin to work in the background."""
        ...

    def stop(self) -> None:
        """End after the present step."""
        ...

    def status(self) -> dict[str, Any]:
        """What the operator is shown: counted receipts, last contact, last problem; nothing of candidates."""
        ...

    def knocked(self, message: SignedMessage) -> None:
        """The hub says that something waits; ProblemError when it was not the hub that signed."""
        ...


class NoSync:
    """A gateway that is not connected: everything waits. For tests, and before enrolment."""

    def __init__(self) -> None:
        """Counts how often it was told of a change."""
        self.changes = 0
        self.knocks: list[SignedMessage] = []

    def changed(self) -> None:
        """Count."""
        self.changes += 1

    def ready(self) -> list[str]:
        """No reason: a gateway works without a hub."""
        return []

    def start(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to do."""

    def status(self) -> dict[str, Any]:
        """That there is no hub."""
        return {"hub": None}

    def knocked(self, message: SignedMessage) -> None:
        """Keep the message."""
        self.knocks.append(message)
