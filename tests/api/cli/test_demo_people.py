"""What people of the demo make of the gateway's answers."""

import pytest

from api.cli.demo_people import unrefused
from api.cli.processes import ServiceError


def test_a_refused_decision_ends_the_demo_with_its_reason() -> None:
    waiting = {"decision": "possible", "state": "waiting", "detail": None}
    candidate = {"state": "possible", "decisions": [waiting]}
    assert unrefused(candidate) is candidate
    refused = {"decision": "release", "state": "refused", "detail": "A release waits for the operator."}
    with pytest.raises(ServiceError, match="'release': A release waits"):
        unrefused({"state": "possible", "decisions": [waiting, refused]})
