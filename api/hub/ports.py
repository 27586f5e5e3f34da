"""What the exchange asks of its matcher and of who knocks at gateways, and such as only remember, for tests."""

from collections.abc import Iterable
from typing import Protocol


class Matcher(Protocol):
    """Compares what arrives, in the background: no answer to a partner ever waits for it or depends on it."""

    def changed(self) -> None:
        """Records were committed; look for them soon. Returns at once."""
        ...

    def ready(self) -> list[str]:
        """Why matching cannot work now, one sentence each; empty when it can."""
        ...

    def start(self) -> None:
        """Load what is needed and begin, without waiting for the end of it."""
        ...

    def stop(self) -> None:
        """End after the present piece of work."""
        ...


class RememberingMatcher:
    """Matches nothing, and counts what it was told."""

    def __init__(self) -> None:
        self.changes, self.running = 0, False
        self.reasons: list[str] = []

    def changed(self) -> None:
        """Count."""
        self.changes += 1

    def ready(self) -> list[str]:
        """The reasons that a test set."""
        return self.reasons

    def start(self) -> None:
        """Remember to be running."""
        self.running = True

    def stop(self) -> None:
        """Remember to be stopped."""
        self.running = False


class Knocks(Protocol):
    """Tells gateways, in the background, that something waits for them."""

    def candidates_changed(self, partner_ids: Iterable[int]) -> None:
        """These partners have news, which is committed. Returns at once."""
        ...

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End after the present knock."""
        ...


class RememberingKnocks:
    """Knocks at nobody, and remembers who would have been knocked at, in order."""

    def __init__(self) -> None:
        self.told: list[int] = []

    def candidates_changed(self, partner_ids: Iterable[int]) -> None:
        """Remember."""
        self.told += sorted(partner_ids)

    def start(self) -> None:
        """Nothing to begin."""

    def stop(self) -> None:
        """Nothing to end."""
