"""The life of a candidate: its states, who may decide what in each, and why (DESIGN section 8).

One table. The hub keeps to it, gateways offer nobody what it does not allow, and the documentation prints it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

CandidateState = Literal[
    "proposed", "possible", "rejected", "released", "accepted", "contact", "verified", "disproved", "reunited",
    "closed", "withdrawn",
]  # fmt: skip
"""proposed   the custodian has not looked yet
possible   the custodian takes it for possible; a release needs an order and two officers
rejected   the custodian does not; it is remembered with the versions of both records
released   the reporter knows of it and reviews
accepted   the reporter takes it for possible too; contact details are on their way
contact    both desks have each other's contact details
verified   it is the same child
disproved  it is not, as the reporter or both found out
reunited   the child is where it belongs
closed     nothing is left to do
withdrawn  one of the records changed or is gone, and the pair is a candidate no longer
"""
DecisionWord = Literal["possible", "reject", "reopen", "release", "accept", "decline", "verify", "disprove",
                       "reunite", "close"]  # fmt: skip
Side = Literal["custodian", "reporter"]

REASONS: Mapping[str, tuple[str, ...]] = {
    "reject": ("other_child", "sex_differs", "age_differs", "family_differs", "identity_known", "false_report",
               "other"),
    "decline": ("other_child", "family_says_no", "found_elsewhere", "other"),
    "disprove": ("other_child", "dna_differs", "documents_differ", "family_says_no", "false_report", "other"),
    "close": ("done", "child_returned_elsewhere", "child_of_age", "child_died", "duplicate", "other"),
}  # fmt: skip
"""Why, for the decisions that need a reason. Free text stays with the holder."""


@dataclass(frozen=True)
class Step:
    """One decision: who may make it, in which states, and the state that it brings."""

    side: tuple[Side, ...]
    origins: tuple[CandidateState, ...]
    target: CandidateState


STEPS: Mapping[DecisionWord, Step] = {
    "possible": Step(("custodian",), ("proposed",), "possible"),
    "reject": Step(("custodian",), ("proposed", "possible"), "rejected"),
    "reopen": Step(("custodian",), ("rejected",), "proposed"),
    "release": Step(("custodian",), ("possible",), "released"),
    "accept": Step(("reporter",), ("released",), "accepted"),
    "decline": Step(("reporter",), ("released",), "disproved"),
    "verify": Step(("custodian",), ("contact",), "verified"),
    "disprove": Step(("custodian", "reporter"), ("accepted", "contact", "verified"), "disproved"),
    "reunite": Step(("custodian",), ("verified",), "reunited"),
    "close": Step(("custodian",), ("disproved", "reunited"), "closed"),
}

WITHDRAWABLE: frozenset[CandidateState] = frozenset({"proposed", "possible", "released", "accepted", "contact"})
"""States from which a candidate falls when one of its records is withdrawn, expires or is erased."""
OPEN: frozenset[CandidateState] = WITHDRAWABLE | {"verified"}
"""States in which somebody has to act."""
REMEMBERED: frozenset[CandidateState] = frozenset({"rejected", "disproved"})
"""States in which the pair was judged not to be one child: only new evidence proposes it again."""
RELEASED: frozenset[CandidateState] = frozenset(get_args(CandidateState)) - {"proposed", "possible", "rejected"}
"""States that a reporter can be told of, once the candidate was released."""


def whose_turn(state: CandidateState) -> Side | None:
    """The side that is expected to act next, None when nobody is."""
    if state == "released":
        return "reporter"
    return "custodian" if state in ("proposed", "possible", "contact", "verified") else None


def allowed(side: Side, state: CandidateState) -> tuple[DecisionWord, ...]:
    """The decisions that a side can make in a state, in the order of the table."""
    return tuple(word for word, step in STEPS.items() if side in step.side and state in step.origins)


def after(word: DecisionWord, side: Side, state: CandidateState) -> CandidateState | None:
    """The state that a side's decision brings, None when the table does not have it."""
    step = STEPS[word]
    return step.target if side in step.side and state in step.origins else None
