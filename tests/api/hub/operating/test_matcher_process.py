"""The matcher as a child process: it works, it comes back when it dies, and it never outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.hub.hub_key import make_hub_key
from api.hub.operating.matcher_process import MatcherProcess
from api.hub.settings import HubSettings
from api.hub.storage import schema
from api.service.database import open_database

PARENT = """
import os, sys, time
from pathlib import Path
from api.hub.operating.matcher_process import MatcherProcess
from api.hub.settings import HubSettings
if __name__ == "__main__":
    matcher = MatcherProcess(HubSettings(name="hub-test", data=Path(sys.argv[1])))
    matcher.start()
    while matcher.ready():
        time.sleep(0.05)
    print(matcher._child.pid, flush=True)
    time.sleep(600)
"""


def until(look: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end, "It did not come about in time."
        time.sleep(0.05)


def is_there(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def settings(tmp_path: Path) -> HubSettings:
    """Settings of a hub that was initialised."""
    made = HubSettings(name="hub-test", data=tmp_path)
    make_hub_key(tmp_path)
    database = open_database(made.database_url)
    schema.create_or_require(database)
    database.close()
    return made


@pytest.fixture
def matcher(settings: HubSettings) -> Iterator[MatcherProcess]:
    """A matcher that is ready."""
    made = MatcherProcess(settings)
    made.start()
    until(lambda: made.ready() == [])
    yield made
    made.stop()


def pid_of(matcher: MatcherProcess) -> int:
    """The child's process number."""
    assert matcher._child is not None
    assert matcher._child.pid is not None
    return matcher._child.pid


def test_it_is_not_ready_before_the_child_says_so(settings: HubSettings) -> None:
    assert MatcherProcess(settings).ready() != []


def test_a_child_that_dies_is_missed_and_comes_back(matcher: MatcherProcess) -> None:
    first = pid_of(matcher)
    os.kill(first, signal.SIGKILL)
    until(lambda: matcher.ready() != [])
    matcher.changed()
    until(lambda: matcher.ready() == [])
    assert pid_of(matcher) != first


def test_stopping_ends_the_child(settings: HubSettings) -> None:
    matcher = MatcherProcess(settings)
    matcher.start()
    until(lambda: matcher.ready() == [])
    pid = pid_of(matcher)
    matcher.changed()
    matcher.stop()
    assert not is_there(pid)
    matcher.changed()
    assert matcher.ready() != []


def test_a_killed_parent_leaves_no_child_behind(settings: HubSettings, repository: Path, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    command = [sys.executable, str(script), str(settings.data)]
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_there(child)
        parent.kill()
    until(lambda: not is_there(child), 20)
