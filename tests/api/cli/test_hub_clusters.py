"""`milap hub cluster` as an operator calls it."""

import json
from pathlib import Path

import pytest
import typer

from api.cli.hub import app
from api.cli.main import explain_error
from matcher.errors import MilapError


@pytest.fixture(autouse=True)
def _hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILAP_HUB_CONFIG", str(tmp_path / "hub.toml"))
    call("init", "--name", "north", "--data", str(tmp_path / "data"))


def call(*words: str) -> None:
    typer.main.get_command(app)(args=list(words), standalone_mode=False)


def test_a_new_hub_has_no_links(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    call("cluster", "list", "--json")
    assert json.loads(capsys.readouterr().out) == {"counts": [], "links": []}


def test_a_link_that_is_not_there_cannot_be_separated() -> None:
    with pytest.raises(MilapError) as caught:
        call("cluster", "separate", "A" * 22)
    assert "cluster list" in explain_error(caught.value)[0]
