"""The import contracts of pyproject.toml hold, and each of them notices when it does not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("encoder", "matcher", "indexer", "api")


def lint_imports(directory: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts against the packages in a directory."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def broken(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Names of the contracts that were reported as broken."""
    return {line.removesuffix("BROKEN").strip() for line in done.stdout.splitlines() if line.endswith("BROKEN")}


def plant(tree: Path, file: str, line: str) -> None:
    """Append a line to a file of the tree, which is made when it is not there."""
    (tree / file).parent.mkdir(parents=True, exist_ok=True)
    with (tree / file).open("a", encoding="utf-8") as target:
        target.write(f"\n{line}\n")


@pytest.fixture
def tree(repository: Path, tmp_path: Path) -> Path:
    """A copy of the packages and of the contracts, to plant a fault in."""
    for package in PACKAGES:
        shutil.copytree(repository / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tools").mkdir()
    shutil.copyfile(repository / "tools" / "contracts.py", tmp_path / "tools" / "contracts.py")
    shutil.copyfile(repository / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def test_the_contracts_are_kept(repository):
    done = lint_imports(repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "KEPT" in done.stdout


RAW_ENCODER = "Raw code: only gateways and raw commands import the encoder"
RAW_HOLDER = "Raw code: only raw commands import the gateway"
ONLY = "The matcher imports numpy, scipy and the standard library only"
MATCHER = "The matcher knows none of the others"
HUB = "The hub knows no encoder, no gateway and no command"
GATEWAY = "The gateway knows no index, no hub and no command"
WIRE = "The wire knows only the matcher"
SERVICE = "What both services stand on knows nothing of records and codes"
SEARCH = "Only the hub and local commands search codes"
EXCHANGE = "Only the hub's commands and the demo import the hub"
FACES = "A package face imports nothing of ours"
LAYERS = "Every part of api has its layer"
COMMANDS = "Every command has its layer, and raw commands stand above the hub's"


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("encoder/planted.py", "import indexer", {"The encoder knows no index and no application", SEARCH}),
        ("encoder/planted.py", "import api.wire", {"The encoder knows no index and no application"}),
        ("indexer/planted.py", "import encoder", {"The indexer knows no encoder and no application", RAW_ENCODER}),
        ("indexer/planted.py", "import api.wire", {"The indexer knows no encoder and no application"}),
        ("matcher/planted.py", "import indexer", {MATCHER, ONLY, SEARCH}),
        ("matcher/planted.py", "def f():\n    import numba", {ONLY}),
        ("matcher/deeper/planted.py", "import pandas", {ONLY}),
        ("api/hub/planted.py", "from encoder import keys", {HUB, RAW_ENCODER}),
        ("api/hub/planted.py", "from api.holder import vault", {HUB, LAYERS, RAW_HOLDER}),
        ("api/holder/planted.py", "import indexer", {GATEWAY, SEARCH}),
        ("api/holder/planted.py", "from api.hub import audit", {GATEWAY, LAYERS, EXCHANGE}),
        ("api/wire/planted.py", "import indexer", {WIRE, SEARCH}),
        ("api/wire/planted.py", "import api.service", {WIRE, LAYERS}),
        ("api/service/planted.py", "from encoder import record", {SERVICE, RAW_ENCODER}),
        ("api/service/planted.py", "import indexer", {SERVICE, SEARCH}),
        ("api/service/planted.py", "from api.holder import vault", {SERVICE, LAYERS, RAW_HOLDER}),
        ("api/service/planted.py", "def f():\n    from api.hub import intake", {SERVICE, LAYERS, EXCHANGE}),
        ("api/service/planted.py", "import api.cli.console", {SERVICE, LAYERS}),
        ("api/service/__init__.py", "import api.wire", {FACES}),
        ("api/hub/storage/migrations/env.py", "import encoder", {HUB, RAW_ENCODER}),
        ("api/holder/storage/migrations/versions/planted.py", "import indexer", {GATEWAY, SEARCH}),
        ("api/cli/holder.py", "import indexer", {SEARCH}),
        ("api/cli/keys.py", "import api.hub", {EXCHANGE}),
        ("api/unplaced/__init__.py", '"""No layer."""', {LAYERS}),
        ("api/cli/unplaced.py", '"""No layer."""', {COMMANDS}),
        ("api/cli/hub.py", "import encoder", {RAW_ENCODER}),
        ("api/cli/hub.py", "import api.cli.linking", {COMMANDS}),
        ("api/cli/console.py", "import api.holder", {RAW_HOLDER}),
        ("api/cli/main.py", "def f():\n    from encoder import keys", {RAW_ENCODER}),
        ("api/cli/__init__.py", "import matcher", {FACES}),
        ("api/__init__.py", "from matcher import views", {FACES}),
    ],
)
def test_a_planted_import_breaks_its_contract(tree, file, line, expected):
    if "linking" in line:
        plant(tree, "api/cli/linking.py", "")
    if "deeper" in file:
        plant(tree, "matcher/deeper/__init__.py", "")
    plant(tree, file, line)
    done = lint_imports(tree)
    assert done.returncode == 1, done.stdout + done.stderr
    assert broken(done) == expected


def test_an_indirect_import_breaks_the_contract_of_the_service(tree):
    plant(tree, "api/service/planted.py", "import api.wire.planted")
    plant(tree, "api/wire/planted.py", "import matcher.planted")
    plant(tree, "matcher/planted.py", "import encoder")
    assert {SERVICE, WIRE} <= broken(lint_imports(tree))


def test_an_indirect_import_breaks_the_hub_contract(tree):
    plant(tree, "api/hub/planted.py", "import matcher.planted")
    plant(tree, "matcher/planted.py", "import encoder")
    assert HUB in broken(lint_imports(tree))
