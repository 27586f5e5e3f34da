"""Waiting for what other processes do, with an eye on whether they still do it."""

import time
from collections.abc import Callable
from typing import TypeVar

from api.cli.processes import ServiceError

LOOK_EVERY_SECONDS = 0.05
STANDSTILL_SECONDS = 120.0
T = TypeVar("T")


def watched(
    look: Callable[[], T], is_done: Callable[[T], bool], check: Callable[[], None], what: str, *,
    standstill_seconds: float = STANDSTILL_SECONDS, monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> T:  # fmt: skip
    """Look again and again, and give what is seen once it is done.

    Args:
        look: gives what is to be seen now; something that can be compared with what was seen before.
        is_done: whether that is all.
        check: raises when waiting has become useless.
        what: what is waited for, as the subject of a sentence.
        standstill_seconds: how long nothing may change.
        monotonic: seconds that only grow.
        sleep: rests between two looks.

    Raises:
        ServiceError: nothing has changed for too long.
    """
    seen, since = look(), monotonic()
    while not is_done(seen):
        check()
        if monotonic() - since > standstill_seconds:
            raise ServiceError(f"{what} did not come about: nothing has changed for {standstill_seconds:.0f} seconds.")
        sleep(LOOK_EVERY_SECONDS)
        before, seen = seen, look()
        since = since if seen == before else monotonic()
    return seen
