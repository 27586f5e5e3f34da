"""One story, step by step: a girl is reported in West Bengal, and registered in Punjab in another script."""

import time
from dataclasses import dataclass
from typing import Any

from api.cli.console import Reporter
from api.cli.demo_candidates import Pair, name_of_pair
from api.cli.demo_desk import Desk
from api.cli.demo_network import Network
from api.cli.demo_waiting import watched
from api.hub.operating import opening
from api.service.database import Database

# All of them are invented.
REPORTED: dict[str, Any] = {
    "record_id": "AMD-2025-0117", "kind": "missing", "name": "রিয়া মণ্ডল", "sex": "female", "age": 9,
    "age_as_of": "2025-03-02", "age_basis": "parent", "event_date": "2025-03-02", "father_name": "সুজিত মণ্ডল",
    "mother_name": "কাকলি মণ্ডল", "sibling_names": ["তনয় মণ্ডল"], "home_country": "India",
    "home_state": "West Bengal", "home_district": "North 24 Parganas", "home_village": "আমডাঙা",
    "event_country": "India", "event_state": "West Bengal", "languages": ["Bengali"], "marks": ["scar@chin"],
}  # fmt: skip
REGISTERED: dict[str, Any] = {
    "record_id": "LDH/88/25", "kind": "found", "name": "ਰੀਆ ਮੰਡਲ", "name_source": "child", "sex": "female",
    "age": 9, "age_as_of": "2025-05-20", "age_basis": "child", "event_date": "2025-05-20",
    "father_name": "ਸੁਜੀਤ ਮੰਡਲ", "mother_name": "ਕਾਕਲੀ", "sibling_names": ["ਤਨਯ ਮੰਡਲ"], "home_country": "India",
    "home_state": "West Bengal", "home_district": "North 24 Parganas", "home_village": "Amdanga",
    "event_country": "India", "event_state": "Punjab", "languages": ["Bengali"], "marks": ["scar@chin"],
}  # fmt: skip
PROBABLE = "probable"


@dataclass(frozen=True)
class Story:
    """What came of it.

    pair             the refs of both records
    candidate        its name
    seconds          from the receipt of the second record to the candidate in the custodian's inbox
    verdict, levels  what the custodian is shown; levels as [(what, level)]
    reporter_silent  whether nothing at the reporter's gateway tells of it
    """

    pair: Pair
    candidate: str
    seconds: float
    verdict: str
    levels: tuple[tuple[str, str], ...]
    reporter_silent: bool


def tell(network: Network, reporting: Desk, custodian: Desk, reporter: Reporter) -> Story:
    """Let it happen; ServiceError when the candidate does not come."""
    reporter.say("")
    reporter.say("One story. A girl of nine goes missing in West Bengal; nobody in it exists.")
    missing = _entered_and_arrived(network, reporting, REPORTED)
    before = reporting.read(missing)
    reporter.say(f"  1. {reporting.office.name} reports her, in Bengali script. The report has arrived at the hub.")
    found = custodian.enter(REGISTERED)["ref"]
    started = time.monotonic()
    reporter.say(f"  2. {custodian.office.name} registers a girl, eleven weeks later, in Gurmukhi script.")
    with opening.opened(network.hub) as hub:
        shown = watched(
            lambda: _shown(hub, custodian, (missing, found)), bool, network.require_running, "The story's candidate",
            standstill_seconds=60,
        )  # fmt: skip
    seconds = time.monotonic() - started
    levels = tuple((each["what"], each["level"]) for each in shown["levels"])
    reporter.say(f"  3. {seconds:.1f} s later it stands in the inbox of {custodian.office.name}: {shown['verdict']}.")
    reporter.say(f"     {said_levels(levels)}")
    silent = reporting.read(missing) == before and all(
        item["own"] is None or item["own"]["ref"] != missing for item in reporting.inbox()
    )
    reporter.say(
        f"  4. {reporting.office.name} saw nothing: its record reads as before, and its inbox has no word of it."
        if silent else f"  4. {reporting.office.name} SAW SOMETHING, which must not be."
    )  # fmt: skip
    return Story((missing, found), shown["candidate"], seconds, shown["verdict"], levels, silent)


def said_levels(levels: tuple[tuple[str, str], ...]) -> str:
    """Levels for people: what says something first, what is not known left out."""
    known = [(what, level) for what, level in levels if level != "not known"]
    order = ("agrees", "close", "differs")
    groups = {level: [what for what, said in known if said == level] for level in order}
    return "; ".join(f"{level}: {', '.join(group)}" for level, group in groups.items() if group)


def _entered_and_arrived(network: Network, desk: Desk, record: dict[str, Any]) -> str:
    ref = str(desk.enter(record)["ref"])
    watched(
        lambda: desk.read(ref)["sharing"], lambda sharing: sharing == "arrived", network.require_running,
        "The arrival of the report", standstill_seconds=60,
    )  # fmt: skip
    return ref


def _shown(hub: Database, custodian: Desk, pair: Pair) -> dict[str, Any]:
    """The candidate as the custodian sees it, empty as long as it does not; the operator knows which one it is."""
    name = name_of_pair(hub, pair)
    if name is None:
        return {}
    return next((item for item in custodian.newest_candidates() if item["candidate"] == name), {})
