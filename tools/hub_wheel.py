"""Build the wheel of a hub: `python -m tools.hub_wheel DIST`.

A hub is installed from a wheel that simply lacks the code that reads raw records. What goes into it stands in
pyproject.toml under `tool.milap.hub-wheel`; version, licence and dependency bounds are the project's own.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent


class HubWheelError(Exception):
    """The wheel cannot be built from this tree; the message says which entry of pyproject.toml is wrong."""


def read_project(repository: Path) -> dict[str, Any]:
    """pyproject.toml as a table."""
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))


def hub_dependencies(project: dict[str, Any], wanted: list[str]) -> list[str]:
    """The project's own requirement of each wanted distribution; HubWheelError when it has none."""
    bounds = {re.split(r"[^A-Za-z0-9_.-]", line, maxsplit=1)[0].lower(): line for line in project["dependencies"]}
    for name in wanted:
        if name.lower() not in bounds:
            raise HubWheelError(f"The hub wants {name}, which the project does not depend on; add it or drop it.")
    return [bounds[name.lower()] for name in wanted]


def hub_pyproject(pyproject: dict[str, Any]) -> str:
    """Text of the wheel's pyproject.toml. JSON strings and arrays of strings are valid TOML."""
    project, hub = pyproject["project"], pyproject["tool"]["milap"]["hub-wheel"]
    table = {
        "name": hub["name"],
        "version": project["version"],
        "description": hub["description"],
        "license": project["license"],
        "license-files": project["license-files"],
        "requires-python": project["requires-python"],
        "dependencies": hub_dependencies(project, hub["dependencies"]),
    }
    lines = ["[project]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    lines += ["[project.scripts]", *(f"{name} = {json.dumps(at)}" for name, at in project["scripts"].items())]
    tops = sorted({entry.split("/")[0] for entry in [*hub["packages"], *hub["modules"]]})
    lines += ["[build-system]", f"requires = {json.dumps(pyproject['build-system']['requires'])}"]
    lines += [f"build-backend = {json.dumps(pyproject['build-system']['build-backend'])}"]
    lines += ["[tool.hatch.build.targets.wheel]", f"packages = {json.dumps(tops)}"]
    return "\n".join(lines) + "\n"


def lay_out(repository: Path, pyproject: dict[str, Any], tree: Path) -> None:
    """Copy what the hub consists of into an empty tree, with a pyproject.toml of its own."""
    hub = pyproject["tool"]["milap"]["hub-wheel"]
    optional = [name for name in hub["optional-modules"] if (repository / name).exists()]
    for package in hub["packages"]:
        shutil.copytree(repository / package, tree / package, ignore=shutil.ignore_patterns("__pycache__", "*.py[cod]"))
    for name in [*hub["modules"], *optional, *pyproject["project"]["license-files"]]:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(repository / name, tree / name)
    (tree / "pyproject.toml").write_text(hub_pyproject(pyproject), encoding="utf-8")


def build(repository: Path, target: Path) -> Path:
    """Build the wheel into the target directory with the installed backend, and return its path."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="milap-hub-") as scratch:
        tree, out = Path(scratch, "tree"), Path(scratch, "out")
        tree.mkdir()
        lay_out(repository, read_project(repository), tree)
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
        if done.returncode:
            raise HubWheelError(f"The build backend failed:\n{done.stderr}")
        (wheel,) = out.glob("*.whl")
        return Path(shutil.copy(wheel, target / wheel.name))


def main(arguments: list[str]) -> int:
    """Exit status: 0 built, 3 not built."""
    try:
        print(build(REPOSITORY, Path(arguments[0])))
    except (HubWheelError, OSError) as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
