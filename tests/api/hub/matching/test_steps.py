"""What a search's finding does to a candidate, by the state that people brought it to."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.matching.options import matching_options
from api.hub.matching.steps import Proposing, change_of, proposing
from api.hub.settings import HubSettings
from api.hub.storage.matched import StoredCandidate
from api.wire.life import OPEN, CandidateState
from tests.api.hub.matching.exchange import START

HOW, LATER = Proposing(reopen_units=2_000), START + timedelta(days=1)
OLD = StoredCandidate(
    7, "name", 1, 2, 3, 4, 1, 1, 10_000, 0.5, "weak", "[]", 1, "proposed", 3, START, START, None, None, None, None, None
)


@dataclass(frozen=True)
class Found:
    """What a search found."""

    missing_version: int = 1
    found_version: int = 1
    weight: int = 10_000
    probability: float = 0.5
    verdict: str = "weak"
    levels: str = "[]"
    model_id: int = 1


def change(old: StoredCandidate, found: Found) -> Any:
    return change_of(old, dict(vars(found)), HOW, LATER)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_open_candidate_keeps_its_state_and_brings_what_is_new(state: CandidateState) -> None:
    old = OLD._replace(state=state, released_at=START)
    assert change(old, Found()) is None
    told = change(old, Found(missing_version=2, verdict="probable"))
    assert told.told
    assert not told.proposed
    assert (told.values["state"], told.values["revision"], told.values["since"]) == (state, 4, START)
    assert (told.values["missing_version"], told.values["released_at"]) == (2, START)
    silent = change(old, Found(weight=11_000, model_id=2))
    assert (silent.told, silent.values["revision"], silent.values["weight"]) == (False, 3, 11_000)


def test_a_withdrawn_candidate_is_proposed_again_and_its_reporter_knows_of_it_no_longer() -> None:
    again = change(OLD._replace(state="withdrawn", released_at=START, due_at=None), Found())
    assert again.told
    assert again.proposed
    assert (again.values["state"], again.values["revision"], again.values["released_at"]) == ("proposed", 4, None)
    assert (again.values["since"], again.values["due_at"]) == (LATER, LATER + HOW.review)


@pytest.mark.parametrize("state", ["closed", "reunited"])
def test_what_is_over_stays_over(state: CandidateState) -> None:
    assert change(OLD._replace(state=state), Found(missing_version=9, weight=99_000)) is None


@pytest.mark.parametrize("state", ["rejected", "disproved"])
@given(
    versions=st.tuples(st.integers(1, 4), st.integers(1, 4)), weight=st.integers(0, 30_000),
    model=st.integers(1, 2), judged=st.tuples(st.integers(1, 3), st.integers(1, 3)),
)  # fmt: skip
def test_a_judgement_holds_until_a_later_version_weighs_more(
    state: CandidateState, versions: tuple[int, int], weight: int, model: int, judged: tuple[int, int]
) -> None:
    old = OLD._replace(
        state=state, judged_weight=10_000, judged_missing_version=judged[0], judged_found_version=judged[1],
        released_at=START, reason="other",
    )  # fmt: skip
    again = change(old, replace(Found(), missing_version=versions[0], found_version=versions[1], weight=weight,
                                model_id=model))  # fmt: skip
    new_evidence = (versions[0] > judged[0] or versions[1] > judged[1]) and weight >= 12_000
    assert (again is not None) is new_evidence
    if again is not None:
        assert (again.values["state"], again.values["revision"], again.values["reason"]) == ("proposed", 4, None)
        assert again.values["released_at"] is None


def test_the_settings_say_how_pairs_are_proposed() -> None:
    how = proposing(matching_options(HubSettings(name="north", reopen_bits=1.5, review_hours=5)))
    assert how == Proposing(reopen_units=1_500, review=timedelta(hours=5))
