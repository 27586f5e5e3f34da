"""Two who decide at the same moment: one wins, and the other learns what has become of the candidate."""

import threading
from collections.abc import Callable

import httpx
import pytest

from api.hub.storage.tables import decisions
from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import Exchange


def at_once(*requests: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Send requests from a thread each, at one moment."""
    ready, answers = threading.Barrier(len(requests)), list[httpx.Response]()

    def send(request: Callable[[], httpx.Response]) -> None:
        ready.wait()
        answers.append(request())

    threads = [threading.Thread(target=send, args=[request]) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers, key=lambda answer: answer.status_code)


def test_both_sides_disprove_and_one_is_told_that_it_has_changed(exchange: Exchange) -> None:
    pair = Pair(exchange).brought_to("contact")
    taken = exchange.count(decisions)
    mine, theirs = (pair.decision("disprove", reason=reason) for reason in ("dna_differs", "family_says_no"))
    won, lost = at_once(lambda: pair.send(pair.custodian, mine), lambda: pair.send(pair.reporter, theirs))
    assert (won.status_code, won.json()["state"]) == (200, "disproved")
    assert lost.json()["type"].endswith(":candidate-changed")
    assert (lost.json()["state"], lost.json()["revision"]) == ("disproved", pair.row["revision"])
    assert exchange.count(decisions) == taken + 1


def test_two_officers_desks_of_one_side_decide_differently(exchange: Exchange) -> None:
    pair = Pair(exchange)
    first, second = pair.decision("possible"), pair.decision("reject", reason="age_differs")
    won, lost = at_once(lambda: pair.send(pair.custodian, first), lambda: pair.send(pair.custodian, second))
    assert won.status_code == 200
    assert lost.json()["type"].endswith(":candidate-changed")
    assert pair.row["state"] == won.json()["state"]


def test_one_decision_sent_four_times_at_once_is_taken_once(exchange: Exchange) -> None:
    pair = Pair(exchange)
    decision = pair.decision("possible")
    answers = at_once(*[lambda: pair.send(pair.custodian, decision)] * 4)
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[-1].status_code == 200
    assert (pair.row["revision"], exchange.count(decisions)) == (2, 1)


@pytest.mark.parametrize("state", ["possible"])
def test_a_release_and_the_revocation_of_its_officer(exchange: Exchange, state: str) -> None:
    pair = Pair(exchange).brought_to(state)
    gone = pair.officers[1].name
    first, second = at_once(lambda: pair.release(), lambda: pair.custodian.send("DELETE", f"/v1/officers/{gone}"))
    assert first.status_code == 200
    assert (pair.row["state"], second.status_code) in {("released", 200), ("possible", 403)}
