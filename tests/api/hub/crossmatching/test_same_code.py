"""The digest of the code that a search goes through."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.hub.crossmatching import same_code
from api.hub.crossmatching.same_code import code_digest


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of two modules in place of ours."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "outer.py").write_text("a = 1\n")
    (tmp_path / "inner" / "deep.py").write_text("b = 2\n")
    monkeypatch.setattr(same_code, "_SEARCHING", [SimpleNamespace(__name__="made", __path__=[str(tmp_path)])])
    code_digest.cache_clear()
    yield tmp_path
    code_digest.cache_clear()


def again() -> str:
    code_digest.cache_clear()
    return code_digest()


def test_it_changes_with_the_text_and_the_name_of_any_module(package: Path) -> None:
    seen = [code_digest()]
    (package / "inner" / "deep.py").write_text("b = 3\n")
    seen.append(again())
    (package / "outer.py").rename(package / "other.py")
    seen.append(again())
    (package / "new.py").touch()
    seen.append(again())
    assert len(set(seen)) == 4
    (package / "notes.txt").touch()
    assert again() == seen[-1]


def test_ours_covers_the_kernel_and_the_search_of_a_block() -> None:
    names = {package.__name__ for package in same_code._SEARCHING}
    assert names == {"api.hub.crossmatching", "api.hub.matching", "indexer", "matcher"}
    assert len(code_digest()) == 64
