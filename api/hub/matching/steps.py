"""What a search's finding does to a candidate that stands already, by the state that people brought it to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.hub.matching.options import MatchingOptions
from api.hub.storage.matched import PROPOSED, StoredCandidate
from api.wire.life import OPEN, REMEMBERED
from matcher.tables import UNITS_PER_BIT

Values = dict[str, Any]
# What partners are told of: when one of these changes, the candidate takes a new revision and a new number.
_TELLING = ("missing_version", "found_version", "verdict", "levels")
_OF_THE_PERSON = ("state", "since", "due_at", "reason", "released_at")
_SAME_PROBABILITY = 1e-9


@dataclass(frozen=True)
class Proposing:
    """How pairs are proposed: how much more a rejected one has to weigh, thousandths of a bit, and the time to look."""

    reopen_units: int = 2 * UNITS_PER_BIT
    review: timedelta = timedelta(hours=72)


def proposing(options: MatchingOptions) -> Proposing:
    """The part of the matcher's settings that this needs."""
    return Proposing(round(options.reopen_bits * UNITS_PER_BIT), timedelta(hours=options.review_hours))


def as_proposed(how: Proposing, now: datetime) -> Values:
    """What a pair that is proposed now has, beside what the search found. A reporter knows of it no longer."""
    return {
        "state": PROPOSED, "since": now, "due_at": now + how.review, "reason": None, "released_at": None,
    }  # fmt: skip


@dataclass(frozen=True)
class Change:
    """New columns of a candidate, and whether partners are told; `proposed` when it is proposed again by it."""

    values: Values
    told: bool
    proposed: bool = False


def change_of(old: StoredCandidate, row: Values, how: Proposing, now: datetime) -> Change | None:
    """What becomes of a candidate whose pair was found, both records being active; None when nothing does.

    Args:
        old: as it stands.
        row: what the search found: versions, weight, probability, verdict, levels and model.
        how: how pairs are proposed.
        now: aware.
    """
    if old.state == "withdrawn" or (old.state in REMEMBERED and _weighs_more(old, row, how)):
        values = {**row, **as_proposed(how, now), "id": old.id, "revision": old.revision + 1}
        return Change(values, told=True, proposed=True)
    if old.state not in OPEN:
        return None
    told = any(getattr(old, name) != row[name] for name in _TELLING)
    if not told and not _differs(old, row):
        return None
    kept = {name: getattr(old, name) for name in _OF_THE_PERSON}
    return Change({**row, **kept, "id": old.id, "revision": old.revision + told}, told)


def _weighs_more(old: StoredCandidate, row: Values, how: Proposing) -> bool:
    """Whether there is new evidence for a pair that was judged: a later version, and a weight that says more.

    Another model alone is none.
    """
    weight = old.weight if old.judged_weight is None else old.judged_weight
    judged = (old.judged_missing_version or old.missing_version, old.judged_found_version or old.found_version)
    later = row["missing_version"] > judged[0] or row["found_version"] > judged[1]
    return bool(later and row["weight"] >= weight + how.reopen_units)


def _differs(old: StoredCandidate, row: Values) -> bool:
    """In what no partner is told of."""
    if (old.weight, old.model_id) != (row["weight"], row["model_id"]):
        return True
    return bool(abs(old.probability - row["probability"]) > _SAME_PROBABILITY)
