"""When and from whom reports come to the hub, in a model: what is open about a record beside its codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from encoder.birth import BirthInterval
from encoder.calendars.interval import DayInterval, day_number
from encoder.gazetteer.load import Level
from encoder.gazetteer.resolve import resolve
from encoder.open_attributes import open_birth, open_event
from encoder.record import RawRecord
from matcher.profile import EncodingProfile
from matcher.views import Kind

Numbers = npt.NDArray[np.int64]
Holders = Literal["state", "country"]
BEGIN = day_number(date(2026, 11, 1))
"""First day of the epoch: the second month of a quarter, so that nearly all events of a month show one quarter."""


@dataclass(frozen=True)
class Arrivals:
    """How missing reports reach the hub in one epoch.

    days         length of the epoch; reports arrive evenly over it
    mean_lag     days from going missing to the report's arrival, on average before the cut (assumed)
    longest_lag  longest such lag, which the attacker knows too (assumed)
    every        days between two uploads of a gateway; 1 sends at once
    holders      whether each state has a gateway of its own, or each country
    """

    days: int = 30
    mean_lag: float = 3.0
    longest_lag: int = 30
    every: int = 1
    holders: Holders = "state"


USUAL = Arrivals()
"""A month, a gateway in every state, and every report sent at once."""


@dataclass(frozen=True, repr=False, eq=False)
class Arrived:
    """n reports of an epoch: what the hub sees of each, and the day of its event, which stands on the poster.

    seen     int64 (n, columns): sex, birth and quarter as open attributes, and holder
    arrival  int64 (n,), day of arrival, counted from 1970-01-01
    event    int64 (n,), day the child went missing
    """

    seen: Numbers
    arrival: Numbers
    event: Numbers


def arrived(
    records: Sequence[RawRecord], profile: EncodingProfile, arrivals: Arrivals, rng: np.random.Generator
) -> Arrived:
    """Let missing reports arrive in one epoch: their events move there, and births with them, so that ages stay."""
    sent = BEGIN + rng.integers(0, arrivals.days, len(records))
    lag = rng.exponential(arrivals.mean_lag, len(records)).astype(np.int64) % (arrivals.longest_lag + 1)
    event = sent - lag
    seen = [_seen(record, int(day), profile, arrivals.holders) for record, day in zip(records, event, strict=True)]
    return Arrived(np.array(seen, dtype=np.int64), -(-sent // arrivals.every) * arrivals.every, event)


def _seen(record: RawRecord, day: int, profile: EncodingProfile, holders: Holders) -> tuple[int, ...]:
    birth, event = record.birth, record.event_date
    if birth is not None and event is not None:
        moved = day - event.first
        birth = BirthInterval(birth.first + moved, birth.last + moved, birth.reason)
    shown = open_event(DayInterval(day, day), Kind.MISSING, profile.event_grain)
    return int(record.sex), *open_birth(birth, profile.birth_grain), shown, holder_of(record, holders)


def holder_of(record: RawRecord, holders: Holders) -> int:
    """Number in the gazetteer of the state or country of a record's home, whose police files the report; -1 unknown."""
    wanted = Level.STATE if holders == "state" else Level.COUNTRY
    return next((place.place for place in resolve(record).places if place.level is wanted), -1)
