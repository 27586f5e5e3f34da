"""The way home of the story's girl: two officers, an order, sealed contact lines, and what the audit log says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.cli.console import Reporter
from api.cli.demo_answers import Answers, all_answers
from api.cli.demo_caller import Document
from api.cli.demo_cast import Cast, cast_of
from api.cli.demo_hub_files import hub_holds
from api.cli.demo_network import Gateway, Network
from api.cli.demo_people import Person
from api.cli.processes import ServiceError, run_to_end
from api.wire.names import new_ref

ORDER: Final = {
    "authority": "Invented Child Welfare Committee, Ludhiana", "number": "INVENTED/LDH/117/2025", "date": "2025-06-02",
}  # fmt: skip
"""It stays with the side that has the child."""
ALONE: Final = "second-person-required"


@dataclass(frozen=True)
class Homecoming:
    """What came of it.

    reporter_silent  whether the reporter's desk got the same answers until both officers had signed
    before, after    these answers in words, until then and afterwards, by what was asked
    alone            the kind of problem when one officer signed twice
    contact          the line of the other desk that each office read, by the office's name
    hub_blind        whether neither these lines nor the order are in any file of the hub
    state            of the candidate at the end
    audit            the summary of `milap hub verify-audit`
    """

    reporter_silent: bool
    before: Mapping[str, str]
    after: Mapping[str, str]
    alone: str
    contact: Mapping[str, str]
    hub_blind: bool
    state: str
    audit: Mapping[str, Any]

    @property
    def succeeded(self) -> bool:
        """Whether she is home, by two people, with nothing known too early or to the hub, and all of it in the log."""
        kept = self.reporter_silent and self.hub_blind and self.alone == ALONE
        return kept and self.state == "reunited" and not self.audit["faults"]


def bring_home(
    network: Network, has_her: Gateway, misses_her: Gateway, candidate: str, report: str, reporter: Reporter
) -> Homecoming:
    """Take a proposed candidate to the reunion, and tell each step in a line.

    Args:
        network: with everything running.
        has_her: gateway of the office that has the child.
        misses_her: of the office that looks for her.
        candidate: its name.
        report: the ref of the missing report.
        reporter: is told the steps.

    Raises:
        ServiceError: a step does not come about.
    """
    reporter.say("\nHer way home. Officers, order and desks are as invented as she is.")
    with cast_of(network, has_her, misses_her) as cast:
        reporter.say(f"  1. Two officers of {has_her.office.name} have made keys; the hub's operator has compared the")
        reporter.say("     fingerprints on the telephone, and both offices those of their cards, for sealed messages.")
        way = WayHome(cast, candidate, report, reporter)
        silent, alone, answers = way.released()
        contact = way.in_contact()
        blind = not hub_holds(network, [*contact.values(), ORDER["authority"], ORDER["number"]])
        reporter.say(
            "     The hub carried both sealed: no file of it holds these lines, or the order."
            if blind else "     The hub HOLDS THESE LINES OR THE ORDER, which must not be."
        )  # fmt: skip
        state = way.reunited()
    before, after = (each.in_words() for each in answers)
    return Homecoming(silent, before, after, alone, contact, blind, state, _audited(network, reporter))


class WayHome:
    """The steps of one candidate, each told as it is done."""

    def __init__(self, cast: Cast, candidate: str, report: str, reporter: Reporter) -> None:
        self._cast, self._candidate, self._report, self._say = cast, candidate, report, reporter.say
        self._has, self._misses = cast.custodian.office.name, cast.reporter.office.name
        self._unknown = new_ref()

    def released(self) -> tuple[bool, str, tuple[Answers, Answers]]:
        """Release it: whether the reporter could tell nothing before, the refusal of one person, both answers."""
        cast, at_first = self._cast, self._answers()
        cast.custodian.decide(self._candidate, "possible", "possible")
        cast.first.begin_release(self._candidate, ORDER)
        alone = _kind(*cast.first.approve_release(self._candidate))
        self._say(f"  2. {self._has} takes the candidate for possible; an officer signs its release under an order.")
        self._say(f"     The same officer once more, in place of a second one: {alone}.")
        before = self._answers()
        silent = before == at_first and before.tell_nothing
        if problem := _kind(*cast.second.approve_release(self._candidate)):
            raise ServiceError(f"The second officer's signature was not taken: {problem}.")
        # What stands against it is told here, and would be waited for in vain at the reporter's desk.
        cast.custodian.wait_until(self._candidate, "released")
        cast.reporter.wait(self._answers, lambda now: not now.tell_nothing, "The release")
        after = self._answers()
        self._say(f"  3. The second officer signs. What {self._misses} is answered, before and after:")
        for asked, words in before.in_words().items():
            self._say(f"       {asked:<28}  {words:<22}   {after.in_words()[asked]}")
        if not silent:
            self._say(f"     {self._misses} COULD TELL before, which must not be.")
        return silent, alone, (before, after)

    def in_contact(self) -> dict[str, str]:
        """Accept it, and give the contact line that each office reads, by its name."""
        self._cast.reporter.decide(self._candidate, "accept", "contact")
        self._cast.custodian.wait_until(self._candidate, "contact")
        lines = {each.office.name: self._contact_line(each) for each in (self._cast.reporter, self._cast.custodian)}
        self._say(f"  4. {self._misses} accepts. Each desk reads whom to call:")
        for office, line in lines.items():
            self._say(f"       {office:<28}  {line}")
        return lines

    def reunited(self) -> str:
        """Verify it and bring it to the reunion; the state that the reporter's desk sees then."""
        self._cast.custodian.decide(self._candidate, "verify", "verified")
        self._cast.custodian.decide(self._candidate, "reunite", "reunited")
        state = str(self._cast.reporter.wait_until(self._candidate, "reunited")["state"])
        self._say(f"  5. {self._has} verifies that it is her, and she goes home: both desks read {state}.")
        return state

    def _answers(self) -> Answers:
        return all_answers(self._cast.reporter, self._candidate, self._report, self._unknown)

    def _contact_line(self, person: Person) -> str:
        def look() -> list[str]:
            items = person.ask("GET", "/v1/messages", params={"candidate": self._candidate})["items"]
            return [item["text"] for item in items if (item["kind"], item["direction"]) == ("contact", "in")]

        return str(person.wait(look, bool, "The contact line of the other office")[0])


def _audited(network: Network, reporter: Reporter) -> dict[str, Any]:
    words = ["hub", "verify-audit", "--config", str(network.hub_config)]
    audit = run_to_end(words, network.hub_config.parent / "verify-audit.log", {})
    whole = f"FAULTS: {'; '.join(audit['faults'])}" if audit["faults"] else "the log is whole"
    reporter.say(f"  6. milap hub verify-audit: {audit['size']:,} entries, {whole}.")
    return audit


def _kind(status: int, document: Document) -> str:
    """The kind of problem, empty when it is none."""
    return str(document["type"]).rpartition(":")[2] if status >= 400 else ""
