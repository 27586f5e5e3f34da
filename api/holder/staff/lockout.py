"""Growing delays after wrong passwords, for logins that exist and for those that do not."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_ATTEMPTS = 5
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong attempts in a row, and until when no further one is taken."""

    failures: int = 0
    locked_until: datetime | None = None

    def seconds_left(self, now: datetime) -> int:
        """Whole seconds until the next attempt is taken; 0 when it is taken now."""
        if self.locked_until is None or self.locked_until <= now:
            return 0
        return int((self.locked_until - now).total_seconds()) + 1

    def failed(self, now: datetime) -> "Attempts":
        """The state after one more wrong attempt: from the fifth on a delay that doubles, up to 15 minutes."""
        failures = self.failures + 1
        if failures < FREE_ATTEMPTS:
            return Attempts(failures)
        delay = min(FIRST_DELAY * 2 ** min(failures - FREE_ATTEMPTS, 20), LONGEST_DELAY)
        return Attempts(failures, now + delay)


class UnknownLogins:
    """Attempts at logins that do not exist: a delay that only accounts know would tell which ones exist.

    Attempts at passphrases of officers' keys are counted in another one of these.
    """

    def __init__(self) -> None:
        self._attempts: OrderedDict[bytes, Attempts] = OrderedDict()
        self._lock = threading.Lock()

    def attempts(self, login: bytes) -> Attempts:
        """What is remembered of a login, given as its blind index."""
        with self._lock:
            return self._attempts.get(login, Attempts())

    def failed(self, login: bytes, now: datetime) -> None:
        """Note one more wrong attempt; the oldest of ten thousand logins is forgotten."""
        with self._lock:
            self._attempts[login] = self._attempts.get(login, Attempts()).failed(now)
            self._attempts.move_to_end(login)
            if len(self._attempts) > MOST_REMEMBERED:
                self._attempts.popitem(last=False)

    def succeeded(self, login: bytes) -> None:
        """Forget what was wrong before."""
        with self._lock:
            self._attempts.pop(login, None)
