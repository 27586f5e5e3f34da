"""What Python really loads: contracts read import statements, these tests read sys.modules."""

import json
from pathlib import Path

import pytest

IMPORT_ALL = """
import importlib, json, pkgutil

def import_all(name):
    package = importlib.import_module(name)
    found = [name]
    for info in pkgutil.walk_packages(package.__path__, name + "."):
        if info.name.endswith(".migrations.env"):
            continue  # runs the migrations when it is imported, so Alembic alone can do that
        importlib.import_module(info.name)
        found.append(info.name)
    return found

asked = [name for package in sys.argv[1:] for name in import_all(package)]
origins = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
print(json.dumps({"asked": asked, "origins": origins}))
"""

IMPORT_ONE = """
import importlib, json

importlib.import_module(sys.argv[1])
print(json.dumps({name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}))
"""


def loaded(run_python, first_party: Path, *packages: str) -> dict[str, str | None]:
    """Every module in sys.modules after importing all modules of the packages, with its file."""
    answer = json.loads(run_python(first_party, IMPORT_ALL, *packages))
    assert set(packages) <= set(answer["asked"])
    assert set(answer["asked"]) <= set(answer["origins"])
    return answer["origins"]


def under(origins: dict[str, str | None], *packages: str) -> list[str]:
    """The loaded modules that belong to one of the packages."""
    return sorted(name for name in origins for package in packages if f"{name}.".startswith(f"{package}."))


def third_party(origins: dict[str, str | None], site_packages: Path) -> set[str]:
    """First path component, inside site-packages, of every loaded file there."""
    files = [Path(file) for file in origins.values() if file]
    return {file.relative_to(site_packages).parts[0] for file in files if file.is_relative_to(site_packages)}


def loaded_by(run_python, first_party: Path, module: str) -> dict[str, str | None]:
    """Every module in sys.modules after importing one module, with its file."""
    origins = json.loads(run_python(first_party, IMPORT_ONE, module))
    assert module in origins
    return origins


@pytest.mark.parametrize(
    ("module", "never", "needed"),
    [
        ("api.hub.app", ("encoder", "api.holder", "api.cli"), "api.hub.routes.submissions"),
        ("api.hub.matching.worker", ("encoder", "api.holder", "api.cli"), "indexer.gallery"),
        ("api.cli.hub", ("encoder", "api.holder"), "api.hub.app"),
        ("api.holder.app", ("indexer", "api.hub", "api.cli"), "encoder.record"),
        ("api.cli.holder", ("indexer", "api.hub"), "api.holder.app"),
        ("api.service.app", ("encoder", "indexer", "api.holder", "api.hub", "api.cli"), "api.wire.problems"),
    ],
)
def test_what_a_process_loads_at_its_start(run_python, repository, module, never, needed):
    origins = loaded_by(run_python, repository, module)
    assert under(origins, *never) == []
    assert needed in origins


def test_the_ground_of_both_services_loads_neither(run_python, repository):
    origins = loaded(run_python, repository, "api.service")
    assert under(origins, "encoder", "indexer", "api.holder", "api.hub", "api.cli") == []


def test_the_hub_and_its_libraries_load_no_raw_code(run_python, repository):
    origins = loaded(run_python, repository, "api.hub", "api.wire", "indexer", "matcher")
    assert under(origins, "encoder", "api.holder", "api.cli") == []


def test_a_gateway_loads_no_index_and_no_hub(run_python, repository):
    origins = loaded(run_python, repository, "api.holder", "api.wire", "encoder")
    assert under(origins, "indexer", "api.hub") == []


def test_the_wire_loads_only_the_matcher(run_python, repository):
    origins = loaded(run_python, repository, "api.wire")
    ours = under(origins, "encoder", "indexer", "api", "matcher")
    assert set(ours) - set(under(origins, "matcher", "api.wire")) == {"api"}


def test_the_matcher_loads_numpy_scipy_and_the_standard_library(run_python, repository, site_packages):
    origins = loaded(run_python, repository, "matcher")
    # numpy.f2py, which scipy loads, looks for charset_normalizer; it is there where Ray is.
    assert third_party(origins, site_packages) <= {"numpy", "scipy", "charset_normalizer"}


def test_the_command_line_loads_nothing_before_a_command_is_chosen(run_python, repository):
    script = "import json, api.cli.main\nprint(json.dumps(dict.fromkeys(sys.modules)))"
    origins = json.loads(run_python(repository, script))
    assert under(origins, "encoder", "indexer", "api.holder", "api.hub", "numba", "numpy") == []


@pytest.mark.parametrize(
    ("planted_in", "line", "asked", "leak"),
    [
        ("api/__init__.py", "import encoder", "api.hub", "encoder"),
        ("matcher/planted.py", "import rich", "matcher", "rich"),
        ("api/hub/planted.py", "import encoder", "api.hub", "encoder"),
    ],
)
def test_a_planted_leak_is_seen(run_python, tmp_path, site_packages, planted_in, line, asked, leak):
    for name in ("encoder", "matcher", "api", "api/hub"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / planted_in).write_text(line)
    origins = loaded(run_python, tmp_path, asked)
    assert leak in set(under(origins, "encoder")) | third_party(origins, site_packages)
