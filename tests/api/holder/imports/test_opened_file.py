"""A file that readers open by a path lies on no disk."""

import os
import sys
from pathlib import Path

import pytest

from api.holder.imports.opened_file import opened_file


@pytest.mark.parametrize("in_memory", [True, False])
def test_the_content_is_there_until_the_end(monkeypatch: pytest.MonkeyPatch, in_memory: bool) -> None:
    if in_memory and not hasattr(os, "memfd_create"):
        pytest.skip("no files in memory here")
    if not in_memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    with opened_file(b"content", ".csv") as path:
        assert (path.name, path.read_bytes(), path.read_bytes()) == ("import.csv", b"content", b"content")
        assert path.is_symlink() == in_memory
        if not in_memory:
            assert path.stat().st_mode & 0o077 == 0
    assert not path.exists()
    assert not path.parent.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="files in memory are Linux's")
def test_no_disk_holds_the_content() -> None:
    with opened_file(b"content", ".csv") as path:
        assert Path(os.readlink(path)).parts[1] == "proc"
