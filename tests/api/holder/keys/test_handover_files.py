"""Files of sealed linkage keys: whole or not there, and nothing else is taken for one."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from api.holder.keys.errors import ForeignSealedKeyError, HandoverError
from api.holder.keys.handover_files import read_sealed_key, write_sealed_key
from tests.api.holder.keys.test_handover import SEALED


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_sealed_key(tmp_path / "khulna.sealed", SEALED)
    return tmp_path / "khulna.sealed"


def refusal(path: Path) -> str:
    with pytest.raises(ForeignSealedKeyError) as caught:
        read_sealed_key(path)
    assert caught.value.__cause__ is None
    message = str(caught.value)
    assert str(path) in message
    assert message.endswith(".")
    assert SEALED.sealed[:20] not in message
    return message


def test_what_was_written_is_read(file: Path) -> None:
    assert read_sealed_key(file) == SEALED
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    assert read_sealed_key(file) == SEALED


def test_cut_short_anywhere_it_is_refused(file: Path) -> None:
    content = file.read_bytes().rstrip()
    for length in range(0, len(content), 7):
        file.write_bytes(content[:length])
        told = b"milap sealed linkage key" in content[:length]
        assert ("cut short" if told else "no sealed linkage key") in refusal(file)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b"[" * 10_000, bytes(10**6), b'{"format": "age"}'])
def test_a_foreign_file(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert "no sealed linkage key" in refusal(file)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2}, {"note": "added"}, {"sender": "Not A Name"}, {"domain": ""}, {"fingerprint": "abcd"},
        {"sealed": "%%%"}, {"sealed": "A" * 5000}, {"signature": "AAAA"}, {"sealed_at": "2026-11-22T10:00:00"},
        {"recipient": None},
    ],
)  # fmt: skip
def test_fields_that_are_none(file: Path, change: dict[str, Any]) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    assert "cut short or changed" in refusal(file)


def test_no_such_file_and_a_folder(tmp_path: Path) -> None:
    assert "could not be read" in refusal(tmp_path / "none")
    assert "could not be read" in refusal(tmp_path)


def test_nothing_is_overwritten_and_a_full_disk_leaves_nothing(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("old")
    with pytest.raises(HandoverError, match="never overwritten"):
        write_sealed_key(file, SEALED)
    assert file.read_text() == "old"
    file.unlink()

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(HandoverError, match="No space left"):
        write_sealed_key(file, SEALED)
    assert os.listdir(tmp_path) == []
