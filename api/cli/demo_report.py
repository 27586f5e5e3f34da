"""What came of the demo, for programs and for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.cli.demo_candidates import Pair, Proposal, best
from api.cli.demo_disclosure import Homecoming
from api.cli.demo_intake import Progress
from api.cli.demo_network import CUSTODIAN, Gateway, Network
from api.cli.demo_offices import NOBODY, Office
from api.cli.demo_story import PROBABLE, Story, said_levels
from encoder.synthetic.population import SyntheticPopulation

ENOUGH_RECALL = 0.9
"""Share of the planted pairs that has to be among the ten best candidates of their report."""
SHOWN = 5


@dataclass(frozen=True)
class Outcome:
    """All that was seen.

    shares    the population by office
    arrived   as the gateways count it
    story     the planted story
    home      the way home of its girl
    run       the summary of the cross-match's run
    proposed  what the hub proposes now
    true      the planted pairs as refs, those alone of which the hub has both sides
    recall    share of these by rank
    seconds   how long each part took
    """

    shares: Mapping[Office, SyntheticPopulation]
    arrived: Progress
    story: Story
    home: Homecoming
    run: Mapping[str, Any]
    proposed: Sequence[Proposal]
    true: frozenset[Pair]
    recall: Mapping[int, float]
    seconds: Mapping[str, float]

    @property
    def succeeded(self) -> bool:
        """Whether all arrived, the story went as it should until she was home, and enough pairs were found."""
        complete = not self.arrived.rejected and self.arrived.arrived == self.arrived.shared
        told = self.story.verdict == PROBABLE and self.story.reporter_silent
        return complete and told and self.home.succeeded and self.recall[10] >= ENOUGH_RECALL

    @property
    def planted(self) -> int:
        """Number of planted pairs, the story's not counted."""
        return sum(len(share.truth) for share in self.shares.values())


def summary(outcome: Outcome, services: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """For programs; `services` is empty when they end with the report."""
    run, story, home = outcome.run, outcome.story, outcome.home
    return {
        "note": NOBODY,
        "succeeded": outcome.succeeded,
        "records": {
            office.name: {"missing": len(share.missing), "found": len(share.found)}
            for office, share in outcome.shares.items()
        },
        "missing": run["missing"], "found": run["found"], "arrived": str(outcome.arrived),
        "planted_pairs": outcome.planted, "comparable_pairs": len(outcome.true),
        "recall": {str(rank): round(share, 4) for rank, share in outcome.recall.items()},
        "pairs_compared": run["pairs_compared"], "candidates": run["candidates"],
        "story": {
            "seconds": round(story.seconds, 3), "verdict": story.verdict, "levels": dict(story.levels),
            "reporter_saw_nothing": story.reporter_silent,
        },
        "way_home": {
            "reporter_saw_nothing_before": home.reporter_silent, "before": dict(home.before), "after": dict(home.after),
            "one_officer_alone": home.alone, "contact": dict(home.contact), "hub_saw_nothing": home.hub_blind,
            "state": home.state, "audit": dict(home.audit),
        },
        "best_pairs": [_shown(each, outcome) for each in best(outcome.proposed, SHOWN)],
        "seconds": {name: round(taken, 3) for name, taken in outcome.seconds.items()},
        "services": list(services),
    }  # fmt: skip


def lines(outcome: Outcome) -> list[str]:
    """For people."""
    run, seconds, verdicts = outcome.run, outcome.seconds, outcome.run["candidates"]
    shares = outcome.recall
    return [
        "",
        NOBODY,
        f"{outcome.arrived}: {run['missing']:,} missing reports and {run['found']:,} found records of "
        f"{len(outcome.shares)} offices, as codes; no name left its office.",
        f"Cross-match: {run['pairs_compared']:,} pairs compared in {run['seconds']:.1f} s, as above; "
        f"{verdicts['probable']:,} probable, {verdicts['possible']:,} possible, {verdicts['weak']:,} weak candidates.",
        f"Of {outcome.planted:,} planted pairs the hub has both sides of {len(outcome.true):,}; the right child stands "
        f"first for {shares[1]:.1%} of these, among the first ten for {shares[10]:.1%}.",
        *([] if outcome.home.succeeded else ["The story's girl was NOT brought home as it should be; see above."]),
        "",
        f"The {SHOWN} best pairs, as the hub's operator sees them:",
        *(line for each in best(outcome.proposed, SHOWN) for line in _pair_lines(each, outcome)),
        "",
        "Seconds: " + ", ".join(f"{name} {taken:.1f}" for name, taken in seconds.items()),
    ]


def services(network: Network) -> list[dict[str, str]]:
    """Where to look while the services run, and what opens the gateways of the demo."""
    hub = {"name": "hub", **_pages(network.hub_address)}
    return [hub, *(_gateway(gateway) for gateway in network.gateways)]


def service_lines(network: Network, custodian: Gateway) -> list[str]:
    """The same for people, with a line to paste."""
    told = ["", "The services are up (every one with its own database and keys):"]
    for each in services(network):
        told.append(f"  {each['name']:<12} {each['openapi']}  {each['readyz']}")
        if "token" in each:
            told.append(f"  {'':<12} login {each['login']}, password {each['password']}, token {each['token']}")
    return [
        *told,
        "",
        f"The inbox of {custodian.office.name}:",
        f"  curl -s -H 'Authorization: Bearer {custodian.token}' '{custodian.address}/v1/inbox?limit=5'",
    ]


def _gateway(gateway: Gateway) -> dict[str, str]:
    opens = {"login": CUSTODIAN, "password": gateway.password, "token": gateway.token}
    return {"name": gateway.office.name, **_pages(gateway.address), **opens}


def _pages(address: str) -> dict[str, str]:
    return {"address": address, "openapi": f"{address}/v1/openapi.json", "readyz": f"{address}/readyz"}


def _shown(each: Proposal, outcome: Outcome) -> dict[str, Any]:
    return {
        "reporter": each.reporter, "custodian": each.custodian, "bits": round(each.bits, 1),
        "probability": round(each.probability, 4), "verdict": each.verdict, "levels": dict(each.levels),
        "planted": _is_planted(each, outcome),
    }  # fmt: skip


def _pair_lines(each: Proposal, outcome: Outcome) -> list[str]:
    right = "planted pair" if _is_planted(each, outcome) else "not a planted pair"
    return [
        f"  {each.reporter} - {each.custodian}: {each.verdict}, {each.bits:.1f} bits, {right}",
        f"      {said_levels(each.levels)}",
    ]


def _is_planted(each: Proposal, outcome: Outcome) -> bool:
    return each.pair in outcome.true or each.pair == outcome.story.pair
