"""What can be compared at all."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import update

from api.hub.storage import tables
from matcher.views import Kind
from tests.api.hub.reporting.nights import Night


def covered(night: Night, **options: Any) -> dict[str, Any]:
    """The part of what is collected."""
    found: dict[str, Any] = night.collected(**options)["coverage"]
    return found


def two(night: Night) -> tuple[int, int]:
    """Police with thirty missing reports, shelters with thirty found records, nothing between them."""
    police, shelters = night.partner("police"), night.partner("shelters")
    night.records(police, Kind.MISSING, 30)
    night.records(shelters, Kind.FOUND, 30)
    return police, shelters


def test_without_agreements_nothing_meets_anything(quiet: Night) -> None:
    two(quiet)
    found = covered(quiet)
    assert (found["records"], found["uncompared"]) == (60, 60)
    assert [row["partner"] for row in found["alone"]] == ["police", "shelters"]
    assert found["alarms"] == ["alone", "uncompared"]


def test_with_an_agreement_everything_does(quiet: Night) -> None:
    quiet.agree(*two(quiet))
    found = covered(quiet)
    assert (found["uncompared"], found["alone"], found["alarms"]) == (0, [], [])


def test_a_country_that_is_open_needs_none(quiet: Night) -> None:
    two(quiet)
    assert covered(quiet, within_country="open")["alarms"] == []


def test_an_agreement_with_somebody_who_has_no_found_records_helps_no_report(quiet: Night) -> None:
    police, _ = two(quiet)
    quiet.agree(police, quiet.partner("more-police"))
    found = covered(quiet)
    assert found["uncompared"] == 60
    assert [row["partner"] for row in found["alone"]] == ["shelters"]


def test_a_single_partner_is_alone_and_no_alarm(quiet: Night) -> None:
    only = quiet.partner("only")
    quiet.records(only, Kind.MISSING, 20)
    quiet.records(only, Kind.FOUND, 20)
    assert covered(quiet)["alarms"] == []


@pytest.mark.parametrize(("missing", "found", "alarms"), [
    (0, 0, ["no-missing", "no-found"]), (3, 0, ["no-found"]), (0, 3, ["no-missing"]), (100, 1, []),
    (101, 1, ["lopsided"]), (3, 1, []),
])  # fmt: skip
def test_a_kind_that_is_missing_or_hardly_there_is_an_alarm(
    quiet: Night, missing: int, found: int, alarms: list[str]
) -> None:
    only = quiet.partner("only")
    for kind, number in ((Kind.MISSING, missing), (Kind.FOUND, found)):
        if number:
            quiet.records(only, kind, number)
    assert covered(quiet)["alarms"] == alarms


def test_views_are_counted_in_the_first_row_of_active_records(night: Night) -> None:
    only = night.partner("only")
    numbers = night.records(only, Kind.MISSING, 20) + night.records(only, Kind.FOUND, 20)
    rows = {numbers[0]: [0b101, 0b111], numbers[1]: [0b001]}
    with night.database.write() as conn:
        for number in numbers:
            presence = np.array(rows.get(number, [0b001]), dtype="<u2").tobytes()
            conn.execute(
                update(tables.records).where(tables.records.c.id == number).values(presence=presence)
            )
    night.erase(numbers[1])
    found = covered(night)
    shares = {row["view"]: row["share"] for row in found["views"]}
    assert (shares["child"], shares["father"], shares["mother"]) == (1.0, 0.0, round(1 / 39, 4))
    assert found["mean_views"] == round(40 / 39, 2)
    assert found["alarms"] == ["few-views"]
