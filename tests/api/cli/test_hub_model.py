"""`milap hub model` as an operator calls it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from api.cli.hub import app
from api.cli.main import explain_error
from api.hub.storage.models import activate, add_estimate
from api.hub.storage.partitions import by_id
from api.service.clock import utc_now
from api.service.database import Database, open_database
from matcher.defaults import default_model
from matcher.drift import drift
from matcher.errors import InputError
from matcher.profile import LOCAL_2026_11_22


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database of a hub that `init` made, with a partition, its default model 1 and an estimate 2."""
    monkeypatch.setenv("MILAP_HUB_CONFIG", str(tmp_path / "hub.toml"))
    call("init", "--name", "test-hub", "--data", str(tmp_path / "data"))
    key = ("--key-check", "00112233445566aa")
    call("partition", "open", "--domain", "in", "--epoch", "2026-11", "--profile", LOCAL_2026_11_22.name, *key)
    opened = open_database(f"sqlite:///{tmp_path / 'data' / 'hub.db'}")
    model = default_model(LOCAL_2026_11_22)
    report = {"run": 7, "active": 1, "drift": drift(model, model).document()}
    with opened.write() as conn:
        assert activate(conn, 1, model, utc_now()) == 1
        assert add_estimate(conn, model, 1, 7, report, utc_now()) == 2
    yield opened
    opened.close()


def call(*words: str) -> None:
    typer.main.get_command(app)(args=list(words), standalone_mode=False)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    call(*words, "--json")
    return json.loads(capsys.readouterr().out)


def active(database: Database) -> int | None:
    with database.read() as conn:
        found = by_id(conn, 1)
    assert found is not None
    return found.model_id


def test_models_are_listed_shown_and_compared(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = told(capsys, "model", "show")["partitions"]
    assert (one["active"]["model"], [row["model"] for row in one["estimates"]]) == (1, [2])
    assert told(capsys, "model", "show", "2")["run"] == 7
    assert told(capsys, "model", "diff")["word"] == "steady"
    assert told(capsys, "model", "diff", "2", "1", "--partition", "1")["to"] == 1
    capsys.readouterr()
    for words in (("show",), ("show", "1"), ("diff",)):
        call("model", *words)
    out = capsys.readouterr().out
    assert "Partition 1 (in, 2026-11, local-2026-11-22): model 1 (default)." in out
    assert "Model 1 (local-2026-11-22, default)" in out
    assert "From model 1 to model 2:" in out


def test_a_promotion_asks_for_a_yes(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError) as caught:
        call("model", "promote", "2")
    assert "--yes" in explain_error(caught.value)[0]
    assert active(database) == 1
    assert told(capsys, "model", "promote", "2", "--yes")["was"] == 1
    assert active(database) == 2
    capsys.readouterr()
    call("model", "promote", "1", "--partition", "1", "--yes")
    assert "The next cross-match is a full one" in capsys.readouterr().out
    assert active(database) == 1


def test_the_command_does_not_fit_a_model_any_more() -> None:
    command = typer.main.get_command(app)
    crossmatch = command.get_command(typer.Context(command), "crossmatch")  # type: ignore[attr-defined]
    assert "--fit-model" not in [option for parameter in crossmatch.params for option in parameter.opts]
