"""By when somebody should have acted on a candidate."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from api.hub.settings import HubSettings
from api.wire.life import CandidateState

_HOURS: Mapping[CandidateState, Callable[[HubSettings], float]] = {
    "proposed": lambda settings: settings.review_hours,
    "possible": lambda settings: settings.release_hours,
    "released": lambda settings: settings.reporter_hours,
    "contact": lambda settings: settings.verification_hours,
    "verified": lambda settings: settings.verification_hours,
}


def deadline(state: CandidateState, settings: HubSettings, now: datetime) -> datetime | None:
    """When somebody should have acted on a candidate that comes into a state now; None when nobody has to."""
    hours = _HOURS.get(state)
    return None if hours is None else now + timedelta(hours=hours(settings))
