"""The report: which runs it tells of, and what it adds to their summaries."""

import json
from datetime import timedelta

import pytest

from api.hub.reporting.documents import report
from api.hub.reporting.lines import report_lines
from matcher.errors import InputError
from tests.api.hub.reporting.nights import Night
from tests.api.hub.reporting.samples import full, older


def test_the_last_run_of_each_partition_is_told_of(night: Night) -> None:
    night.ran(older(missing=1))
    last = night.ran(full())
    night.partition = night.open_partition("south")
    other = night.ran(older())
    with night.database.read() as conn:
        document = report(conn, now=night.now + timedelta(hours=40))
    assert [(run["run"], run["domain"], run["age_hours"]) for run in document["runs"]] == [
        (last, "north", 40.0), (other, "south", 40.0),
    ]  # fmt: skip
    assert json.loads(json.dumps(document)) == document
    assert document["runs"][1]["alarms"][0]["says"].startswith("This run ended 40 h")


def test_runs_that_began_later_and_have_not_ended_are_named(quiet: Night) -> None:
    quiet.ran(None, "abandoned")
    quiet.ran(older())
    later = [quiet.ran(None, "abandoned"), quiet.ran(None)]
    with quiet.database.read() as conn:
        [run] = report(conn)["runs"]
    assert [(one["run"], one["state"]) for one in run["later"]] == [(later[0], "abandoned"), (later[1], "running")]
    assert [one["level"] for one in run["alarms"]] == ["alarm", "alarm"]


def test_one_run_is_told_of_as_it_was(quiet: Night) -> None:
    first = quiet.ran(older(missing=17))
    quiet.ran(full())
    quiet.ran(None)
    with quiet.database.read() as conn:
        [run] = report(conn, first, quiet.now + timedelta(days=400))["runs"]
    assert (run["run"], run["missing"], run["alarms"]) == (first, 17, [])


def test_a_run_that_has_not_ended_has_no_report(quiet: Night) -> None:
    unfinished = quiet.ran(None)
    with quiet.database.read() as conn:
        for number in (unfinished, 99):
            with pytest.raises(InputError, match=f"no finished run {number}; `milap hub report`"):
                report(conn, number)


def test_without_a_run_the_report_says_how_to_get_one(quiet: Night) -> None:
    with quiet.database.read() as conn:
        assert report_lines(report(conn)) == ["No cross-match has run yet: `milap hub crossmatch` runs one."]


def test_lines_keep_what_they_told_of_older_runs() -> None:
    text = "\n".join(report_lines({"runs": [older(missing=3, found=3, pairs_compared=9, seconds=0.25)]}))
    assert "  3 missing against 3 found, 9 pairs compared in 0.2 s" in text
    assert "  candidates: 9,120 probable, 48,200 possible, 1,180,000 weak (1,204 new, 88 changed, " in text
    assert "  BD -> IN: 3,120 probable, 9,200 possible" in text
    assert "worklist" not in text


def test_lines_of_a_large_run_say_what_to_look_at_first_and_stay_short() -> None:
    lines = report_lines({"runs": [full()]})
    assert lines[1] == "  Look before you trust this run: 5 alarms."
    assert lines[2].startswith("  ! ")
    searched = "  incremental: 5,120 missing and 611 found searched, 1.1 billion pairs scored, 1.7 million a second"
    assert searched in lines
    assert "  … and 6 more offices" in lines
    assert len(lines) < 60
