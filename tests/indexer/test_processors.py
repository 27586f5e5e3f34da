"""The kernel gives the same on a processor without wide vector instructions."""

import os
import subprocess
import sys
from pathlib import Path

from tests.indexer.hits_digest import hits_digest


def test_without_wide_vectors(tmp_path: Path, repository: Path) -> None:
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "tests.indexer.hits_digest"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **plain}, cwd=repository, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [hits_digest(), "False"]
