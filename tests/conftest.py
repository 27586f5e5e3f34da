"""What every test shares: where the repository is, and how Hypothesis draws."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import database, database_url, nobody_pulls_the_plug, own_postgres_server, postgres_server

__all__ = [  # fixtures
    "database", "database_url", "nobody_pulls_the_plug", "own_postgres_server", "postgres_server",
]  # fmt: skip

# Compiling a kernel inside the first example is not slowness; and a pull request must not fail by the luck of a draw.
settings.register_profile("milap", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("milap")


# Their statements are tried on both databases in the journey from candidate to reunion, and those of the hub's intake,
# matching, cross-match, probing, clusters and disclosure in tests of their own; what these add is checks and shapes.
# The other two journeys and the search for canaries each start a network of their own. `make soak` runs them all on
# PostgreSQL too.
_ON_SQLITE = (
    *(f"tests/api/{part}/" for part in (
        "holder/directory", "holder/imports", "holder/keys", "holder/mailing", "holder/masking", "holder/photos",
        "holder/retention", "holder/reviewing", "holder/routes", "holder/staff", "holder/sync", "hub/clusters",
        "hub/mailing", "hub/modelling", "hub/operating", "hub/probing", "hub/registry", "hub/reporting",
        "hub/retention", "hub/routes",
    )),
    "tests/api/hub/crossmatching/test_nights.py", "tests/api/hub/crossmatching/test_refusals.py",
    *(f"tests/api/hub/refining/test_{name}.py" for name in ("asking", "choosing", "numbering", "working")),
    "tests/journeys/test_interruptions.py", "tests/journeys/test_masked.py", "tests/journeys/test_reunions.py",
    "tests/privacy/test_canary_network.py",
)  # fmt: skip
_LONG = ("tests/journeys/", "tests/privacy/", "tests/api/cli/")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long tests first; leave out what would take more than fifteen minutes on two processors, unless asked."""
    # The long files first: a worker that began one last would keep the other waiting.
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))
    if "MILAP_EVERY_DATABASE" in os.environ:
        return
    left = [item for item in items if "postgresql" in item.name and item.nodeid.startswith(_ON_SQLITE)]
    config.hook.pytest_deselected(items=left)
    gone = set(left)
    items[:] = [item for item in items if item not in gone]


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the working tree."""
    return Path(__file__).resolve().parent.parent
