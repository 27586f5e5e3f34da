"""Kernels are kept on disk, yet never run from sources that have changed."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from indexer import jit

HELPER = "from indexer.jit import kernel\n\n\n@kernel\ndef helper(x):\n    return x + {}\n"
CALLER = (
    "from indexer.jit import kernel\nfrom indexer.helper import helper\n\n\n"
    "@kernel\ndef caller(x):\n    return helper(x)\n"
)


def run(folder: Path) -> str:
    """What the kernel of another file gives, with machine code kept beside it, and whether it came from there."""
    script = (
        "from indexer.caller import caller; value = caller(1); print(value, sum(caller.stats.cache_hits.values()) > 0)"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "kept"), "PYTHONPATH": str(folder)}
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=True)
    return done.stdout.strip()


def test_a_change_in_another_file_compiles_again(tmp_path: Path, repository: Path) -> None:
    for package in ("indexer", "matcher"):
        (tmp_path / package).mkdir()
    nouns = [f"matcher/{file.name}" for file in (repository / "matcher").glob("*.py")]
    for file in ("indexer/__init__.py", "indexer/jit.py", *nouns):
        (tmp_path / file).write_bytes((repository / file).read_bytes())
    (tmp_path / "indexer/caller.py").write_text(CALLER)
    outcomes = []
    for addend in (1, 1, 5):
        (tmp_path / "indexer/helper.py").write_text(HELPER.format(addend))
        outcomes.append(run(tmp_path))
    assert outcomes == ["2 False", "2 True", "6 False"]


def test_compiles_where_machine_code_cannot_be_kept() -> None:
    scope: dict[str, object] = {}
    exec("def double(x):\n    return 2 * x", scope)
    double = jit.kernel(scope["double"])
    assert double(21) == 42
    assert hasattr(double, "signatures")


def test_popcount() -> None:
    @jit.kernel
    def count(word: int) -> int:
        return jit.popcount(word)

    for word in (0, 1, 2**63, 2**64 - 1, 0x0123456789ABCDEF):
        assert count(np.uint64(word)) == word.bit_count()
