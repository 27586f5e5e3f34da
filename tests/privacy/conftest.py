"""Running Python apart from this process and from the environment's own path entries."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

RunPython = Callable[..., str]


@pytest.fixture
def site_packages() -> Path:
    """Where the third-party packages of this environment are."""
    return Path(sysconfig.get_paths()["purelib"])


@pytest.fixture
def run_python(site_packages: Path) -> RunPython:
    """A function that runs a script with first-party code from one directory only, and returns what it printed.

    `-I -S` keeps path files away, above all the one by which an editable install shows the whole repository.
    """

    def run(first_party: Path, script: str, *arguments: str) -> str:
        preamble = f"import sys; sys.path[:0] = [{str(first_party)!r}, {str(site_packages)!r}]\n"
        environment = {**os.environ, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "120"}
        command = [sys.executable, "-I", "-S", "-W", "error", "-c", preamble + script, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=first_party)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    return run
