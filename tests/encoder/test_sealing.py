"""Sealing: what earlier releases sealed still opens, and nothing opens that was changed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from encoder import sealing
from encoder.key_files import read_key_file
from encoder.keys import linkage_key_from_secret_bytes
from encoder.sealing import new_kdf, new_nonce, seal, stretched, unseal

KEY = bytes(range(32))
SECRET = bytes(range(200, 232))
# Made by `write_key_file` of version 0.1.0 before sealing had a module of its own.
FILES: dict[str, tuple[str | bytes, dict[str, Any]]] = {
    "passphrase": (
        "pass\u00e9phrase long",
        {
            "kdf": {
                "name": "argon2id", "iterations": 3, "lanes": 4, "memory_in_kib": 65536,
                "salt": "eyaPN8GMf0fgoiXXrjIwsw==",
            },
            "nonce": "UZlbXT2HC2RserUl",
            "sealed": "WA+Ps0EHKvLKJBKIvl3WXht9M+79vZGfANQx+BAZVqVrN7yQHCkKNaBh325CjCA8",
        },
    ),
    "wrapping key": (
        bytes(range(100, 132)),
        {
            "kdf": {"name": "none"},
            "nonce": "ERBVV9C0M+GoyzaV",
            "sealed": "OoVVLqOT66DLc6WVyqJnbk4d2XF5dYOGH5t3x1WCIyIcd9QabZe/UjKydmqwZdun",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_an_earlier_release_opens(tmp_path: Path, kind: str) -> None:
    secret, fields = FILES[kind]
    header = {
        "format": "milap linkage key", "version": 1, "domain": "test.domain", "epoch": "2026-11",
        "cipher": "AES-256-GCM",
    }  # fmt: skip
    path = tmp_path / "linkage.key"
    path.touch(0o600)
    path.write_text(json.dumps({**header, **fields}))
    assert read_key_file(path, secret) == linkage_key_from_secret_bytes(SECRET, "test.domain", "2026-11")


def test_what_is_sealed_is_said_in_the_open_and_opens_again() -> None:
    header = {"format": "a test", "nonce": new_nonce()}
    sealed = seal(KEY, header, SECRET)
    assert {**header, "sealed": sealed["sealed"]} == sealed
    assert unseal(KEY, json.loads(json.dumps(sealed))) == SECRET


@pytest.mark.parametrize(
    "change",
    [
        lambda sealed: sealed.update(format="another test"), lambda sealed: sealed.update(more=1),
        lambda sealed: sealed.pop("format"), lambda sealed: sealed.update(nonce=new_nonce()),
        lambda sealed: sealed.update(sealed="A" * 64),
    ],
)  # fmt: skip
def test_nothing_opens_that_was_changed(change: Callable[[dict[str, Any]], object]) -> None:
    sealed = seal(KEY, {"format": "a test", "nonce": new_nonce()}, SECRET)
    change(sealed)
    with pytest.raises(InvalidTag):
        unseal(KEY, sealed)


def test_a_new_passphrase_gets_the_recommended_parameters_and_a_salt_of_its_own() -> None:
    first, second = new_kdf(), new_kdf()
    assert first["salt"] != second["salt"]
    assert {name: value for name, value in first.items() if name != "salt"} == {
        "name": "argon2id", "iterations": 3, "lanes": 4, "memory_in_kib": 64 * 1024,
    }  # fmt: skip


def test_salt_and_passphrase_decide_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sealing.ARGON2, "memory_in_kib", 64)
    kdf, other = new_kdf(), new_kdf()
    keys = {stretched("a passphrase", kdf), stretched("another one", kdf), stretched("a passphrase", other)}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
    assert stretched("a passphrase", kdf) in keys
