"""`milap hub officer` and `milap hub overdue` as an operator calls them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer

from api.cli.hub import app
from api.hub.disclosure.signing_officers import bring
from api.hub.settings import HubSettings
from api.hub.storage import partners
from api.service.clock import utc_now
from api.service.database import Database, open_database
from api.wire.names import new_ref
from api.wire.request_keys import RequestKey
from matcher.errors import InputError
from tests.api.hub.disclosure.pairs import Pair
from tests.api.hub.gateways import Exchange


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database of a hub that `init` made."""
    monkeypatch.setenv("MILAP_HUB_CONFIG", str(tmp_path / "hub.toml"))
    call("init", "--name", "test-hub", "--data", str(tmp_path / "data"))
    opened = open_database(f"sqlite:///{tmp_path / 'data' / 'hub.db'}")
    yield opened
    opened.close()


def call(*words: str) -> None:
    typer.main.get_command(app)(args=list(words), standalone_mode=False)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    call(*words, "--json")
    return json.loads(capsys.readouterr().out)


def test_an_officer_is_listed_confirmed_and_revoked(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    name, key = new_ref(), RequestKey.generate().public
    with database.write() as conn:
        bengal = partners.add(conn, name="bengal", title="Bengal", country="IN", now=utc_now())
        bring(conn, bengal, name, key.text, utc_now())
    expected = {"partner": "bengal", "officer": name, "state": "pending", "fingerprint": key.fingerprint()}
    assert told(capsys, "officer", "list") == {"officers": [expected]}
    with pytest.raises(InputError):
        call("officer", "confirm", "bengal", "--fingerprint", "0000")
    assert told(capsys, "officer", "confirm", "bengal", "--fingerprint", key.fingerprint())["state"] == "active"
    assert told(capsys, "officer", "revoke", "bengal", name)["state"] == "revoked"
    with pytest.raises(InputError):
        call("officer", "revoke", "bengal", new_ref())


def test_overdue_candidates_are_counted_by_partner_state_and_age(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = Pair(Exchange(database, HubSettings(name="test-hub", data=tmp_path / "data")))
    now = utc_now()
    for state, hours, expected in (
        ("proposed", 30, None), ("proposed", 80, ("khulna", 1, 0, 0)), ("possible", 150, ("khulna", 0, 1, 0)),
        ("released", 900, ("bengal", 0, 0, 1)),
    ):  # fmt: skip
        since = now - timedelta(hours=hours)
        pair.set_row(state=state, since=since, due_at=since + timedelta(hours=72))
        rows = told(capsys, "overdue")["overdue"]
        assert [(row["partner"], row["due"], row["twice"], row["three_times"]) for row in rows] == (
            [] if expected is None else [expected]
        )
    call("overdue")
    assert pair.name not in capsys.readouterr().out
