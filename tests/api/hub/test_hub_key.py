"""The hub's key file."""

import pickle
import stat
from pathlib import Path

import pytest

from api.hub.hub_key import FILE_NAME, load_hub_key, make_hub_key
from matcher.errors import InputError, OutputError


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = make_hub_key(tmp_path)
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert make_hub_key(tmp_path) == key == load_hub_key(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    make_hub_key(tmp_path)
    (tmp_path / FILE_NAME).chmod(mode)
    with pytest.raises(InputError, match="chmod 600"):
        load_hub_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_file_that_is_no_key_is_refused_and_not_quoted(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(InputError) as caught:
        make_hub_key(tmp_path)
    assert "short" not in str(caught.value)
    assert path.read_bytes() == content


def test_no_key_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="milap hub init"):
        load_hub_key(tmp_path)
    with pytest.raises(OutputError):
        make_hub_key(tmp_path / "absent")
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(InputError):
        load_hub_key(tmp_path)
