"""The page of authorisation is that of the tables."""

from pathlib import Path

import pytest

from tools import authorisation


def test_the_page_says_what_the_tables_say(repository: Path) -> None:
    kept = (repository / "docs" / "authorisation.md").read_text(encoding="utf-8")
    assert kept == authorisation.page(), f"write the page again with: {authorisation.COMMAND}"


def test_a_page_that_differs_is_told_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(authorisation, "PAGE", tmp_path / "authorisation.md")
    assert authorisation.main([]) == 1
    assert authorisation.COMMAND in capsys.readouterr().err
    assert authorisation.main(["--write"]) == authorisation.main([]) == 0
