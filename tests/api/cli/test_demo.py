"""`milap demo`: from nothing to the report, and nothing of it left, however it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.api.cli.people import complaint

MARK = "DEMO_OF_THE_TESTS"


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """The demo as a process; every process that comes of it carries the folder's name in its environment."""
    environment = {**os.environ, "TMPDIR": str(folder), MARK: str(folder), "MILAP_HUB_DATABASE": "not for the demo"}
    command = [sys.executable, "-c", "from api.cli.main import main; main()", "demo", "--records", "60", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def processes(folder: Path) -> list[str]:
    """Numbers of the processes that are there with the folder in their environment."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            environment = (each / "environ").read_bytes()
        except OSError:
            continue
        if f"{MARK}={folder}".encode() in environment.split(b"\0"):
            found.append(each.name)
    return found


def leftovers(folder: Path) -> list[str]:
    """Folders of demos; numba and others may keep files of their own there."""
    return sorted(each.name for each in folder.glob("milap-*"))


def checked(report: dict[str, Any]) -> None:
    records = report["records"]
    assert set(records) == {"wb-police", "pb-shelters", "bd-shelters"}
    assert sum(each["missing"] for each in records.values()) == 60
    assert sum(each["found"] for each in records.values()) == 37
    assert all(each["missing"] and each["found"] for each in records.values())
    assert (report["missing"], report["found"]) == (61, 36), "The story's two on top; two sealed by a court stay."
    assert report["arrived"] == "97 of 97 arrived"
    assert report["pairs_compared"] == 61 * 36
    assert (report["planted_pairs"], report["comparable_pairs"]) == (32, 30)
    assert 0.9 <= report["recall"]["10"] <= 1
    assert report["recall"]["1"] <= report["recall"]["10"]
    assert report["story"]["verdict"] == "probable"
    assert report["story"]["levels"]["father"] == "agrees"
    assert report["story"]["reporter_saw_nothing"] is True
    brought_home(report["way_home"])
    assert len(report["best_pairs"]) == 5
    assert report["succeeded"] is True
    assert report["services"] == []
    assert "exists" in report["note"]


def brought_home(way: dict[str, Any]) -> None:
    assert way["state"] == "reunited"
    assert way["reporter_saw_nothing_before"] is True
    assert way["before"]["GET /v1/releases"] == "nothing"
    assert way["before"]["GET /v1/releases/{candidate}"] == "404 no-such-resource"
    assert set(way["after"].values()) == {"pb-shelters, probable, released"}
    assert way["one_officer_alone"] == "second-person-required"
    assert "shelters of Punjab" in way["contact"]["wb-police"]
    assert "police of West Bengal" in way["contact"]["pb-shelters"]
    assert way["hub_saw_nothing"] is True
    assert way["audit"]["size"] > 100
    assert way["audit"]["faults"] == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_one_run_reports_and_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    demo = started(tmp_path, "--once", "--json", "--seed", "5")
    out, err = demo.communicate(timeout=300)
    assert (demo.returncode, err) == (0, "")
    assert out.count("\n") == 1
    checked(json.loads(out))
    assert leftovers(tmp_path) == []
    assert processes(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(("number", "keeps"), [(signal.SIGINT, False), (signal.SIGTERM, True)])
def test_interrupted_it_leaves_no_process_and_only_the_folder_to_keep(tmp_path: Path, number: int, keeps: bool) -> None:
    kept = tmp_path / "kept"
    demo = started(tmp_path, *(["--keep", str(kept)] if keeps else []))
    end = time.monotonic() + 120
    while len(processes(tmp_path)) < 3:
        assert demo.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    demo.send_signal(number)
    _, err = demo.communicate(timeout=120)
    assert demo.returncode == 3
    assert "Stopped" in err
    assert (f"milap hub serve --config {kept}" in err) == keeps
    assert (kept / "hub.toml").exists() == keeps
    assert leftovers(tmp_path) == []
    assert processes(tmp_path) == []


def test_a_folder_that_is_there_is_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own").write_text("mine")
    assert "is there already" in complaint(capsys, ["demo", "--once", "--keep", str(tmp_path)], 2)
    assert [each.name for each in tmp_path.iterdir()] == ["own"]
    assert "could not be made" in complaint(capsys, ["demo", "--once", "--keep", str(tmp_path / "own" / "x")], 3)
