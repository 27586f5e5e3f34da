"""`milap holder key`: from the steward's gateway to another's, as two operators type it."""

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.main import run
from api.holder.operating.opening import settings_from
from api.service.database import open_database
from encoder.key_files import read_key_file, write_key_file
from encoder.keys import LinkageKey
from tests.api.cli.people import complaint, summary
from tests.api.holder.keys.gateways import keep_keys, know
from tests.api.holder.mailing.organisations import identity

Capture = pytest.CaptureFixture[str]
WRAPPING = bytes([1]) * 32
STEWARD, KHULNA = identity("steward", 1), identity("khulna", 2)
At = Callable[[str], None]


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> At:
    """Two gateways whose operators have confirmed each other's cards; a call goes to one of them."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("MILAP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MILAP_WRAPPING_KEY", base64.b64encode(WRAPPING).decode())
    monkeypatch.setenv("MILAP_HOLDER_ADMIN_PASSWORD", "a long enough password")
    for own, seed, other in ((STEWARD, 1, KHULNA), (KHULNA, 2, STEWARD)):
        config = tmp_path / f"{own.card.partner}.toml"
        config.write_text(f'[holder]\ndata = "{own.card.partner}"\n')
        summary(capsys, ["holder", "init", "--config", str(config)])
        settings = settings_from(config, {})
        keep_keys(settings, own, seed, WRAPPING)
        database = open_database(settings.database_url)
        know(database, own.card, other.card)
        database.close()
    return lambda name: monkeypatch.setenv("MILAP_HOLDER_CONFIG", str(tmp_path / f"{name}.toml"))


@pytest.fixture
def key(at: At) -> LinkageKey:
    """The steward's key of the next epoch, in next.key."""
    made = LinkageKey.generate("east", "2026-12")
    write_key_file(Path("next.key"), made, WRAPPING)
    return made


def test_a_key_is_handed_over(at: At, key: LinkageKey, capsys: Capture) -> None:
    at("steward")
    sent = summary(capsys, ["holder", "key", "seal", "khulna", "--key", "next.key", "--output", "khulna.sealed"])
    at("khulna")
    assert run(["holder", "key", "open", "khulna.sealed", "--output", "east.key"]) == 0
    out = capsys.readouterr().out
    assert key.fingerprint() == sent["fingerprint"]
    assert key.fingerprint() in out
    assert "telephone" in out
    assert read_key_file(Path("east.key"), WRAPPING) == key
    assert [item["what"] for item in summary(capsys, ["holder", "audit", "show"])["items"]][-1] == "linkage-key-opened"
    assert "never overwritten" in complaint(capsys, ["holder", "key", "open", "khulna.sealed", "-o", "east.key"], 2)


@pytest.mark.usefixtures("key")
def test_refusals_are_one_sentence_each_and_write_nothing(at: At, capsys: Capture) -> None:
    at("steward")
    before = sorted(os.listdir())
    seal = ["holder", "key", "seal", "khulna", "-o", "khulna.sealed"]
    assert "--key" in complaint(capsys, seal, 2)
    assert "peer trust" in complaint(capsys, ["holder", "key", "seal", "nobody", "--key", "next.key", "-o", "x"], 2)
    assert "absent.key" in complaint(capsys, [*seal, "--key", "absent.key"], 2)
    assert "no sealed linkage key" in complaint(capsys, ["holder", "key", "open", "next.key", "-o", "y"], 2)
    assert sorted(os.listdir()) == before
    summary(capsys, [*seal, "--key", "next.key"])
    assert "another holder" in complaint(capsys, ["holder", "key", "open", "khulna.sealed", "-o", "y"], 2)
    Path("khulna.sealed").write_bytes(Path("khulna.sealed").read_bytes()[:900])
    at("khulna")
    assert "cut short" in complaint(capsys, ["holder", "key", "open", "khulna.sealed", "-o", "y"], 2)
    assert not Path("y").exists()
