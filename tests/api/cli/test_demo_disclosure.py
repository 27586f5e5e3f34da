"""The way home in the demo: what makes it fail."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.cli.console import Reporter
from api.cli.demo_cast import Cast
from api.cli.demo_disclosure import Homecoming, WayHome
from api.cli.processes import ServiceError

HOME = Homecoming(True, {}, {}, "second-person-required", {}, True, "reunited", {"size": 9, "faults": []})
ALONE = (422, {"type": "urn:milap:problem:second-person-required"})
NOBODYS = (404, {"type": "urn:milap:problem:no-such-resource"})
RELEASED = {"candidate": "c", "partner": "shelters", "verdict": "probable", "state": "released"}


class Stage:
    """People who act on one candidate; `leaks_at` is the state in which the reporter's desk is told already."""

    def __init__(self, second: tuple[int, dict[str, Any]] = (202, {}), leaks_at: str = "released") -> None:
        self.state, self._second, self._leaks_at = "proposed", second, leaks_at

    def cast(self) -> Cast:
        acts: dict[str, Any] = {
            "office": SimpleNamespace(name="office"), "decide": self.decide, "try_to": self.answer,
            "begin_release": lambda candidate, order: None, "approve_release": lambda candidate: ALONE,
            "wait_until": lambda candidate, state: {"state": self.state},
            "wait": lambda look, is_done, what: None,
        }  # fmt: skip
        person = SimpleNamespace(**acts)
        second = SimpleNamespace(**{**acts, "approve_release": self.approve})
        return Cast(*cast(Any, (person, person, second, person)))

    def decide(self, candidate: str, decision: str, state: str) -> None:
        self.state = state

    def approve(self, candidate: str) -> tuple[int, dict[str, Any]]:
        if self._second[0] < 400:
            self.state = "released"
        return self._second

    def answer(self, method: str, path: str) -> tuple[int, dict[str, Any]]:
        told = self.state in ("released", self._leaks_at)
        if path == "/v1/releases":
            return 200, {"items": [RELEASED] if told else []}
        if path == "/v1/releases/c":
            return (200, RELEASED) if told else NOBODYS
        return NOBODYS


def released(stage: Stage) -> Any:
    return WayHome(stage.cast(), "c", "r", Reporter(quiet=True)).released()


def test_a_release_by_two_tells_the_reporter_then_and_not_before() -> None:
    silent, alone, (before, after) = released(Stage())
    assert (silent, alone) == (True, "second-person-required")
    assert before.tell_nothing
    assert not after.tell_nothing


@pytest.mark.parametrize("leaks_at", ["proposed", "possible"])
def test_a_reporter_who_could_tell_before_is_noticed(leaks_at: str) -> None:
    assert released(Stage(leaks_at=leaks_at))[0] is False


def test_a_signature_that_is_not_taken_ends_the_demo() -> None:
    with pytest.raises(ServiceError, match="not taken: not-allowed"):
        released(Stage(second=(403, {"type": "urn:milap:problem:not-allowed"})))


def test_all_of_it_has_to_go_well() -> None:
    assert HOME.succeeded


@pytest.mark.parametrize(
    "flaw",
    [
        {"reporter_silent": False}, {"alone": ""}, {"hub_blind": False}, {"state": "verified"},
        {"audit": {"size": 9, "faults": ["A leaf was changed."]}},
    ],
)  # fmt: skip
def test_each_flaw_makes_the_demo_fail(flaw: dict[str, Any]) -> None:
    assert not replace(HOME, **flaw).succeeded
