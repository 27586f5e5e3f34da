"""Key files: round trip, every way to fail, and that a failure shows no secret and writes nothing."""

import base64
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from encoder.key_files import (
    KeyFileError,
    WrongSecretError,
    read_key_file,
    unlock_secret_from_environment,
    write_key_file,
)
from encoder.keys import LinkageKey, linkage_key_from_secret_bytes, reveal_secret_bytes_of_linkage_key
from matcher.errors import InputError

PASSPHRASE = "correct horse battery"
WRAPPING_KEY = bytes(range(100, 132))
SECRET = bytes(range(200, 232))
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def key() -> LinkageKey:
    return linkage_key_from_secret_bytes(SECRET, "test.domain", "2026-11")


@pytest.fixture
def wrapped(tmp_path: Path, key: LinkageKey) -> Path:
    """A key file under a wrapping key."""
    path = tmp_path / "wrapped.key"
    write_key_file(path, key, WRAPPING_KEY)
    return path


@pytest.fixture(scope="module")
def locked_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of a key file under a passphrase, made once because Argon2id is slow on purpose."""
    path = tmp_path_factory.mktemp("locked") / "locked.key"
    write_key_file(path, linkage_key_from_secret_bytes(SECRET, "test.domain", "2026-11"), PASSPHRASE)
    return path.read_text()


@pytest.fixture
def locked(tmp_path: Path, locked_text: str) -> Path:
    """A key file under a passphrase."""
    return put(tmp_path / "locked.key", locked_text)


def put(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(0o600)
    return path


def changed(path: Path, change: Change) -> Path:
    fields = json.loads(path.read_text())
    change(fields)
    return put(path, json.dumps(fields))


def refusal(path: Path, secret: str | bytes, error: type[KeyFileError] = KeyFileError) -> str:
    """The message of the refusal: one sentence, which names the file and shows no secret."""
    with pytest.raises(error) as caught:
        read_key_file(path, secret)
    message = str(caught.value)
    assert type(caught.value) is error
    assert isinstance(caught.value, InputError)  # the command line exits with status 2
    assert message.endswith(".")
    assert "\n" not in message
    for shown in (PASSPHRASE, SECRET.hex(), WRAPPING_KEY.hex(), base64.b64encode(WRAPPING_KEY).decode()):
        assert shown not in message
    assert caught.value.__cause__ is None
    return message


# --- round trips ----------------------------------------------------------------------------------------------------


def test_opens_with_the_passphrase(locked: Path, key: LinkageKey) -> None:
    assert read_key_file(locked, PASSPHRASE) == key


def test_opens_with_the_wrapping_key(wrapped: Path, key: LinkageKey) -> None:
    assert read_key_file(wrapped, WRAPPING_KEY) == key


def test_a_composed_and_a_decomposed_accent_are_one_passphrase(tmp_path: Path, key: LinkageKey) -> None:
    path = tmp_path / "file.key"
    write_key_file(path, key, "clé de la maison")
    assert read_key_file(path, "cle\u0301 de la maison") == key


def test_a_file_is_private_and_shows_no_secret(wrapped: Path, locked: Path, key: LinkageKey) -> None:
    secret = reveal_secret_bytes_of_linkage_key(key)
    assert stat.S_IMODE(wrapped.stat().st_mode) == 0o600
    for path in (wrapped, locked):
        content = path.read_bytes()
        for shown in (secret, secret.hex().encode(), base64.b64encode(secret), PASSPHRASE.encode()):
            assert shown not in content


def test_two_files_of_one_key_share_no_salt_nonce_or_text(tmp_path: Path, wrapped: Path, key: LinkageKey) -> None:
    write_key_file(tmp_path / "again.key", key, WRAPPING_KEY)
    a, b = (json.loads(path.read_text()) for path in (wrapped, tmp_path / "again.key"))
    assert a["nonce"] != b["nonce"]
    assert a["sealed"] != b["sealed"]


def test_the_file_is_what_its_documentation_says(locked: Path) -> None:
    """Opened again by hand: RFC 9106's second recommended option, AES-256-GCM, the rest as associated data."""
    fields = json.loads(locked.read_text())
    sealed = base64.b64decode(fields.pop("sealed"))
    assert {name: fields["kdf"][name] for name in fields["kdf"] if name != "salt"} == {
        "name": "argon2id", "iterations": 3, "lanes": 4, "memory_in_kib": 65_536,
    }  # fmt: skip
    salt = base64.b64decode(fields["kdf"]["salt"])
    assert len(salt) == 16
    file_key = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=65_536).derive(PASSPHRASE.encode())
    data = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    assert AESGCM(file_key).decrypt(base64.b64decode(fields["nonce"]), sealed, data) == SECRET


# --- files that do not open -----------------------------------------------------------------------------------------


def test_wrong_passphrase(locked: Path) -> None:
    assert "does not open" in refusal(locked, PASSPHRASE + " ", WrongSecretError)


def test_wrong_wrapping_key(wrapped: Path) -> None:
    assert "does not open" in refusal(wrapped, bytes(32), WrongSecretError)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.update(domain="other.domain"),
        lambda f: f.update(epoch="2026-12"),
        lambda f: f.update(note="added"),
        lambda f: f.update(nonce=base64.b64encode(bytes(12)).decode()),
        lambda f: f.update(sealed=base64.b64encode(bytes(48)).decode()),
        lambda f: f["kdf"].update(note="added"),
    ],
)
def test_a_changed_field_does_not_open(wrapped: Path, change: Change) -> None:
    refusal(changed(wrapped, change), WRAPPING_KEY, WrongSecretError)


def test_the_other_kind_of_secret_is_named(wrapped: Path, locked: Path) -> None:
    assert "MILAP_WRAPPING_KEY" in refusal(wrapped, PASSPHRASE)
    assert "MILAP_KEY_PASSPHRASE" in refusal(locked, WRAPPING_KEY)


def test_truncated_at_every_length(wrapped: Path) -> None:
    content = wrapped.read_bytes().rstrip()
    for length in range(len(content)):
        message = refusal(put(wrapped, content[:length]), WRAPPING_KEY)
        # Before the format stands in the file, nobody can tell whose file it was.
        told = length == 0 or b"milap linkage key" in content[:length]
        assert ("cut short" if told else "not a Milap key file") in message


@pytest.mark.parametrize(
    "content",
    [b"{}", b"[]", b"null", b"\xff\xfe\x00", b"[" * 16_000, b'{"format": "age"}', b"ssh-rsa AAAA", bytes(10**6)],
)
def test_foreign_file(tmp_path: Path, content: bytes) -> None:
    assert "not a Milap key file" in refusal(put(tmp_path / "foreign", content), PASSPHRASE)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version(wrapped: Path, version: object) -> None:
    assert "another version" in refusal(changed(wrapped, lambda f: f.update(version=version)), WRAPPING_KEY)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.pop("domain"),
        lambda f: f.update(epoch=5),
        lambda f: f.update(cipher="AES-128-ECB"),
        lambda f: f.pop("kdf"),
        lambda f: f["kdf"].update(name="md5"),
        lambda f: f["kdf"].update(name=["none"]),
        lambda f: f.update(nonce="AAAA"),
        lambda f: f.update(nonce=7),
        lambda f: f.update(sealed="%%%"),
        lambda f: f.pop("sealed"),
    ],
)
def test_damaged_fields(wrapped: Path, change: Change) -> None:
    assert "damaged" in refusal(changed(wrapped, change), WRAPPING_KEY)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f["kdf"].pop("lanes"),
        lambda f: f["kdf"].update(lanes=0),
        lambda f: f["kdf"].update(lanes=True),
        lambda f: f["kdf"].update(iterations=3.0),
        lambda f: f["kdf"].update(memory_in_kib=8),
        lambda f: f["kdf"].update(salt="AAAA"),
    ],
)
def test_damaged_kdf_parameters(locked: Path, change: Change) -> None:
    assert "damaged" in refusal(changed(locked, change), PASSPHRASE)


@pytest.mark.parametrize(
    ("name", "asked"), [("memory_in_kib", 100 * 2**20), ("iterations", 10**9), ("lanes", 2**24 - 1)]
)
def test_a_file_that_asks_for_the_whole_machine(locked: Path, name: str, asked: int) -> None:
    """100 GB, a year or sixteen million threads: refused before Argon2id starts."""
    assert f"more {name} than" in refusal(changed(locked, lambda f: f["kdf"].update({name: asked})), PASSPHRASE)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606])
def test_permissions_too_open(wrapped: Path, mode: int) -> None:
    wrapped.chmod(mode)
    assert "chmod 600" in refusal(wrapped, WRAPPING_KEY)


def test_no_such_file_and_a_folder(tmp_path: Path) -> None:
    assert "milap keys new" in refusal(tmp_path / "none.key", PASSPHRASE)
    folder = tmp_path / "folder"
    folder.mkdir(0o700)
    assert "could not be read" in refusal(folder, PASSPHRASE)


# --- files that are not written -------------------------------------------------------------------------------------


def test_never_overwrites(wrapped: Path, key: LinkageKey) -> None:
    before = wrapped.read_bytes()
    with pytest.raises(KeyFileError, match="never overwritten"):
        write_key_file(wrapped, LinkageKey.generate("test.domain", "2026-12"), WRAPPING_KEY)
    assert wrapped.read_bytes() == before
    assert read_key_file(wrapped, WRAPPING_KEY) == key


@pytest.mark.parametrize("secret", ["", "short", "a" * 11, b"", bytes(16), bytes(33)])
def test_a_weak_secret_writes_nothing(tmp_path: Path, key: LinkageKey, secret: str | bytes) -> None:
    with pytest.raises(KeyFileError, match=r"too short|is 32 bytes"):
        write_key_file(tmp_path / "file.key", key, secret)
    assert os.listdir(tmp_path) == []


def test_a_full_disk_writes_nothing(tmp_path: Path, key: LinkageKey, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyFileError, match="No space left"):
        write_key_file(tmp_path / "file.key", key, WRAPPING_KEY)
    assert os.listdir(tmp_path) == []


def test_a_missing_folder(tmp_path: Path, key: LinkageKey) -> None:
    with pytest.raises(KeyFileError, match="choose another folder"):
        write_key_file(tmp_path / "none" / "file.key", key, WRAPPING_KEY)


# --- the environment ------------------------------------------------------------------------------------------------


def test_secret_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapping = base64.b64encode(WRAPPING_KEY).decode()
    assert unlock_secret_from_environment({"MILAP_KEY_PASSPHRASE": PASSPHRASE}) == PASSPHRASE
    assert unlock_secret_from_environment({"MILAP_WRAPPING_KEY": wrapping + "\n"}) == WRAPPING_KEY
    assert unlock_secret_from_environment({"MILAP_WRAPPING_KEY": wrapping, "MILAP_KEY_PASSPHRASE": ""}) == WRAPPING_KEY
    monkeypatch.delenv("MILAP_WRAPPING_KEY", raising=False)
    monkeypatch.setenv("MILAP_KEY_PASSPHRASE", "from os.environ")
    assert unlock_secret_from_environment() == "from os.environ"


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({}, "Set MILAP_KEY_PASSPHRASE or MILAP_WRAPPING_KEY"),
        ({"MILAP_KEY_PASSPHRASE": "geheimes Wort", "MILAP_WRAPPING_KEY": "geheim"}, "unset one"),
        ({"MILAP_WRAPPING_KEY": "geheim!"}, "not base64"),
        ({"MILAP_WRAPPING_KEY": "geheimé"}, "not base64"),
        ({"MILAP_WRAPPING_KEY": base64.b64encode(bytes(16)).decode()}, "is 32 bytes"),
    ],
)
def test_an_environment_that_does_not_say(environ: dict[str, str], message: str) -> None:
    with pytest.raises(KeyFileError, match=message) as caught:
        unlock_secret_from_environment(environ)
    assert "geheim" not in str(caught.value)
