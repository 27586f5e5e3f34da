"""The first thing a newcomer runs: it says what is missing, and installs nothing that is not locked."""

import subprocess
from pathlib import Path

import pytest

from tools import environment


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0), (2, 7, 18)])
def test_a_python_without_wheels_is_refused_with_the_way_out(version):
    with pytest.raises(environment.SetupError, match=r"needs Python 3\.11.*PYTHON="):
        environment.check_version(version)


@pytest.mark.parametrize("version", [(3, 11, 2), (3, 12, 1), (3, 13, 0)])
def test_a_python_with_wheels_is_taken(version):
    environment.check_version(version)


def test_a_python_without_ensurepip_is_refused_with_the_way_out():
    with pytest.raises(environment.SetupError, match="apt install python3-venv"):
        environment.creation_command(Path(".venv"), None, has_ensurepip=False)


def test_uv_needs_no_ensurepip():
    assert environment.creation_command(Path(".venv"), "uv", has_ensurepip=False)[:2] == ["uv", "venv"]


@pytest.mark.parametrize("uv", [None, "uv"])
def test_only_hashed_requirements_and_the_project_are_installed(uv):
    commands = environment.install_commands(Path(".venv"), Path("requirements/dev.txt"), uv)
    assert [command[-3:] for command in commands[:-1]] == [
        ["--require-hashes", "-r", f"requirements/{name}.txt"] for name in ("build", "dev")
    ]
    assert all({"--no-deps", "--no-build-isolation"} <= set(command) for command in commands)


@pytest.mark.parametrize(
    ("has_python", "has_pip", "creates"), [(False, False, True), (True, False, True), (True, True, False)]
)
def test_an_environment_is_made_once_and_mended_when_half_made(monkeypatch, tmp_path, has_python, has_pip, creates):
    (tmp_path / "bin").mkdir()
    if has_python:
        (tmp_path / "bin" / "python").touch()
    if has_pip:
        (tmp_path / "lib" / "python3.11" / "site-packages" / "pip").mkdir(parents=True)
    ran: list[list[str]] = []
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    monkeypatch.setattr(environment.subprocess, "run", lambda command, check: ran.append(command))
    environment.make(tmp_path, Path("requirements/dev.txt"))
    assert len(ran) == 3 + creates


def test_a_failed_command_ends_in_one_sentence(monkeypatch, capsys):
    def fail(directory, requirements):
        raise subprocess.CalledProcessError(1, ["pip", "install", "-r", "x"])

    monkeypatch.setattr(environment, "make", fail)
    assert environment.main([".venv", "x"]) == 3
    assert capsys.readouterr().err.count("\n") == 1
