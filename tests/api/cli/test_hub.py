"""`milap hub` as an operator calls it."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import typer

from api.cli.hub import app
from api.cli.main import explain_error
from api.hub.hub_key import FILE_NAME
from api.wire.request_keys import RequestKey
from api.wire.signing import sign_request
from matcher.errors import MilapError


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of a hub that `init` made."""
    file = tmp_path / "hub.toml"
    monkeypatch.setenv("MILAP_HUB_CONFIG", str(file))
    monkeypatch.setenv("MILAP_HUB_PORT", "0")
    call("init", "--name", "north", "--data", str(tmp_path / "data"))
    return file


def call(*words: str) -> None:
    typer.main.get_command(app)(args=list(words), standalone_mode=False)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    call(*words, "--json")
    return json.loads(capsys.readouterr().out)


def refused(*words: str) -> tuple[str, int]:
    with pytest.raises(MilapError) as caught:
        call(*words)
    return explain_error(caught.value)


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A hub in a process of its own, and its address."""
    script = "from api.cli.hub import app; app()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-c", script, "serve"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["listening"]
    finally:
        process.kill()
        process.communicate()


def test_init_makes_a_hub_once(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = config.parent / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    key = (data / FILE_NAME).read_bytes()
    first = told(capsys, "init")
    assert told(capsys, "init") == first
    assert (data / FILE_NAME).read_bytes() == key
    assert first["hub"] == "north"
    assert refused("init", "--name", "other")[1] == 2


def test_check_masks_secrets_and_finds_what_is_missing(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILAP_HUB_METRICS_TOKEN", "do-not-show-this")
    capsys.readouterr()
    call("serve", "--check")
    shown = capsys.readouterr().out
    assert "do-not-show-this" not in shown
    assert "metrics_token = ****" in shown
    (config.parent / "data" / FILE_NAME).unlink()
    assert "milap hub init" in refused("serve", "--check")[0]


def test_without_settings_a_sentence_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("MILAP_HUB_")]:
        monkeypatch.delenv(name)
    assert refused("status") == ("MILAP_HUB_NAME is missing: set it.", 2)
    monkeypatch.setenv("MILAP_HUB_NAME", "north")
    assert "milap hub init" in refused("status")[0]
    assert "--name" in refused("init", "--config", "new.toml")[0]


def test_partners_agreements_and_partitions(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, country in (("bengal", "IN"), ("khulna", "BD")):
        invitation = told(capsys, "partner", "invite", name, "--title", name.title(), "--country", country)
        assert len(invitation["code"]) == 39
    days = ("--from", "2026-11-01", "--until", "2027-10-31")
    assert told(capsys, "agreement", "add", "bengal", "khulna", "--document", "MoU 7", *days)["agreement"] == 1
    assert told(capsys, "partition", "open", "--domain", "in", "--epoch", "2026-11", "--profile", "local-2026-11-22",
                "--steward", "bengal")["partition"] == 1  # fmt: skip
    assert [row["partner"] for row in told(capsys, "partner", "list")["partners"]] == ["bengal", "khulna"]
    assert told(capsys, "agreement", "end", "1")["ended"]
    assert told(capsys, "agreement", "list")["agreements"][0]["ended"]
    assert "open" in refused("partition", "forget", "1")[0]
    assert told(capsys, "partition", "close", "1")["state"] == "closed"
    assert told(capsys, "partition", "list")["partitions"][0]["state"] == "closed"
    assert told(capsys, "partition", "forget", "1") == {"partition": 1, "emptied": 0, "held": 0, "compacted": True}
    assert told(capsys, "partition", "list")["partitions"][0]["state"] == "forgotten"
    assert told(capsys, "partner", "revoke", "khulna")["state"] == "revoked"
    assert told(capsys, "status")["partitions"][0]["pending"] == 0
    assert told(capsys, "report") == {"runs": []}
    assert refused("partner", "suspend", "bengal")[1] == 2
    assert refused("partner", "confirm", "bengal", "--fingerprint", "0000")[1] == 2
    assert refused("agreement", "end", "9")[1] == 2


def test_a_snapshot_restores_into_a_new_hub(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(capsys, "partner", "invite", "bengal", "--title", "Bengal", "--country", "IN")
    file = config.parent / "north.milap"
    assert told(capsys, "snapshot", "-o", str(file))["rows"] > 0
    assert refused("restore", str(file))[1] != 0  # not empty
    monkeypatch.setenv("MILAP_HUB_CONFIG", str(config.parent / "other.toml"))
    told(capsys, "init", "--name", "north", "--data", str(config.parent / "other"))
    told(capsys, "restore", str(file))
    assert [row["partner"] for row in told(capsys, "partner", "list")["partners"]] == ["bengal"]


def test_upgrade_says_where_the_database_is(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "upgrade")
    assert found["before"] == found["after"]


def test_a_gateway_enrols_over_http_and_a_signal_ends_the_hub(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = told(capsys, "partner", "invite", "bengal", "--title", "Bengal", "--country", "IN")["code"]
    key = RequestKey.generate()
    with serving() as (process, url), httpx.Client(base_url=url, trust_env=False) as client:
        hub = client.get("/v1/hub").json()
        assert hub["hub"] == "north"
        assert "Another milap hub" in refused("serve")[0]
        body = json.dumps({"format": 1, "code": code, "public_key": key.public.text}).encode()
        sender = {"key": key, "recipient": "north", "now": datetime.fromisoformat(hub["time"])}
        signed = sign_request("POST", "/v1/enrolments", body, key_id=key.public.text, **sender)
        answer = client.post("/v1/enrolments", content=body, headers={**signed, "content-type": "application/json"})
        assert answer.json()["state"] == "pending"
        confirmed = told(capsys, "partner", "confirm", "bengal", "--fingerprint", key.public.fingerprint())
        assert confirmed["state"] == "active"
        signed = sign_request("GET", "/v1/policy", b"", key_id="bengal", **sender)
        assert client.get("/v1/policy", headers=signed).json()["partner"] == "bengal"
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)
        assert process.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert {"/v1/enrolments", "/v1/policy"} <= {line.get("route") for line in lines}
    assert code not in log
    assert key.public.text not in log
