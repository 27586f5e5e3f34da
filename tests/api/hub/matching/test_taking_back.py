"""Candidates of records that are gone: taken back after the fact, none missed, none told too much."""

from typing import Any

import pytest

from api.hub.matching import taking_back
from api.hub.matching.taking_back import TakingBack
from api.hub.storage import tables
from api.wire.life import WITHDRAWABLE, CandidateState
from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import Exchange, erase, propose, put, withdraw


class DeathError(Exception):
    """The power is gone."""


@pytest.fixture
def pair(exchange: Exchange) -> Pair:
    return Pair(exchange)


STATES: list[CandidateState] = ["proposed", "possible", "rejected", "released", "contact", "verified", "disproved",
                                "closed"]  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_only_what_can_fall_falls(exchange: Exchange, state: CandidateState) -> None:
    pair = Pair(exchange).brought_to(state)
    revision = pair.row["revision"]
    pair.reporter.submit(withdraw(pair.missing, 2))
    pair.take_back()
    falls = state in WITHDRAWABLE
    assert (pair.row["state"], pair.row["revision"]) == (("withdrawn", revision + 1) if falls else (state, revision))
    assert pair.row["levels"] != "[]"
    row = pair.row
    assert pair.take_back() == frozenset()
    assert pair.row == row


@pytest.mark.parametrize("state", STATES)
def test_of_an_erased_record_only_the_state_stays(exchange: Exchange, state: CandidateState) -> None:
    pair = Pair(exchange).brought_to(state)
    pair.custodian.submit(erase(pair.found, 2))
    pair.take_back()
    row = pair.row
    assert row["state"] == ("withdrawn" if state in WITHDRAWABLE else state)
    assert (row["levels"], row["weight"], row["probability"], row["reason"], row["judged_weight"]) == (
        "[]", 0, 0.0, None, None
    )  # fmt: skip
    for taken in exchange.rows(tables.decisions):
        assert (taken["order_mark"], taken["officers"], taken["reason"]) == (None, None, None)
    assert pair.take_back() == frozenset()
    assert pair.row == row


@pytest.mark.parametrize("place", ["candidates.withdraw", "decisions.empty", "hidden_ids", "gone.set_followed_up"])
def test_a_crash_leaves_the_rest_for_the_next_time(pair: Pair, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    pair.reporter.submit(erase(pair.missing, 2))
    before = pair.row

    def die(*_: Any, **__: Any) -> None:
        raise DeathError

    with monkeypatch.context() as patch:
        patch.setattr(f"api.hub.matching.taking_back.{place}", die)
        with pytest.raises(DeathError):
            pair.take_back()
    assert place == "gone.set_followed_up" or pair.row == before
    pair.take_back()
    assert (pair.row["state"], pair.row["revision"], pair.row["levels"]) == ("withdrawn", 2, "[]")


def test_steps_are_small_and_none_is_left_out(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_back, "LOOK", 3)
    monkeypatch.setattr(taking_back, "STEP", 2)
    refs = [f"{at:022d}" for at in range(9)]
    pair.reporter.submit(*(put(ref, kind="missing", seed=at) for at, ref in enumerate(refs)))
    with pair.exchange.database.write() as conn:
        for ref in refs:
            propose(conn, pair.id_of(ref), pair.id_of(pair.found))
    pair.reporter.submit(*(withdraw(ref, 2) for ref in refs[::2]))
    step = TakingBack(pair.exchange.database).step
    while step(pair.partition, pair.exchange.clock()) is not None:
        pass
    states = [row["state"] for row in pair.exchange.rows(tables.candidates, tables.candidates.c.id)]
    assert states == ["proposed"] + ["withdrawn", "proposed"] * 4 + ["withdrawn"]


def test_a_record_that_comes_back_at_once_leaves_its_candidate_and_tells_it_again(exchange: Exchange) -> None:
    pair = Pair(exchange).brought_to("accepted")
    before = pair.row
    pair.reporter.submit(withdraw(pair.missing, 2))
    pair.reporter.submit(put(pair.missing, 3, kind="missing"))
    pair.take_back()
    assert {**pair.row, "sequence": 0, "changed_at": 0} == {**before, "sequence": 0, "changed_at": 0}
    assert pair.row["sequence"] > before["sequence"]


def test_an_update_of_nobody_is_nothing(pair: Pair) -> None:
    step = TakingBack(pair.exchange.database).step
    assert step(pair.partition, pair.exchange.clock()) == frozenset()
    assert step(pair.partition, pair.exchange.clock()) is None
