"""When the demo as a whole has gone well."""

from dataclasses import replace
from typing import Any

import pytest

from api.cli.demo_disclosure import Homecoming
from api.cli.demo_intake import Progress
from api.cli.demo_report import Outcome
from api.cli.demo_story import Story

STORY = Story(("m", "f"), "c", 0.1, "probable", (), True)
HOME = Homecoming(True, {}, {}, "second-person-required", {}, True, "reunited", {"size": 9, "faults": []})
WELL = Outcome({}, Progress(0, 2, 2, 0, 0, 0, 2), STORY, HOME, {}, [], frozenset(), {1: 0.9, 10: 1.0}, {})


def test_it_goes_well_when_everything_does() -> None:
    assert WELL.succeeded


@pytest.mark.parametrize(
    "flaw",
    [
        {"arrived": Progress(0, 2, 2, 0, 0, 1, 1)}, {"arrived": Progress(0, 2, 1, 1, 0, 0, 1)},
        {"story": replace(STORY, verdict="possible")}, {"story": replace(STORY, reporter_silent=False)},
        {"home": replace(HOME, state="contact")}, {"home": replace(HOME, reporter_silent=False)},
        {"recall": {1: 0.5, 10: 0.8}},
    ],
)  # fmt: skip
def test_each_part_can_fail_it(flaw: dict[str, Any]) -> None:
    assert not replace(WELL, **flaw).succeeded
