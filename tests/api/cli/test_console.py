"""What a person sees of a long command."""

import io
import json

import pytest
from rich.console import Console

from api.cli import console
from api.cli.console import PlainStep, Reporter, print_summary, report_error


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    reporter = Reporter(quiet=True)
    reporter.say("words")
    with reporter.step("Counting", 10) as step:
        step.advance(10)
    assert capsys.readouterr() == ("", "")


def test_plain_lines_at_the_end_and_when_due(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = Reporter()
    with reporter.step("Counting", 1000) as step:
        assert isinstance(step, PlainStep)
        step.advance(500)
        assert capsys.readouterr().err == ""
        monkeypatch.setattr(console.time, "monotonic", lambda: 1e9)
        step.advance(250)
        assert capsys.readouterr().err == "Counting: 750 of 1,000 (75 %)\n"
        step.advance(1)
        assert capsys.readouterr().err == ""
    assert capsys.readouterr().err.startswith("Counting: 1,000 in ")


def test_a_bar_on_a_terminal() -> None:
    reporter = Reporter()
    reporter.console = Console(file=io.StringIO(), force_terminal=True)
    with reporter.step("Counting", 3) as step:
        step.advance(2)
    assert "Counting" in reporter.console.file.getvalue()


def test_summaries(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary({"b": 1, "a": "x"}, ["one", "two"], as_json=False)
    assert capsys.readouterr().out == "one\ntwo\n"
    print_summary({"b": 1, "a": "x"}, ["one"], as_json=True)
    assert json.loads(capsys.readouterr().out) == {"a": "x", "b": 1}


def test_an_error_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_error("Words.", 3) == 3
    assert capsys.readouterr() == ("", "milap: Words.\n")
