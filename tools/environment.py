"""Make a virtual environment from a hashed requirements file: `python3 tools/environment.py DIR REQUIREMENTS`.

Runs before anything is installed, so it needs the standard library only, and it has to start on a Python that is too
old in order to say so.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
TOO_NEW = (3, 14)
BUILD = Path("requirements", "build.txt")


class SetupError(Exception):
    """The environment cannot be made here; the message says what to install."""


def check_version(version: tuple[int, ...]) -> None:
    """Refuse a Python that the locked wheels do not cover."""
    if not OLDEST <= version[:2] < TOO_NEW:
        raise SetupError(
            f"Milap needs Python 3.11, 3.12 or 3.13, and this is {version[0]}.{version[1]}: name another one, as in"
            " 'make demo PYTHON=python3.12'."
        )


def creation_command(directory: Path, uv: str | None, *, has_ensurepip: bool) -> list[str]:
    """The command that makes an empty environment for the running Python."""
    if uv:
        return [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(directory)]
    if not has_ensurepip:
        raise SetupError(
            "This Python cannot make a virtual environment: 'apt install python3-venv', or install uv, and try again."
        )
    return [sys.executable, "-m", "venv", str(directory)]


def install_commands(directory: Path, requirements: Path, uv: str | None) -> list[list[str]]:
    """The commands that install the locked files, then the project itself without looking anything up.

    What builds packages that come as source is there first, so that a build fetches nothing. A locked file is complete,
    and nothing beside it is wanted: one package asks for another that would have to be compiled for minutes.
    """
    python = str(directory / "bin" / "python")
    pip = [uv, "pip", "install", "--quiet", "--python", python] if uv else [python, "-m", "pip", "install", "--quiet"]
    locked = [*pip, "--no-deps", "--no-build-isolation", "--require-hashes", "-r"]
    return [
        [*locked, str(BUILD)],
        [*locked, str(requirements)],
        [*pip, "--no-deps", "--no-build-isolation", "--editable", "."],
    ]


def has_pip(directory: Path) -> bool:
    """Whether the environment was made with pip in it."""
    return any(directory.glob("lib/python*/site-packages/pip"))


def usable_uv(directory: Path) -> str | None:
    """The uv on PATH, unless the environment was made with pip: one tool looks after one environment."""
    return None if has_pip(directory) else shutil.which("uv")


def make(directory: Path, requirements: Path) -> None:
    """Create the environment when it is not there or half made, and install into it."""
    check_version(tuple(sys.version_info[:3]))
    uv = usable_uv(directory)
    commands = install_commands(directory, requirements, uv)
    if not (directory / "bin" / "python").exists() or not (uv or has_pip(directory)):
        has_ensurepip = importlib.util.find_spec("ensurepip") is not None
        commands.insert(0, creation_command(directory, uv, has_ensurepip=has_ensurepip))
    print(f"Installing {requirements} into {directory} (with {'uv' if uv else 'pip'}) ...", flush=True)
    for command in commands:
        subprocess.run(command, check=True)


def main(arguments: list[str]) -> int:
    """Exit status: 0 made, 2 wrong Python or a missing part of it, 3 a command failed."""
    try:
        make(Path(arguments[0]), Path(arguments[1]))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(f"Stopped: {' '.join(error.cmd[:4])} ... failed; its message is above.", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
