"""The wheel of a hub: built as `make hub-wheel` builds it, it holds no raw code and works without any."""

import copy
import email
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from api.wire.request_keys import PublicKey, same_fingerprint
from tests.journeys.services import request, until
from tools import hub_wheel

IMPORT_ALL = """
import importlib, pkgutil
names = []
for top in ("matcher", "indexer", "api"):
    names += [info.name for info in pkgutil.walk_packages([f"{sys.argv[1]}/{top}"], top + ".")]
for name in names:
    if not name.endswith(".migrations.env"):  # runs the migrations when it is imported: Alembic alone can do that
        importlib.import_module(name)
for raw in ("encoder", "api.holder", "api.cli.local"):
    try:
        importlib.import_module(raw)
    except ModuleNotFoundError:
        pass
    else:
        raise SystemExit(raw + " can be imported beside the hub")
print(*names, sep="\\n")
"""

COMMAND = "from api.cli.main import main\nsys.argv = ['milap', *sys.argv[1:]]\nmain()"


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once."""
    return hub_wheel.build(repository, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installed hub has on its path, apart from its dependencies."""
    target = tmp_path_factory.mktemp("hub")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


@pytest.fixture
def milap_command(unpacked: Path, site_packages: Path) -> Callable[..., list[str]]:
    """A function that gives the command line of `milap WORDS` with the wheel's tree and its dependencies on the path.

    Processes that it starts take over the flags and the path, so they see no other tree either.
    """
    preamble = f"import sys; sys.path[:0] = [{str(unpacked)!r}, {str(site_packages)!r}]\n"

    def command(*words: str) -> list[str]:
        return [sys.executable, "-I", "-S", "-c", preamble + COMMAND, *words]

    return command


def members(wheel: Path) -> list[str]:
    """Names of the files in a wheel."""
    return zipfile.ZipFile(wheel).namelist()


def test_the_wheel_holds_the_hub_and_no_raw_code(wheel, repository):
    pyproject = hub_wheel.read_project(repository)
    named = {*pyproject["tool"]["milap"]["hub-wheel"]["modules"], "api/hub/__init__.py", "api/wire/__init__.py"}
    assert wheel.name.startswith("milap_hub-")
    assert named <= set(members(wheel))
    tops = {name.split("/")[0] for name in members(wheel) if ".dist-info" not in name}
    assert tops == {"matcher", "indexer", "api"}
    assert [name for name in members(wheel) if name.startswith("api/holder") or name.endswith(".pyc")] == []


def test_the_wheel_holds_no_command_that_reads_raw_records(wheel):
    commands = {name.removeprefix("api/cli/") for name in members(wheel) if name.startswith("api/cli/")}
    named = ("alarms", "audit", "clusters", "common", "crossmatch", "directory", "model", "officers", "photos")
    parts = {f"hub_{part}.py" for part in named}
    assert commands == {"__init__.py", "main.py", "hub.py", "console.py", *parts}


def test_the_wheel_is_as_complete_as_its_packages(wheel, repository):
    for package in ("matcher", "indexer", "api/wire", "api/service", "api/hub"):
        files = [path for path in (repository / package).rglob("*") if path.is_file()]
        files = [path for path in files if "__pycache__" not in path.parts]
        assert {path.relative_to(repository).as_posix() for path in files} <= set(members(wheel))


def test_the_metadata_names_the_hub_and_its_needs(wheel, repository):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = email.message_from_bytes(archive.read(name))
    project = hub_wheel.read_project(repository)["project"]
    assert (metadata["Name"], metadata["Version"]) == ("milap-hub", project["version"])
    needs = {re.split(r"[^\w-]", need)[0] for need in metadata.get_all("Requires-Dist")}
    assert "numpy" in needs
    assert needs.isdisjoint({"phonenumbers", "anyascii", "hijridate", "nepali-datetime", "python-calamine"})


def test_every_module_of_the_wheel_works_without_the_encoder(run_python, unpacked):
    imported = run_python(unpacked, IMPORT_ALL, str(unpacked)).split()
    assert {"api.hub", "api.wire", "api.cli.main", "matcher.profile"} <= set(imported)


def test_the_installed_hub_has_the_curves_of_photos(run_python, unpacked):
    script = """
from matcher.photo_curve_file import shipped_curve
from matcher.photos import PhotoSpace
print(*(shipped_curve(PhotoSpace("dlib", centred, bytes(16))).cap_nats for centred in (True, False)))
"""
    assert run_python(unpacked, script).split() == ["4.0", "2.5"]


def test_the_installed_hub_offers_no_raw_command(run_python, unpacked, repository):
    offered = {tree: commands(run_python(tree, COMMAND, "--help")) for tree in (unpacked, repository)}
    raw = {"link", "synth", "demo", "keys", "holder"}
    assert offered[unpacked].isdisjoint(raw)
    assert "link" in offered[repository]


def test_a_hub_serves_from_the_wheel_alone(milap_command, tmp_path):
    config = ["--config", str(tmp_path / "hub.toml")]
    words = ["hub", "init", "--name", "hub-wheel", "--data", str(tmp_path / "data"), "--json", *config]
    made = subprocess.run(milap_command(*words), capture_output=True, text=True, check=False, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    command = milap_command("hub", "serve", *config)
    environment = {**os.environ, "MILAP_HUB_PORT": "0"}
    with (tmp_path / "log").open("wb") as log:
        hub = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment, cwd=tmp_path)
    try:
        address = json.loads(hub.stdout.readline())["listening"]
        identity = request("GET", f"{address}/v1/hub").json()
        until(lambda: request("GET", f"{address}/readyz").status_code == 200)
    finally:
        hub.terminate()
        hub.communicate(timeout=30)
    assert hub.returncode == 0, (tmp_path / "log").read_text()
    assert identity["hub"] == "hub-wheel"
    key = PublicKey.from_text(identity["public_key"])
    assert same_fingerprint(key.fingerprint(), json.loads(made.stdout)["fingerprint"])


@pytest.mark.parametrize("word", ["holder", "link", "demo"])
def test_the_wheel_knows_no_raw_command(milap_command, tmp_path, word):
    done = subprocess.run(milap_command(word, "--help"), capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode != 0


def commands(help_text: str) -> set[str]:
    """The first word of every line of a help page, frames aside."""
    return {line.strip(" │|").split(" ")[0] for line in help_text.splitlines()}


def test_a_dependency_that_the_project_lacks_is_refused(repository):
    pyproject = copy.deepcopy(hub_wheel.read_project(repository))
    pyproject["tool"]["milap"]["hub-wheel"]["dependencies"].append("telnet")
    with pytest.raises(hub_wheel.HubWheelError, match="telnet"):
        hub_wheel.hub_pyproject(pyproject)


def test_the_generated_pyproject_reads_back(repository):
    pyproject = hub_wheel.read_project(repository)
    generated = tomllib.loads(hub_wheel.hub_pyproject(pyproject))
    assert generated["project"]["requires-python"] == pyproject["project"]["requires-python"]
    assert generated["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["api", "indexer", "matcher"]


def test_the_wheel_is_the_same_bytes_again(wheel, repository, tmp_path):
    assert hub_wheel.build(repository, tmp_path).read_bytes() == wheel.read_bytes()
