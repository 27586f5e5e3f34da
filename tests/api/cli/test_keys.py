"""`milap keys`: files that only their owner reads, and secrets that come from the environment alone."""

import base64
import os
from pathlib import Path

import pytest

from encoder.key_files import read_key_file
from matcher.profile import PROFILES
from tests.api.cli.people import complaint, summary

PASSPHRASE = "correct horse battery"
NEW = ["keys", "new", "a.key", "--domain", "in-wb", "--epoch", "2026-11"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and no secret in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("MILAP_KEY_PASSPHRASE", "MILAP_WRAPPING_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def wrapping_key(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


@pytest.mark.parametrize(
    ("name", "secret", "other"),
    [
        ("MILAP_KEY_PASSPHRASE", PASSPHRASE, "another passphrase"),
        ("MILAP_WRAPPING_KEY", wrapping_key(1), wrapping_key(2)),
    ],
)
def test_a_key_is_made_read_and_kept_from_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, secret: str,
    other: str,
) -> None:  # fmt: skip
    monkeypatch.setenv(name, secret)
    made = summary(capsys, NEW)
    assert (made["domain"], made["epoch"]) == ("in-wb", "2026-11")
    assert (folder / "a.key").stat().st_mode & 0o777 == 0o600
    assert summary(capsys, ["keys", "fingerprint", "a.key"])["fingerprint"] == made["fingerprint"]
    monkeypatch.setenv(name, other)
    assert "does not open" in complaint(capsys, ["keys", "fingerprint", "a.key"], 2)


def test_two_keys_differ(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MILAP_WRAPPING_KEY", wrapping_key(1))
    first = summary(capsys, NEW)["fingerprint"]
    (folder / "a.key").unlink()
    assert summary(capsys, NEW)["fingerprint"] != first


def test_a_key_file_is_never_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MILAP_WRAPPING_KEY", wrapping_key(1))
    (folder / "a.key").write_text("old")
    assert "a.key exists" in complaint(capsys, NEW, 2)
    assert (folder / "a.key").read_text() == "old"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"MILAP_KEY_PASSPHRASE": "short"}, "12"), ({"MILAP_WRAPPING_KEY": "no base64!"}, "base64"),
        ({"MILAP_KEY_PASSPHRASE": PASSPHRASE, "MILAP_WRAPPING_KEY": wrapping_key(1)}, "Both"),
        ({"MILAP_KEY_PASSPHRASE": ""}, "Set"),
    ],
)  # fmt: skip
def test_a_secret_that_will_not_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environment: dict[str, str],
    words: str,
) -> None:  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    sentence = complaint(capsys, NEW, 2)
    assert words in sentence
    assert PASSPHRASE not in sentence
    assert os.listdir(folder) == []


@pytest.mark.usefixtures("folder")
def test_wrong_use(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MILAP_WRAPPING_KEY", wrapping_key(1))
    assert "absent.key" in complaint(capsys, ["keys", "fingerprint", "absent.key"], 2)
    assert "--domain" in complaint(capsys, ["keys", "new", "a.key", "--epoch", "2026-11"], 2)
    assert "forge" in complaint(capsys, ["keys", "forge"], 2)


def test_the_key_check_value_of_every_profile_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MILAP_WRAPPING_KEY", wrapping_key(1))
    assert summary(capsys, NEW)["key_checks"] == summary(capsys, ["keys", "fingerprint", "a.key"])["key_checks"]
    key = read_key_file(folder / "a.key", bytes([1]) * 32)
    told = summary(capsys, ["keys", "fingerprint", "a.key"])["key_checks"]
    assert told == {name: key.key_check(profile).hex() for name, profile in PROFILES.items()}
    assert len(set(told.values())) == len(PROFILES)
