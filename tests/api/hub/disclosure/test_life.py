"""The life of candidates under everything that can happen in any order: two sides, records, matcher, operator."""

import shutil
import tempfile
from pathlib import Path
from typing import Any, get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from api.hub.disclosure.deciding import Decided
from api.hub.disclosure.signing_officers import retire
from api.hub.noticing import candidates_for, releases_for
from api.hub.registry import membership
from api.wire.decisions import Decision
from api.wire.life import REASONS, STEPS, WITHDRAWABLE, DecisionWord
from api.wire.names import new_ref
from api.wire.problems import ProblemError
from api.wire.request_keys import RequestKey
from tests.api.hub.disclosure.world import CUSTODIAN, ORDER, REPORTER, Seen, World, interleavings

WORDS: list[DecisionWord] = list(get_args(DecisionWord))
TOLD = ("state", "missing_version", "found_version", "verdict", "levels")
PAIRS = [(missing, found) for missing in World.missing for found in World.found]
# What happens beside decisions: the matcher withdraws and proposes, two messages exchange contact details.
BESIDE = {(state, "withdrawn") for state in WITHDRAWABLE} | {
    ("withdrawn", "proposed"), ("rejected", "proposed"), ("disproved", "proposed"), ("accepted", "contact"),
}  # fmt: skip
BY_DECISION = {(origin, step.target) for step in STEPS.values() for origin in step.origins}
OVER = ("closed", "reunited")
PROPOSED_ANEW = "candidate-proposed"
AUDITED = {"candidate-withdrawn": "withdrawn", PROPOSED_ANEW: "proposed", "contact-exchanged": "contact"}
# What leads to a reunion first.
FORWARD: list[DecisionWord] = ["possible", "release", "accept", "verify", "reunite", "close", "reopen", "decline",
                               "disprove", "reject"]  # fmt: skip
weights = st.sampled_from([9_000, 10_000, 10_500, 12_500, 20_000])
verdicts = st.sampled_from(["probable", "weak"])
partners = st.sampled_from([REPORTER, CUSTODIAN])


class CandidateLives(RuleBasedStateMachine):
    """Remembers what was accepted and how each candidate stood before, and looks after every event."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="milap-lives-"))
        self.world = World(self.folder)
        self.gone: dict[str, RequestKey] = {}
        self.accepted: list[tuple[str, str, Decision, Decided]] = []
        self.before: dict[str, Any] = {}
        self.seen, self.agreement = self.world.seen(), self.world.agreement

    def teardown(self) -> None:
        self.world.database.close()
        shutil.rmtree(self.folder)

    @initialize(chosen=st.sets(st.sampled_from(PAIRS), min_size=2))
    def begin(self, chosen: set[tuple[int, int]]) -> None:
        self.world.match(dict.fromkeys(sorted(chosen), (10_000, "probable")), complete=False)

    @rule(found=st.dictionaries(st.sampled_from(PAIRS), st.tuples(weights, verdicts)), complete=st.booleans())
    def match(self, found: dict[tuple[int, int], tuple[int, str]], complete: bool) -> None:
        self.world.match(found, complete)

    @rule(number=st.integers(1, 5), state=st.sampled_from(["active"] * 4 + ["withdrawn", "withdrawn", "erased"]))
    def change_record(self, number: int, state: str) -> None:
        self.world.change_record(number, state)

    @precondition(lambda self: self.before)
    @rule(data=st.data(), weight=weights)
    def a_record_goes_and_comes_back(self, data: st.DataObject, weight: int) -> None:
        """Of a candidate that a reporter knows of, if there is one: it is withdrawn, or judged anew."""
        row = max(self.before.values(), key=lambda each: (each.released_at is not None, each.id))
        if data.draw(st.booleans()):
            self.world.change_record(row.missing_id, "withdrawn")
            self.world.take_back()
            self.nothing_is_wrong()
        self.world.change_record(row.missing_id, "active")
        self.world.match({(row.missing_id, row.found_id): (weight, "probable")}, complete=False)

    @rule()
    def take_back(self) -> None:
        self.world.take_back()

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.world.later(hours)

    @precondition(lambda self: self.is_open)
    @rule(name=st.sampled_from([None, REPORTER, CUSTODIAN]))
    def agreement_ends_or_a_partner_is_suspended(self, name: str | None) -> None:
        world = self.world
        if name is None:
            world.write(world.disagree)
        else:
            world.partners[name] = world.write(lambda conn: membership.suspend(conn, name, world.now))

    @precondition(lambda self: not self.is_open)
    @rule()
    def all_is_well_again(self) -> None:
        world = self.world
        if world.agreement is None:
            world.write(world.agree)
        for name, partner in world.partners.items():
            if partner.state != "active":
                world.partners[name] = world.write(lambda conn, name=name: membership.resume(conn, name, world.now))

    @property
    def is_open(self) -> bool:
        """Whether the two may be compared."""
        return self.world.agreement is not None and all(p.state == "active" for p in self.world.partners.values())

    @rule(data=st.data())
    def officer_goes_and_another_comes(self, data: st.DataObject) -> None:
        world = self.world
        name = list(world.keys)[data.draw(st.integers(0, 1))]
        world.write(lambda conn: retire(conn, world.partners[CUSTODIAN], name, world.now))
        self.gone[name] = world.keys.pop(name)
        world.write(world.add_officer)

    @precondition(lambda self: self.before)
    @rule(data=st.data())
    def contact_is_exchanged(self, data: st.DataObject) -> None:
        self.world.exchange_contact(self._drawn(data).id)

    @precondition(lambda self: self.before)
    @rule(data=st.data(), partner=partners, word=st.sampled_from(WORDS), stale=st.integers(0, 9))
    def decide(self, data: st.DataObject, partner: str, word: DecisionWord, stale: int) -> None:
        """Any decision of anybody, mostly in vain."""
        row = self._drawn(data)
        self._send(partner, row, word, row.revision - (stale == 0), officers=data.draw(st.integers(0, 2)))

    @precondition(lambda self: self.before and self.is_open)
    @rule(data=st.data(), steps=st.sampled_from([3, 7, 6, 5, 4, 2, 1]))
    def a_candidate_goes_its_way(self, data: st.DataObject, steps: int) -> None:
        """Decisions that the table allows, so that stories get somewhere."""
        number = self._drawn(data).id
        for _ in range(steps):
            row = next(row for row in self.before.values() if row.id == number)
            able = [(word, side) for word in FORWARD if row.state in STEPS[word].origins for side in STEPS[word].side]
            if row.state == "accepted" and data.draw(st.booleans()):
                self.world.exchange_contact(row.id)
            elif able:
                word, side = able[min(data.draw(st.integers(0, 4)) // 3, len(able) - 1)]
                if not self._send(REPORTER if side == "reporter" else CUSTODIAN, row, word, row.revision, officers=2):
                    return
            self.nothing_is_wrong()

    @precondition(lambda self: self.accepted)
    @rule(data=st.data(), other=st.booleans())
    def send_again(self, data: st.DataObject, other: bool) -> None:
        partner, candidate, decision, decided = self.accepted[data.draw(st.integers(0, len(self.accepted) - 1))]
        if not other:
            assert self.world.decide(partner, candidate, decision) == Decided(decided.receipt)
            return
        changed = decision.model_copy(update={"revision": decision.revision + 1})
        assert self._refusal(partner, candidate, changed) == "idempotency-key-reused"

    def _drawn(self, data: st.DataObject) -> Any:
        """A candidate, drawn by its number: names are random, and a story has to be told again to be shortened."""
        by_number = {row.id: row for row in self.before.values()}
        return by_number[data.draw(st.sampled_from(sorted(by_number)))]

    def _send(self, partner: str, row: Any, word: DecisionWord, revision: int, officers: int) -> bool:
        """Send a decision; whether it was taken, which it was for good reasons."""
        given: dict[str, Any] = {"id": new_ref(), "decision": word, "revision": max(1, revision)}
        if word in REASONS:
            given["reason"] = "other"
        if word == "release":
            signers = list(self.world.keys)[:officers] if officers else list(self.gone)[:2]
            given |= {"order": ORDER, "signatures": self.world.signatures(row, signers, self.gone)}
        decision = Decision.model_validate(given)
        mine = {row.reporter_id: REPORTER, row.custodian_id: CUSTODIAN}
        try:
            decided = self.world.decide(partner, row.name, decision)
        except ProblemError as error:
            self._check_refusal(error.kind, partner, row)
            return False
        step = STEPS[word]
        assert partner in mine.values()
        assert decision.revision == row.revision
        assert row.state in step.origins
        assert decided.receipt.state == step.target
        assert officers == 2 or word != "release"
        assert step.target not in WITHDRAWABLE or _are_active(row, self.seen)
        own = row.reporter_id == row.custodian_id
        assert own or self.world.agreement is not None
        reporter_knew = row.released_at is not None
        assert partner == CUSTODIAN or reporter_knew
        if not own:
            hears = self.world.partners[REPORTER if partner == CUSTODIAN else CUSTODIAN].id
            knows = partner == REPORTER or reporter_knew or word == "release"
            assert decided.told == ({hears} if knows else set())
        self.accepted.append((partner, row.name, decision, decided))
        return True

    def _check_refusal(self, kind: str, partner: str, row: Any) -> None:
        was_released = any(
            taken.candidate_id == row.id and taken.decision == "release" for taken in self.seen.decisions
        )
        if partner == REPORTER and not was_released:
            assert kind == "no-such-resource"

    def _refusal(self, partner: str, candidate: str, decision: Decision) -> str:
        try:
            self.world.decide(partner, candidate, decision)
        except ProblemError as error:
            return error.kind
        raise AssertionError("it was taken")

    @invariant()
    def nothing_is_wrong(self) -> None:
        """In this order: the first remembers how the candidates stand."""
        seen = self.world.seen()
        changed = seen.candidates != self.before or seen.records != self.seen.records
        self.each_candidate_took_a_step_of_the_table_or_none(seen)
        self.decisions_and_audit_tell_how_each_candidate_came_into_its_state(seen)
        self.seen = seen
        if changed or self.world.agreement != self.agreement:
            self.each_side_is_told_what_it_may_know(seen)
        self.agreement = self.world.agreement

    def each_candidate_took_a_step_of_the_table_or_none(self, seen: Seen) -> None:
        for name, row in seen.candidates.items():
            old = self.before.get(name)
            if old is None:
                assert (row.state, row.revision, row.released_at) == ("proposed", 1, None)
                continue
            if row.state != old.state:
                assert (old.state, row.state) in BESIDE | BY_DECISION
                assert row.since == self.world.now
            changed = {field for field in TOLD if getattr(row, field) != getattr(old, field)}
            assert row.revision == old.revision + bool(changed)
            assert row.sequence > old.sequence or not changed
            if old.state in OVER:
                # Erasure alone touches what is over.
                assert changed <= {"state", "verdict", "levels"}
                assert not changed & {"verdict", "levels"} or row.levels == "[]"
        assert self.before.keys() <= seen.candidates.keys()
        self.before = seen.candidates

    def decisions_and_audit_tell_how_each_candidate_came_into_its_state(self, seen: Seen) -> None:
        names = {row.id: row.name for row in seen.candidates.values()}
        assert [(row.name, row.decision, row.state, row.revision) for row in seen.decisions] == [
            (decision.id, decision.decision, decided.receipt.state, decided.receipt.revision)
            for _, _, decision, decided in self.accepted
        ]
        told = [leaf for leaf in seen.leaves if leaf.what.startswith("candidate-") and leaf.by != "hub"]
        assert [(leaf.what, leaf.about, leaf.facts["revision"]) for leaf in told] == [
            (f"candidate-{row.decision}", names[row.candidate_id], row.revision) for row in seen.decisions
        ]
        events = [(names[row.candidate_id], row.revision, row.state) for row in seen.decisions]
        beside = [leaf for leaf in seen.leaves if leaf.what in AUDITED]
        events += [(leaf.about, leaf.facts["revision"], AUDITED[leaf.what]) for leaf in beside]
        last: dict[str, str] = {}
        for name, _, state in sorted(events, key=lambda each: each[1]):
            assert (last.get(name), state) in BESIDE | BY_DECISION or name not in last
            last[name] = state
        assert {name: seen.candidates[name].state for name in last} == last

    def each_side_is_told_what_it_may_know(self, seen: Seen) -> None:
        world = self.world
        reporter, custodian = (world.partners[name] for name in (REPORTER, CUSTODIAN))
        given = (0, 100, world.now, world.settings.within_country)
        with world.database.read() as conn:
            page = releases_for(conn, world.cursors, reporter.id, *given)
            shown = candidates_for(conn, world.cursors, custodian.id, *given)
            assert candidates_for(conn, world.cursors, reporter.id, *given).items == []
        open_to = world.agreement is not None and reporter.state == custodian.state == "active"
        released = {
            name for name, row in seen.candidates.items() if row.reporter_id == reporter.id and _is_released(row, seen)
        }
        assert {notice.candidate for notice in page.items} == (released if open_to else set())
        assert (page.next == 0) is not bool(page.items)
        for notice in (*page.items, *shown.items):
            row = seen.candidates[notice.candidate]
            gone = row.state in WITHDRAWABLE and not _are_active(row, seen)
            assert (notice.state, notice.revision) == ("withdrawn" if gone else row.state, row.revision)


def _is_released(row: Any, seen: Seen) -> bool:
    """By the story alone: a release that no new proposal has followed."""
    of_row = [taken for taken in seen.decisions if taken.candidate_id == row.id]
    released = [taken.revision for taken in of_row if taken.decision == "release"]
    proposed = [leaf.facts["revision"] for leaf in seen.leaves if (leaf.about, leaf.what) == (row.name, PROPOSED_ANEW)]
    return max(released, default=0) > max((int(at or 0) for at in proposed), default=0)


def _are_active(row: Any, seen: Seen) -> bool:
    return seen.records[row.missing_id] == seen.records[row.found_id] == "active"


CandidateLives.TestCase.settings = settings(
    max_examples=interleavings(), stateful_step_count=20, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
TestCandidateLives = CandidateLives.TestCase
