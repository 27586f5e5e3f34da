"""`milap hub directory` and `milap holder directory`, as an operator runs them."""

import json
import os
from pathlib import Path

import pytest

from api.cli.main import run
from api.hub.storage import directory, partners
from api.service.clock import utc_now
from api.service.database import open_database
from api.wire.directory import DirectoryEntry
from tests.api.cli.people import summary
from tests.api.service.organisations import entry

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("MILAP_"):
            monkeypatch.delenv(name)


def test_the_hubs_operator_lists_what_partners_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("MILAP_HUB_CONFIG", str(tmp_path / "hub.toml"))
    summary(capsys, ["hub", "init", "--name", "test-hub", "--data", str(tmp_path / "hub")])
    assert summary(capsys, ["hub", "directory", "list"]) == {"organisations": []}
    database = open_database(f"sqlite:///{tmp_path / 'hub' / 'hub.db'}")
    with database.write() as conn:
        for name, state in (("asha", "active"), ("gone", "suspended")):
            one = partners.add(conn, name=name, title=name, country="IN", now=utc_now())
            partners.change(conn, one.id, utc_now(), state=state)
            said = DirectoryEntry.model_validate(entry(title=f"{name} home")).model_dump_json()
            directory.put(conn, one.id, said, utc_now())
    database.close()
    (found,) = summary(capsys, ["hub", "directory", "list"])["organisations"]
    assert (found["partner"], found["title"]) == ("asha", "asha home")
    assert run(["hub", "directory", "list"]) == 0
    assert "asha home" in capsys.readouterr().out


def test_a_holders_operator_publishes_shows_and_searches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("MILAP_KEY_PASSPHRASE", "correct horse battery staple")
    monkeypatch.setenv("MILAP_HOLDER_ADMIN_PASSWORD", "a long enough password")
    monkeypatch.setenv("MILAP_HOLDER_CONFIG", str(tmp_path / "gateway.toml"))
    summary(capsys, ["holder", "init", "--data", str(tmp_path / "gateway")])
    assert run(["holder", "directory", "show"]) != 0
    capsys.readouterr()
    (tmp_path / "asha.json").write_text(json.dumps(entry(title="Asha Home")))
    assert summary(capsys, ["holder", "directory", "publish", str(tmp_path / "asha.json")])["published"] is False
    assert summary(capsys, ["holder", "directory", "show"])["entry"]["title"] == "Asha Home"
    assert summary(capsys, ["holder", "directory", "search", "asha"]) == {"as_of": None, "items": []}
    assert run(["holder", "directory", "search", "--kind", "zoo"]) == 2
    assert "A kind is one of" in capsys.readouterr().err
