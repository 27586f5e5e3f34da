"""The masking key at rest: made once, in a file of its own, and opened by nothing but its secret."""

import stat
from pathlib import Path

import pytest

from api.holder.mailing.message_keys import read_or_make_message_key
from api.holder.masking.masking_keys import read_or_make_masking_key
from encoder.key_files import KeyFileError, WrongSecretError

SECRET = bytes(range(32))


def test_it_is_made_once_and_read_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "masking.key"
    made, again = read_or_make_masking_key(path, SECRET), read_or_make_masking_key(path, SECRET)
    assert made.public == again.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_masking_key(tmp_path / "other.key", SECRET).public != made.public


def test_another_secret_does_not_open_it_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "masking.key"
    read_or_make_masking_key(path, SECRET)
    before = path.read_bytes()
    with pytest.raises(WrongSecretError):
        read_or_make_masking_key(path, bytes(32))
    assert path.read_bytes() == before


def test_a_message_key_is_none(tmp_path: Path) -> None:
    read_or_make_message_key(tmp_path / "message.key", SECRET)
    with pytest.raises(KeyFileError, match="masking key file"):
        read_or_make_masking_key(tmp_path / "message.key", SECRET)


def test_it_gives_nothing_away(tmp_path: Path) -> None:
    key = read_or_make_masking_key(tmp_path / "masking.key", SECRET)
    assert key.public.hex() not in repr(key)
    assert repr(key) == str(key)
