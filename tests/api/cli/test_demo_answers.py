"""What the reporter's desk of the demo is answered, and when that tells of a candidate."""

from typing import Any

import pytest

from api.cli.demo_answers import Answers

NOBODYS = (404, {"type": "urn:milap:problem:no-such-resource", "title": "Not here"})
RELEASED = {"candidate": "c", "partner": "shelters", "verdict": "probable", "state": "released"}


def answers(items: list[dict[str, Any]], own: tuple[int, dict[str, Any]] = NOBODYS) -> Answers:
    return Answers("c", {"/v1/releases": (200, {"items": items}), "/v1/releases/c": own}, NOBODYS)


def test_an_empty_list_and_a_name_like_nobodys_tell_nothing() -> None:
    assert answers([]).tell_nothing
    assert set(answers([]).in_words().values()) == {"nothing", "404 no-such-resource"}


@pytest.mark.parametrize(
    ("items", "own"),
    [
        ([RELEASED], NOBODYS),
        ([], (200, RELEASED)),
        ([], (403, {"type": "urn:milap:problem:not-allowed", "title": "No"})),
        ([], (404, {**NOBODYS[1], "detail": "Not yet."})),
    ],
)
def test_everything_else_tells(items: list[dict[str, Any]], own: tuple[int, dict[str, Any]]) -> None:
    assert not answers(items, own).tell_nothing


def test_what_was_released_is_told_in_words() -> None:
    assert set(answers([RELEASED], (200, RELEASED)).in_words().values()) == {"shelters, probable, released"}
