import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from encoder.faces.child import ChildLost, ChildProcess

MODULE = "tests.encoder.faces.bad_child"
USUAL = ("20", "20")


@pytest.fixture
def child():
    with ChildProcess(MODULE, USUAL, timeout_seconds=20, answer_bytes=50_000) as child:
        yield child


def short_child(cpu_seconds: int, wall_seconds: int, timeout_seconds: float) -> ChildProcess:
    return ChildProcess(MODULE, (str(cpu_seconds), str(wall_seconds)), timeout_seconds)


def is_gone(pid: int) -> bool:
    """Whether a process ended, even when nobody has asked for its status yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def becomes_gone(pid: int) -> bool:
    end = time.monotonic() + 10
    while not is_gone(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return is_gone(pid)


@pytest.mark.parametrize("request_", [b"", b"abc", bytes(range(256)) * 100])
def test_an_answer_comes_back(child, request_):
    assert child.ask(request_) == request_[::-1]


def test_a_request_larger_than_a_pipe_arrives():
    request = os.urandom(20_000_000)
    with ChildProcess(MODULE, USUAL, 20, answer_bytes=len(request)) as child:
        assert child.ask(request) == request[::-1]


def test_the_same_child_answers_until_it_is_renewed():
    with ChildProcess(MODULE, USUAL, 20, renew_after=2) as child:
        pids = [child.ask(b"pid") for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


@pytest.mark.parametrize("request_", [b"abort", b"memory", b"long"])
def test_a_lost_child_costs_one_request(child, request_):
    first = child.ask(b"pid")
    with pytest.raises(ChildLost):
        child.ask(request_)
    assert child.ask(b"pid") != first
    assert is_gone(int(first))


@pytest.mark.parametrize("argument", ["babble", "absent"])
def test_a_child_that_never_answers_properly_is_lost_each_time(argument):
    with ChildProcess(MODULE, (argument,), 20) as child:
        for _ in range(2):
            with pytest.raises(ChildLost):
                child.ask(b"abc")


def test_a_module_that_does_not_exist_is_a_lost_child():
    with ChildProcess("tests.encoder.faces.no_such_child", (), 20) as child, pytest.raises(ChildLost):
        child.ask(b"abc")


def test_a_child_that_hangs_is_killed_by_its_parent():
    with short_child(20, 20, timeout_seconds=1.0) as child:
        pid = child.ask(b"pid")
        with pytest.raises(ChildLost):
            child.ask(b"sleep")
        assert is_gone(int(pid))


def test_a_child_that_does_not_read_is_killed_by_its_parent():
    with ChildProcess(MODULE, ("babble",), timeout_seconds=1.0) as child, pytest.raises(ChildLost):
        child.ask(bytes(1_000_000))


@pytest.mark.parametrize(("cpu_seconds", "wall_seconds", "request_"), [(1, 20, b"spin"), (20, 1, b"sleep")])
def test_a_child_ends_itself_when_its_time_is_up(cpu_seconds, wall_seconds, request_):
    with short_child(cpu_seconds, wall_seconds, timeout_seconds=20) as child:
        began = time.monotonic()
        with pytest.raises(ChildLost):
            child.ask(request_)
        assert time.monotonic() - began < 15  # not the parent's doing


def test_each_request_has_its_own_time():
    with short_child(20, 1, timeout_seconds=20) as child:
        pid = child.ask(b"pid")
        time.sleep(1.3)
        assert child.ask(b"pid") == pid


@pytest.mark.parametrize("request_", [b"write", b"read", b"connect"])
def test_a_child_opens_nothing(child, request_):
    assert child.ask(request_) == b"OSError"


def test_what_libraries_print_is_no_answer(child):
    assert child.ask(b"noise") == b"quiet"
    assert child.ask(b"ab") == b"ba"


def test_nothing_of_the_environment_is_inherited(child, monkeypatch):
    monkeypatch.setenv("MILAP_HOLDER_SECRET", "canary-8261")
    monkeypatch.setenv("PYTHONPATH", "canary-8262")
    seen = child.ask(b"environment").decode()
    assert "canary" not in seen
    assert str(Path.cwd()) not in seen.partition("}")[2].partition("[")[0]


def test_a_child_that_was_killed_between_requests_is_replaced_unseen(child):
    pid = int(child.ask(b"pid"))
    os.kill(pid, signal.SIGKILL)
    assert becomes_gone(pid)
    assert child.ask(b"ab") == b"ba"


def test_an_interrupted_request_leaves_no_answer_behind(child):
    def interrupt(*_):
        raise KeyboardInterrupt

    child.ask(b"warm")
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            child.ask(b"sleep")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert child.ask(b"ab") == b"ba"


def test_threads_take_turns(child):
    requests = [str(number).encode() for number in range(100)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(child.ask, requests)) == [request[::-1] for request in requests]


def test_closing_ends_the_child_and_may_be_repeated(child):
    pid = int(child.ask(b"pid"))
    child.close()
    child.close()
    assert is_gone(pid)


def test_lost_children_leave_no_descriptors_behind(child):
    child.ask(b"ab")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        with pytest.raises(ChildLost):
            child.ask(b"abort")
    child.ask(b"ab")
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_child_ends_with_its_parent():
    script = (
        "import os, sys\n"
        "from encoder.faces.child import ChildProcess\n"
        f"child = ChildProcess('{MODULE}', ('20', '20'), 20)\n"
        "os.write(1, child.ask(b'pid'))\n"
        "os._exit(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=60)
    assert becomes_gone(int(done.stdout))


def test_the_message_tells_nothing_of_the_request(child):
    with pytest.raises(ChildLost) as raised:
        child.ask(b"abort")
    assert "abort" not in str(raised.value)
    assert raised.value.__cause__ is None
