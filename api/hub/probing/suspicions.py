"""What screening suspects, before it becomes an alarm."""

from dataclasses import dataclass
from typing import Literal

from api.hub.storage.entries import Window

AlarmKind = Literal["variants", "quota_officer", "quota_office", "quota_holder", "burst", "odd_hours"]
AlarmEffect = Literal["stop", "slow"]


@dataclass(frozen=True)
class Suspicion:
    """Records of one partner that belong under one alarm.

    subject  what it is about: one subject, one alarm
    refs     records of the present batch
    whole    the window whose other records belong to it too when the alarm is raised, None when `refs` are all
    """

    subject: str
    kind: AlarmKind
    effect: AlarmEffect
    partner_id: int
    partner: str
    refs: frozenset[str]
    whole: Window | None = None
