"""`verify-audit` and `audit` of hub and gateway, as operators call them."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from api.cli.console import FAILED, WRONG_USE
from api.cli.main import run
from tests.api.cli.people import complaint, summary

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    """The database of a hub where an operator has acted."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILAP_HUB_CONFIG", "hub.toml")
    summary(capsys, ["hub", "init", "--name", "north", "--data", "hub"])
    summary(capsys, ["hub", "partner", "invite", "bengal", "--title", "Bengal police", "--country", "IN"])
    summary(capsys, ["hub", "partner", "revoke", "bengal"])
    return tmp_path / "hub" / "hub.db"


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    """The database of a gateway with two accounts."""
    monkeypatch.chdir(tmp_path)
    for name, value in (
        ("MILAP_HOLDER_CONFIG", "gateway.toml"), ("MILAP_KEY_PASSPHRASE", "correct horse battery staple"),
        ("MILAP_HOLDER_ADMIN_PASSWORD", "a long enough password"),
        ("MILAP_HOLDER_STAFF_PASSWORD", "a long enough password"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    summary(capsys, ["holder", "init", "--data", "gateway"])
    summary(capsys, ["holder", "staff", "add", "asha", "--role", "intake"])
    return tmp_path / "gateway" / "holder.db"


def spoil(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        spoilt = "replace(content, 'operator', 'operatar')"
        connection.execute(f"UPDATE audit_leaves SET content = {spoilt} WHERE number = 1")
    connection.close()


def failing(capsys: Capture, words: list[str]) -> dict[str, Any]:
    """The summary of a command that fails all the same, with one sentence on standard error."""
    capsys.readouterr()
    assert run([*words, "--json"]) == FAILED
    told = capsys.readouterr()
    assert told.err.startswith("milap: The audit log does not hold (2 kind(s) of fault, told above)")
    assert told.err.count("\n") == 1
    found = json.loads(told.out)
    assert isinstance(found, dict)
    return found


def test_a_hubs_log_is_verified_and_shown(hub: Path, capsys: Capture) -> None:
    found = summary(capsys, ["hub", "verify-audit"])
    assert (found["size"], found["checkpoints"], found["witnesses"], found["faults"]) == (2, 0, 0, [])
    shown = summary(capsys, ["hub", "audit", "show", "--limit", "1"])
    assert [item["what"] for item in shown["items"]] == ["partner-invited"]
    assert [item["what"] for item in summary(capsys, ["hub", "audit", "show", "--after", "0"])["items"]] == [
        "partner-revoked"
    ]


def test_people_read_lines(hub: Path, capsys: Capture) -> None:
    assert run(["hub", "verify-audit"]) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert run(["hub", "audit", "show"]) == 0
    assert "hub-operator" in capsys.readouterr().out


def test_a_changed_log_of_a_hub_fails_the_command(hub: Path, capsys: Capture) -> None:
    spoil(hub)
    assert failing(capsys, ["hub", "verify-audit"])["faults"] == [
        "The content and the hash of leaf 1 do not belong together.",
        "The stored hash over leaves 0 to 1 is missing or not theirs.",
    ]


def test_a_witness_file_has_to_be_one(hub: Path, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text("{}")
    assert "kept.json" in complaint(capsys, ["hub", "verify-audit", "--witness", "kept.json"], WRONG_USE)
    summary(capsys, ["hub", "audit", "witnesses", "-o", "partners.json"])
    assert "no checkpoint" in complaint(capsys, ["hub", "verify-audit", "--witness", "partners.json"], WRONG_USE)


def test_a_gateways_log_is_verified_and_shown(gateway: Path, capsys: Capture) -> None:
    found = summary(capsys, ["holder", "verify-audit"])
    assert (found["size"], found["faults"]) == (2, [])
    shown = summary(capsys, ["holder", "audit", "show"])["items"]
    assert [(item["what"], item["by"], item["about"]) for item in shown] == [
        ("staff-added", "gateway-operator", "admin"), ("staff-added", "gateway-operator", "asha"),
    ]  # fmt: skip
    assert summary(capsys, ["holder", "audit", "witnesses", "-o", "kept.json"])["checkpoints"] == 0
    assert summary(capsys, ["holder", "audit", "accept"]) == {"log": None, "kind": None}
    assert summary(capsys, ["holder", "status"])["audit_alarm"] is None


def test_a_changed_log_of_a_gateway_fails_the_command(gateway: Path, capsys: Capture) -> None:
    spoil(gateway)
    assert failing(capsys, ["holder", "verify-audit"])["size"] == 2
