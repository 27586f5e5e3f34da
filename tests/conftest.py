"""What every test shares: where the repository is, and how Hypothesis draws."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import database, database_url, own_postgres_server, postgres_server

__all__ = ["database", "database_url", "own_postgres_server", "postgres_server"]  # fixtures

# Compiling a kernel inside the first example is not slowness; and a pull request must not fail by the luck of a draw.
settings.register_profile("milap", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("milap")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the working tree."""
    return Path(__file__).resolve().parent.parent
