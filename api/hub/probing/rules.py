"""What is taken for probing, from the hub's settings."""

from dataclasses import dataclass, replace
from datetime import timedelta

from api.hub.settings import HubSettings
from api.hub.storage.quotas import Quota
from matcher.tables import UNITS_PER_BIT


@dataclass(frozen=True)
class ScreeningRules:
    """Limits above which an alarm is raised.

    near_duplicate     weight from which two records of one kind look like one child, thousandths of a bit; inclusive
    variants_allowed   near-duplicates of one record that one partner may file in `variants_days`
    officer_day        records that one officer may enter in a UTC day; likewise office_day and holder_day
    odd_hours_allowed  records that one officer may enter in one night
    slow               how long an alarm that slows holds records back
    """

    near_duplicate: int = 22 * UNITS_PER_BIT
    variants_allowed: int = 2
    variants_days: int = 90
    officer_day: int = 100
    office_day: int = 500
    holder_day: int = 5000
    odd_hours_allowed: int = 10
    slow: timedelta = timedelta(hours=24)

    def of_partner(self, quota: Quota | None) -> "ScreeningRules":
        """The same with what the operator allows one partner."""
        if quota is None:
            return self
        days = {name: value for name in ("officer_day", "office_day", "holder_day") if (value := getattr(quota, name))}
        return replace(self, **days)


def screening_rules(settings: HubSettings) -> ScreeningRules:
    """The rules of a hub."""
    return ScreeningRules(
        round(settings.near_duplicate_bits * UNITS_PER_BIT), settings.variants_allowed, settings.variants_days,
        settings.quota_officer_day, settings.quota_office_day, settings.quota_holder_day, settings.odd_hours_allowed,
        timedelta(hours=settings.slow_hours),
    )  # fmt: skip
