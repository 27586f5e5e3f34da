"""What an operator is told first."""

from typing import Any

import pytest

from api.hub.reporting.alarms import alarms, headline
from tests.api.hub.reporting.samples import collected, full, older


def says(document: dict[str, Any], about: str) -> list[tuple[str, str]]:
    """Level and sentence of what is said about something."""
    return [(one["level"], one["says"]) for one in alarms(document) if one["about"] == about]


def calm(**changes: Any) -> dict[str, Any]:
    """A run of which there is nothing to say."""
    return full(**{"collected": None, "workers_lost": 0, "blocks": {}, "estimate": None, **changes})


def test_of_a_calm_run_there_is_nothing_to_say() -> None:
    assert alarms(calm()) == []
    assert headline([]) == "Nothing speaks against this run."


def test_alarms_come_first_and_are_counted() -> None:
    told = alarms(full())
    levels = [one["level"] for one in told]
    assert levels == sorted(levels)
    assert headline(told) == "Look before you trust this run: 5 alarms."
    assert headline([one for one in told if one["level"] == "notice"]).startswith("Nothing speaks against this run; ")


def test_an_older_run_has_nothing_to_say() -> None:
    assert alarms(older()) == []


@pytest.mark.parametrize(("state", "word"), [("running", "has not ended"), (None, "has not ended"),
                                             ("abandoned", "was given up")])  # fmt: skip
def test_a_later_run_without_an_end_is_an_alarm(state: str | None, word: str) -> None:
    later = [{"run": 43, "state": state, "started_at": "2026-11-22T20:00:00+00:00"}]
    [(level, sentence)] = says(calm(later=later), "run")
    assert level == "alarm"
    assert sentence.startswith(f"Run 43 began on 22 November 2026, 20:00 UTC and {word}")


def test_a_last_run_of_the_day_before_yesterday_is_an_alarm() -> None:
    assert says(calm(age_hours=36.0), "run") == []
    assert says(calm(age_hours=37.5), "run") == [
        ("alarm", "This run ended 37 h 30 min ago: no newer one has ended since.")
    ]


def test_a_full_run_that_scored_nothing_is_an_alarm() -> None:
    [(level, _)] = says(calm(mode="full", base=None, pairs_scored=0), "run")
    assert level == "alarm"
    assert says(calm(mode="incremental", pairs_scored=0), "run") == []


def test_why_everything_was_searched_anew_is_told() -> None:
    document = calm(mode="full", why=["The model is another one."])
    assert says(document, "run") == [("notice", "Everything was searched anew: The model is another one.")]


def test_silence_is_told_with_what_is_usual() -> None:
    sentences = [sentence for _, sentence in says(full(), "freshness")]
    assert sentences[0].endswith("(jharna) has sent no record for 31 days; it usually sends every 2 days.")
    assert sentences[1] == "Sylhet desk (sylhet-desk) has never sent a record."
    assert len(sentences) == 2


def test_every_word_of_coverage_has_its_sentence() -> None:
    words = ["alone", "uncompared", "no-missing", "no-found", "lopsided", "few-views"]
    coverage = {**collected()["coverage"], "alarms": words}
    told = says(calm(collected={"coverage": coverage}), "coverage")
    assert len({sentence for _, sentence in told}) == len(words)
    assert "0.3 % of the records meet no record of the other kind" in told[1][1]


def test_another_model_is_named_beside_what_drifted() -> None:
    drift = {**collected()["drift"], "same_model": False}
    [(level, sentence)] = says(calm(collected={"drift": drift}), "drift")
    assert (level, sentence) == (
        "alarm", "Possible candidates: 48,200, after 21,000 in run 41; the model is another one.",
    )  # fmt: skip


@pytest.mark.parametrize(("word", "levels"), [("steady", []), ("shifted", ["notice"]), ("drifted", ["alarm"])])
def test_an_estimate_is_told_of_when_it_lies_elsewhere(word: str, levels: list[str]) -> None:
    document = calm(estimate={"number": 4, "drift": {"word": word}})
    assert [level for level, _ in says(document, "model")] == levels
