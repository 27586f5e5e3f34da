"""What no source file may hold: code in a package face, hidden imports, this machine's paths, a registry's address."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGES = ("encoder", "matcher", "indexer", "api")
LOADS_BY_NAME = "api/cli/main.py"  # the one module that may: see the contracts in pyproject.toml


def files_of(repository: Path) -> list[Path]:
    """Every file that is or would be committed; outside a git checkout, every file that is not hidden."""
    if (repository / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True).stdout.split("\0")
        return [repository / name for name in names if name and (repository / name).is_file()]
    return [path for path in repository.rglob("*") if path.is_file() and not hidden(path.relative_to(repository))]


def hidden(path: Path) -> bool:
    """Whether a path lies in a hidden directory or a cache."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts[:-1])


def text_of(path: Path) -> str:
    """Text of a file; a binary file reads as what of it is text."""
    return path.read_text(encoding="utf-8", errors="ignore")


def sources(repository: Path) -> Iterator[tuple[str, ast.Module]]:
    """Name and syntax tree of every module of the packages."""
    for package in PACKAGES:
        for path in sorted((repository / package).rglob("*.py")):
            yield path.relative_to(repository).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def only_a_docstring(tree: ast.Module) -> bool:
    """Whether a module consists of its docstring."""
    return len(tree.body) == 1 and ast.get_docstring(tree) is not None


def hidden_imports(tree: ast.Module) -> list[int]:
    """Lines that import by a name that no import contract can read."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named = any(alias.name.partition(".")[0] in ("importlib", "imp", "runpy") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            named = (node.module or "").partition(".")[0] in ("importlib", "imp", "runpy")
        else:
            named = isinstance(node, ast.Name) and node.id in ("__import__", "exec", "eval")
        # importlib.resources and .metadata read data files and versions; they load no module.
        named = named and not harmless(node)
        lines += [node.lineno] if named else []
    return lines


def harmless(node: ast.AST) -> bool:
    """Whether an import takes only those parts of importlib that load no code."""
    parts = ("resources", "metadata")
    if isinstance(node, ast.Import):
        return all(alias.name.startswith(tuple(f"importlib.{part}" for part in parts)) for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module == "importlib":
        return all(alias.name in parts for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(tuple(f"importlib.{p}" for p in parts))


def machine_paths(repository: Path) -> list[str]:
    """Starts of paths that exist on a machine and mean nothing elsewhere; put together so as not to stand here."""
    names = ("w_ork", "r_oot", "o_pt/pypi", "o_pt/wheels", "t_mp/proto", "U_sers")
    roots = [f"/{name.replace('_', '')}/" for name in names]
    here = [f"{place}/" for place in (repository, Path(os.path.expanduser("~"))) if len(place.parts) > 2]
    return roots + here


def registry_marks() -> re.Pattern[str]:
    """Addresses of package registries, and the options that name one."""
    # The hub's own package of partners and agreements is called so too; only under its full name is it let through.
    registry = r"(?<!\bapi\.hub\.)" "registry" r"\.[a-z]"
    hosts = ["py" r"pi\.", "python" r"hosted\.", "npm" r"js\.", registry, "proxy" r"\.golang"]
    options = ["index" "-url", "find" "-links", "extra" "-index", "trusted" "-host"]
    downloads = ["https?" r"://\S*(?:/simple\b|\.whl|\.tar\.gz|/packages/)"]
    return re.compile("|".join([*hosts, *options, *downloads]))


def places_with(repository: Path, found_in) -> list[str]:
    """`file: mark` for every file in which the function finds something."""
    found = [(path.relative_to(repository).as_posix(), found_in(text_of(path))) for path in files_of(repository)]
    return [f"{name}: {mark}" for name, mark in found if mark]


def test_package_faces_hold_no_code(repository):
    faces = {name: tree for name, tree in sources(repository) if name.endswith("__init__.py")}
    assert {f"{package}/__init__.py" for package in PACKAGES} <= faces.keys()
    assert [name for name, tree in faces.items() if not only_a_docstring(tree)] == []


@pytest.mark.parametrize("text", ["", "x = 1", '"""Doc."""\nimport os', '"""Doc."""\nfrom encoder import *'])
def test_code_in_a_package_face_is_seen(text):
    assert not only_a_docstring(ast.parse(text))


def test_every_package_has_a_face(repository):
    directories = {path.parent for package in PACKAGES for path in (repository / package).rglob("*.py")}
    assert [str(directory) for directory in directories if not (directory / "__init__.py").exists()] == []


def test_modules_are_imported_by_statement(repository):
    hiding = {name: hidden_imports(tree) for name, tree in sources(repository) if name != LOADS_BY_NAME}
    assert {name: lines for name, lines in hiding.items() if lines} == {}


@pytest.mark.parametrize(
    "text",
    ["import importlib", "from importlib import import_module", "__import__('encoder')", "exec(x)", "import runpy"],
)
def test_a_hidden_import_is_seen(text):
    assert hidden_imports(ast.parse(text)) == [1]


@pytest.mark.parametrize("text", ["from importlib.resources import files", "from importlib import metadata"])
def test_reading_data_files_is_no_hidden_import(text):
    assert hidden_imports(ast.parse(text)) == []


def test_no_file_names_a_place_on_this_machine(repository):
    marks = machine_paths(repository)
    assert places_with(repository, lambda text: next((mark for mark in marks if mark in text), None)) == []


def test_no_file_names_a_registry(repository):
    pattern = registry_marks()
    assert places_with(repository, lambda text: (pattern.search(text) or [None])[0]) == []


def test_the_marks_are_found_where_they_stand(repository):
    assert any(mark in f"open('{repository}/key')" for mark in machine_paths(repository))
    assert registry_marks().search("https:" + "//files.example.org/a-1.0.tar.gz")
    assert registry_marks().search("--index" + "-url")
    for place in ("registry" + ".example.org", "https:" + "//registry" + ".hub.example", "api.hubregistry" + ".org"):
        assert registry_marks().search(place)
    assert not registry_marks().search("from api.hub.registry.codes import new_code")


def test_no_lock_file_with_a_registry_is_kept(repository):
    assert [path.name for path in files_of(repository) if path.name in ("uv.lock", "poetry.lock", "Pipfile.lock")] == []


def test_requirements_are_pins_with_hashes(repository):
    for name in ("runtime", "dev", "bench"):
        text = (repository / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
        assert len(blocks) > 10
        assert [block for block in blocks if not re.match(r"[a-z0-9_.-]+==\S+.*\\\n\s+--hash=sha256:", block)] == []
