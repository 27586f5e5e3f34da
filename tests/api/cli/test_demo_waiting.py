"""Waiting with an eye on standstill."""

from collections.abc import Callable, Iterable

import pytest

from api.cli.demo_waiting import LOOK_EVERY_SECONDS, watched
from api.cli.processes import ServiceError


class Watch:
    """A clock that only resting moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def waited(values: Iterable[int], check: Callable[[], None] = lambda: None, standstill: float = 1.0) -> int:
    seen, watch = iter(values), Watch()
    return watched(
        lambda: next(seen), lambda value: value >= 5, check, "The fifth", standstill_seconds=standstill,
        monotonic=lambda: watch.now, sleep=watch.sleep,
    )  # fmt: skip


def test_what_is_done_is_given_at_once() -> None:
    assert waited([7]) == 7


def test_as_long_as_something_changes_it_waits() -> None:
    looks = round(0.8 / LOOK_EVERY_SECONDS)
    assert waited(value for value in range(6) for _ in range(looks)) == 5


def test_standstill_ends_it() -> None:
    with pytest.raises(ServiceError, match="The fifth did not come about"):
        waited(1 for _ in range(1000))


def test_waiting_that_became_useless_ends_it() -> None:
    def check() -> None:
        raise ServiceError("It has ended.")

    with pytest.raises(ServiceError, match="It has ended"):
        waited([1, 2, 5], check)
