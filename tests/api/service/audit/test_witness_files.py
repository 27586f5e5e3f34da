"""Files of checkpoints that others kept."""

import stat
from pathlib import Path

import pytest

from api.service.audit.witness_files import read_witnesses, write_witnesses
from api.wire.audit import sign_checkpoint
from api.wire.request_keys import RequestKey
from matcher.errors import InputError, OutputError
from tests.api.service.audit.logs import NOW, ORIGIN

KEY = RequestKey.generate()
KEPT = [sign_checkpoint(origin, 5, bytes(32), NOW, KEY) for origin in (ORIGIN, "another")]


def test_a_file_gives_the_checkpoints_of_one_log(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    write_witnesses(file, KEPT)
    assert read_witnesses([file, file], ORIGIN) == [KEPT[0], KEPT[0]]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    write_witnesses(file, KEPT)
    with pytest.raises(OutputError):
        write_witnesses(file, [])
    with pytest.raises(OutputError):
        write_witnesses(tmp_path / "nowhere" / "kept.json", KEPT)
    assert read_witnesses([file], ORIGIN)


@pytest.mark.parametrize("content", ["", "[]", '{"checkpoints": [{}]}', '{"checkpoints": []}'])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "kept.json"
    file.write_text(content)
    with pytest.raises(InputError):
        read_witnesses([file], ORIGIN)
    with pytest.raises(InputError):
        read_witnesses([tmp_path / "nowhere"], ORIGIN)
