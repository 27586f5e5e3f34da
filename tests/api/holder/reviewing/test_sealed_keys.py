"""Officers' keys at rest."""

import json
from typing import Any

import pytest

from api.holder.reviewing.sealed_keys import WrongPassphraseError, open_key
from api.wire.request_keys import request_key_from_seed_bytes
from encoder import sealing

KEY = request_key_from_seed_bytes(bytes(range(32)))
# Made by `seal_key` of version 0.1.0 before sealing had a module of its own.
SEALED: dict[str, Any] = {
    "format": "milap officer key", "version": 1, "officer": "a" * 22,
    "public_key": "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg", "cipher": "AES-256-GCM",
    "kdf": {
        "name": "argon2id", "iterations": 3, "lanes": 4, "memory_in_kib": 65536, "salt": "sFgfUxyNse+fyCkq0leV5Q==",
    },
    "nonce": "G2SG+kdpc2zunbDa",
    "sealed": "5LrsPVkIskhJrN/IJ7DT+j9gbWcNaDx6sl+NzhEKAVVdwURFVqTdMsXoSb1WZboG",
}  # fmt: skip


@pytest.fixture(autouse=True)
def as_in_service(cheap: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("iterations", "memory_in_kib"):
        monkeypatch.setitem(sealing.ARGON2, name, SEALED["kdf"][name])


def test_a_key_of_an_earlier_release_opens() -> None:
    sealed = json.dumps(SEALED).encode()
    assert open_key("a" * 22, KEY.public.text, sealed, "pass\u00e9phrase long") == KEY


@pytest.mark.parametrize("name", ["iterations", "lanes", "memory_in_kib"])
def test_no_key_is_opened_with_weaker_parameters(name: str) -> None:
    weaker = {**SEALED, "kdf": {**SEALED["kdf"], name: 1}}
    with pytest.raises(WrongPassphraseError):
        open_key("a" * 22, KEY.public.text, json.dumps(weaker).encode(), "pass\u00e9phrase long")
