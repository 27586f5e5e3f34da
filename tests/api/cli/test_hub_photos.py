"""`milap hub photo-space` and `milap hub model photo-curve` as an operator calls them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from api.cli.hub import app
from api.cli.main import explain_error
from api.hub.storage.partitions import set_photo_space
from api.service.database import Database, open_database
from matcher.errors import InputError
from matcher.photo_curve_file import curve_to_json, shipped_curve
from matcher.photos import PhotoSpace
from matcher.profile import NETWORK_PHOTO_2026_11_22

SPACE = PhotoSpace("dlib", True, bytes(16))


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database of a hub with a partition that takes photos, whose space is fixed."""
    monkeypatch.setenv("MILAP_HUB_CONFIG", str(tmp_path / "hub.toml"))
    call("init", "--name", "test-hub", "--data", str(tmp_path / "data"))
    key = ("--key-check", "00112233445566aa")
    call("partition", "open", "--domain", "in", "--epoch", "2026-11", "--profile", NETWORK_PHOTO_2026_11_22.name, *key)
    opened = open_database(f"sqlite:///{tmp_path / 'data' / 'hub.db'}")
    with opened.write() as conn:
        set_photo_space(conn, 1, SPACE.text)
    yield opened
    opened.close()


def call(*words: str) -> None:
    typer.main.get_command(app)(args=list(words), standalone_mode=False)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    call(*words, "--json")
    return json.loads(capsys.readouterr().out)


def test_a_space_is_shown_and_reset(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    [one] = told(capsys, "photo-space")["partitions"]
    assert (one["space"], one["active"], one["photos"]) == (SPACE.text, 0, True)
    call("photo-space")
    assert SPACE.text in capsys.readouterr().out
    call("photo-space", "--reset", "1")
    assert "fixes the photo space of partition 1" in capsys.readouterr().out
    assert told(capsys, "photo-space")["partitions"][0]["space"] is None
    assert told(capsys, "photo-space", "--reset", "1")["reset"] is False
    with pytest.raises(InputError) as caught:
        call("photo-space", "--reset", "4")
    assert "partition list" in explain_error(caught.value)[0]


def test_a_photo_curve_is_installed_and_promoted(
    database: Database, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shipped = shipped_curve(SPACE)
    assert shipped is not None
    file = tmp_path / "curve.json"
    file.write_text(curve_to_json(replace(shipped, cap_nats=1.0)), encoding="utf-8")
    assert told(capsys, "model", "photo-curve", str(file), "--partition", "1")["promoted"] is False
    assert told(capsys, "model", "show")["partitions"][0]["active"] is None
    call("model", "photo-curve", str(file), "--yes")
    assert "The next cross-match is a full one" in capsys.readouterr().out
    assert told(capsys, "model", "show")["partitions"][0]["active"]["origin"] == "default, photo curve"
    file.write_text(curve_to_json(replace(shipped, centred=False)), encoding="utf-8")
    with pytest.raises(InputError, match="calibrate a curve"):
        call("model", "photo-curve", str(file))
