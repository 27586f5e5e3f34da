"""The table of commands, exit statuses, and errors as one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import main as cli
from api.cli.main import COMMANDS, explain_error, installed_commands, main, run, usage
from matcher.errors import InputError, ModelError, OutputError
from tests.api.cli.people import complaint, row_of, text_of, write_sides


def milap(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    script = "from api.cli.main import main; main()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False, timeout=120)


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_help_lists_the_commands(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 0
    shown = capsys.readouterr().out
    assert all((name in shown) == (name in installed_commands()) for name in COMMANDS)


def test_no_words_are_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "link" in capsys.readouterr().out


def test_a_command_without_words_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert "missing" in complaint(capsys, ["link"], 2)
    assert "nothing" in complaint(capsys, ["nothing"], 2)
    run(["keys"])
    assert "milap: ;" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "status"),
    [(InputError("Sentence."), 2), (OutputError("Sentence."), 3), (ModelError("Sentence."), 3), (ValueError("x"), 3)],
)
def test_statuses_of_errors(error: Exception, status: int) -> None:
    sentence, told = explain_error(error)
    assert told == status
    assert sentence == "Sentence." or ("ValueError" in sentence and "x)" not in sentence)


def test_only_installed_commands_are_offered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "fly", cli.Command("api.cli.absent", "Not here."))
    assert "fly" not in installed_commands()
    assert "fly" not in usage()
    assert "fly" in complaint(capsys, ["fly"], 2)


def test_debug_shows_the_traceback_wherever_it_stands(tmp_path: Path) -> None:
    arguments = ["evaluate", str(tmp_path / "absent.csv"), str(tmp_path / "absent.csv")]
    for words in ([*arguments, "--debug"], ["--debug", *arguments]):
        with pytest.raises(InputError):
            run(words)


def test_main_exits_with_the_status(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["nothing"])
    assert caught.value.code == 2
    assert "nothing" in capsys.readouterr().err


def test_a_process_of_its_own(tmp_path: Path) -> None:
    missing, found = write_sides(tmp_path, 4)
    done = milap("link", missing.name, found.name, "-o", "pairs.csv", "--quiet", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("{")
    assert done.stdout.count("\n") == 1
    missing.write_text(text_of([row_of(i, "missing") for i in (0, 1, 1)]))
    done = milap("link", missing.name, found.name, "-o", "pairs.csv", cwd=tmp_path)
    assert done.returncode == 1
    assert "missing.csv, row 4, record_id" in done.stderr
    wrong = milap("link", "absent.csv", found.name, "-o", "pairs.csv", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("milap: There is no file absent.csv")
    traced = milap("link", "absent.csv", found.name, "-o", "pairs.csv", "--debug", cwd=tmp_path)
    assert traced.returncode != 0
    assert "Traceback" in traced.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_device_that_is_full(tmp_path: Path) -> None:
    missing, found = write_sides(tmp_path, 4)
    (tmp_path / "pairs.csv").write_text("old")
    script = (
        "import os, sys\nfrom api.cli.main import run\n"
        "os.fsync = lambda number: os.write(os.open('/dev/full', os.O_WRONLY), b'x')\n"
        "sys.exit(run(sys.argv[1:]))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])}
    command = [sys.executable, "-c", script, "link", missing.name, found.name, "-o", "pairs.csv", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 3
    assert "No space left" in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["found.csv", "missing.csv", "pairs.csv"]
    assert (tmp_path / "pairs.csv").read_text() == "old"
