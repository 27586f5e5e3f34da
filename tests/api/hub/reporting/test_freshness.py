"""Who has fallen silent."""

from typing import Any

import pytest

from api.hub.reporting.freshness import usual_gaps
from matcher.views import Kind
from tests.api.hub.reporting.nights import Night


def rows(night: Night) -> dict[str, dict[str, Any]]:
    """By partner."""
    return {row["partner"]: row for row in night.collected()["freshness"]}


def sent(night: Night, partner: int, *days_ago: float) -> None:
    """Records that came so many days ago."""
    for days in days_ago:
        night.records(partner, Kind.MISSING, entered_at=night.ago(days), received_at=night.ago(days))


def test_a_week_of_silence_is_an_alarm_of_who_sends_daily(night: Night) -> None:
    daily, quiet = night.partner("daily"), night.partner("quiet")
    sent(night, daily, 9, 8, 7, 6.9)
    sent(night, quiet, 9, 8, 7.1)
    found = rows(night)
    assert (found["daily"]["word"], found["quiet"]["word"]) == ("fresh", "silent")
    assert (found["quiet"]["days_since"], found["quiet"]["limit_days"]) == (7.1, 7.0)
    assert found["quiet"]["last"] == night.ago(7.1).isoformat(timespec="seconds")
    assert next(iter(found)) == "quiet"


def test_who_sends_seldom_may_be_silent_for_three_usual_gaps(night: Night) -> None:
    partner = night.partner("monthly")
    sent(night, partner, 60, 50, 40, 29)
    assert rows(night)["monthly"]["word"] == "fresh"
    night.days_later(2)
    row = rows(night)["monthly"]
    assert (row["word"], row["usual_gap_days"], row["limit_days"]) == ("silent", 10.0, 30.0)


def test_the_usual_gap_is_that_of_the_ninety_days_up_to_the_last_record() -> None:
    days = [(1, "2026-01-01"), (1, "2026-06-01"), (1, "2026-06-03"), (1, "2026-06-09"), (2, "2026-06-09")]
    assert usual_gaps(days) == {1: 4.0}


def test_many_records_of_one_day_are_one_day(quiet: Night) -> None:
    partner = quiet.partner("bulk")
    sent(quiet, partner, 20, 20, 20, 20)
    assert rows(quiet)["bulk"]["usual_gap_days"] is None
    assert rows(quiet)["bulk"]["word"] == "silent"


def test_a_correction_in_a_withdrawal_is_no_new_record_but_the_last_one_counts(quiet: Night) -> None:
    partner = quiet.partner("police")
    sent(quiet, partner, 30, 2)
    quiet.withdraw(2)
    row = rows(quiet)["police"]
    assert (row["missing"], row["found"], row["days_since"]) == (1, 0, 2.0)


@pytest.mark.parametrize(("state", "word"), [("active", "never"), ("suspended", None), ("invited", None)])
def test_only_active_partners_are_expected_to_send(quiet: Night, state: str, word: str | None) -> None:
    partner = quiet.partner("police")
    quiet.set_partner(partner, state)
    quiet.days_later(8)
    assert {row["word"] for row in rows(quiet).values()} == ({word} if word else set())


def test_a_partner_that_sent_and_was_suspended_is_shown_without_alarm(quiet: Night) -> None:
    partner = quiet.partner("police")
    sent(quiet, partner, 100)
    quiet.set_partner(partner, "suspended")
    assert rows(quiet)["police"]["word"] == "suspended"


def test_a_new_partner_has_a_week_for_its_first_record(quiet: Night) -> None:
    quiet.partner("police")
    quiet.days_later(7)
    assert rows(quiet)["police"]["word"] == "new"
    quiet.days_later(1)
    assert rows(quiet)["police"]["word"] == "never"
